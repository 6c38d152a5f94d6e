import { connect } from "node:net"
import { afterEach, expect, test } from "vitest"
import { fakeAnswer, fakeHandlers } from "../../test/fakes/serving-handlers.ts"
import { Conflict, Unauthorized } from "../core/index.ts"
import type { ServingHandlers } from "../definition/index.ts"
import { createServer, type Server, type ServerOptions } from "./index.ts"

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function start(handlers: Partial<ServingHandlers> = {}, options: Partial<ServerOptions> = {}): Promise<string> {
  const server = createServer({ handlers: fakeHandlers(handlers), version: "1.2.3", port: 0, ...options })
  open.push(server)
  return server.listen()
}

const post = (body: unknown, extra: RequestInit = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  ...extra,
})
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test("a ranked page, events, an explanation and the metrics over a real socket", async () => {
  const address = await start()
  const page = (await (await fetch(`${address}/v1/films/rank`, post({ user: "u1", limit: 3 }))).json()) as { items: unknown[] }
  expect(page).toEqual(JSON.parse(JSON.stringify(fakeAnswer(3))))
  expect(await (await fetch(`${address}/v1/events`, post([{ id: "a" }, {}]))).json()).toMatchObject({
    accepted: 1,
    rejected: [{ index: 1 }],
    position: "7",
  })
  expect((await fetch(`${address}/v1/requests/q1`)).status).toBe(200)
  expect(await (await fetch(`${address}/health`)).json()).toEqual({ status: "ok", version: "1.2.3", events: 5, releases: 1 })
  const metrics = await (await fetch(`${address}/metrics`)).text()
  expect(metrics).toMatch(/trommel_http_requests_total\{route="POST \/v1\/:system\/rank",status="200"\} 1\n/)
  expect(metrics).toMatch(/trommel_event_loop_delay_seconds_count [1-9]/)
  expect(metrics).toMatch(/trommel_event_loop_delay_recent_seconds\{quantile="0.99"\} /)
  expect(metrics).toContain("trommel_events_total 5\n")
})

test("not ready is 503 with what is missing", async () => {
  const address = await start({ ready: () => ({ ready: false, missing: ["films: no release"] }) })
  const answer = await fetch(`${address}/ready`)
  expect([answer.status, await answer.json()]).toEqual([503, { ready: false, missing: ["films: no release"] }])
})

test("a client that leaves stops the work", async () => {
  let stopped: (() => void) | undefined
  const seen = new Promise<void>((resolve) => {
    stopped = resolve
  })
  const address = await start({
    rank: (_system, _request, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          stopped!()
          reject(new Error("stopped"))
        })
      }),
  })
  const leaving = new AbortController()
  const asked = fetch(`${address}/v1/films/rank`, post({}, { signal: leaving.signal }))
  await later(50)
  leaving.abort()
  await expect(asked).rejects.toThrow()
  await seen
})

test("work that outlasts its time is given up with 504, and its signal fires", async () => {
  let fired = false
  const address = await start(
    {
      rank: (_system, _request, signal) => {
        signal.addEventListener("abort", () => {
          fired = true
        })
        return later(300).then(() => fakeAnswer(1))
      },
    },
    { limits: { graceMs: 10 } },
  )
  const answer = await fetch(`${address}/v1/films/rank`, post({ timeoutMs: 20 }))
  expect([answer.status, fired]).toEqual([504, true])
})

test("beyond the places and the queue, requests are refused with Retry-After and counted", async () => {
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const address = await start({ rank: () => held.then(() => fakeAnswer(1)) }, { limits: { inFlight: 1, queue: 1 } })
  const first = fetch(`${address}/v1/films/rank`, post({}))
  await later(50)
  const second = fetch(`${address}/v1/films/rank`, post({}))
  await later(50)
  const third = await fetch(`${address}/v1/films/rank`, post({}))
  expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"])
  expect(await third.json()).toMatchObject({ error: { code: "overloaded" } })
  expect(await (await fetch(`${address}/metrics`)).text()).toContain("trommel_http_rejected_total 1\n")
  release!()
  expect([(await first).status, (await second).status]).toEqual([200, 200])
})

test("event batches beyond the bytes that may be under way are refused", async () => {
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const observe = async () => {
    await held
    return { accepted: 1, duplicates: 0, rejected: [], position: "1" }
  }
  const address = await start({ observe }, { limits: { eventsInFlightBytes: 20 } })
  const first = fetch(`${address}/v1/events`, post([{ id: "a" }]))
  await later(50)
  const second = await fetch(`${address}/v1/events`, post([{ id: "b" }]))
  expect([second.status, ((await second.json()) as { error: { code: string } }).error.code]).toEqual([503, "overloaded"])
  release!()
  expect((await first).status).toBe(200)
  await later(20)
  expect((await fetch(`${address}/v1/events`, post([{ id: "c" }]))).status).toBe(200)
})

test("a long batch is parsed in slices to the same events; broken or poisoned ones are refused", async () => {
  let got: readonly unknown[] = []
  const observe: ServingHandlers["observe"] = async (events) => {
    got = events
    return { accepted: events.length, duplicates: 0, rejected: [], position: "1" }
  }
  const address = await start({ observe })
  const events = Array.from({ length: 10_000 }, (_, i) => ({ id: `e${i}`, note: 'a, "quoted" ]' }))
  expect((await fetch(`${address}/v1/events`, post(events))).status).toBe(200)
  expect(got).toEqual(events)
  const text = JSON.stringify(events)
  for (const body of [text.slice(0, -1), text.replace("}]", "},]"), text.replace("}]", ',"__proto__":{"a":1}}]')]) {
    const answer = await fetch(`${address}/v1/events`, { ...post({}), body })
    expect([answer.status, ((await answer.json()) as { error: { where: string } }).error.where]).toEqual([400, "body"])
  }
})

test("the status stream sends a snapshot at once and ends when the server closes", async () => {
  const address = await start()
  const answer = await fetch(`${address}/v1/admin/stream`)
  expect(answer.headers.get("content-type")).toContain("text/event-stream")
  const reader = answer.body!.getReader()
  const { value } = await reader.read()
  const data = JSON.parse(/^event: status\ndata: (.*)\n\n$/.exec(new TextDecoder().decode(value))![1]!) as object
  expect(data).toMatchObject({ health: { status: "ok" }, ready: { ready: true }, inFlight: 0, eventLoop: {} })
  const closed = open.pop()!.close()
  expect((await reader.read()).done).toBe(true)
  await closed
})

test("streams are bounded", async () => {
  const address = await start({}, { limits: { streams: 1 } })
  const first = await fetch(`${address}/v1/admin/stream`)
  expect((await fetch(`${address}/v1/admin/stream`)).status).toBe(503)
  await first.body!.cancel()
  await later(50)
  const again = await fetch(`${address}/v1/admin/stream`)
  expect(again.status).toBe(200)
  await again.body!.cancel()
})

test("closing lets the request under way finish", async () => {
  const address = await start({ rank: () => later(150).then(() => fakeAnswer(1)) })
  const asked = fetch(`${address}/v1/films/rank`, post({}))
  await later(50)
  await open.pop()!.close()
  expect((await asked).status).toBe(200)
  await expect(fetch(`${address}/health`)).rejects.toThrow()
})

test("a request that is not HTTP gets the one error body", async () => {
  const address = await start()
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1", () => socket.write("nonsense\r\n\r\n"))
    let got = ""
    socket.on("data", (chunk) => {
      got += chunk.toString()
    })
    socket.on("end", () => resolve(got))
    socket.on("error", reject)
  })
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n")))).toMatchObject({ error: { code: "invalid_argument" } })
})

test("a wider host without a key is refused before anything opens; with one, keys are asked for", async () => {
  expect(() => createServer({ handlers: fakeHandlers(), version: "1", host: "0.0.0.0" })).toThrow(Unauthorized)
  const address = (await start({}, { host: "0.0.0.0", apiKeys: ["k1"] })).replace("0.0.0.0", "127.0.0.1")
  expect((await fetch(`${address}/health`)).status).toBe(200)
  expect((await fetch(`${address}/metrics`)).status).toBe(401)
  expect((await fetch(`${address}/metrics`, { headers: { authorization: "Bearer k1" } })).status).toBe(200)
})

test("a port in use is a conflict that says so", async () => {
  const address = await start()
  const second = createServer({ handlers: fakeHandlers(), version: "1", port: Number(new URL(address).port) })
  await expect(second.listen()).rejects.toBeInstanceOf(Conflict)
})

test("the page and its files are served with a policy; each request is told to the log by pattern", async () => {
  const lines: string[] = []
  const page = (path: string) => (path === "/" ? { type: "text/html; charset=utf-8", body: "<p>films</p>" } : undefined)
  const address = await start({}, { page, onRequest: ({ method, route, status }) => lines.push(`${method} ${route} ${status}`) })
  const answer = await fetch(address)
  expect([answer.status, await answer.text()]).toEqual([200, "<p>films</p>"])
  expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
  await (await fetch(`${address}/v1/requests/q1`)).text()
  await later(20)
  expect(lines).toEqual(["GET GET / 200", "GET GET /v1/requests/:id 200"])
})
