import { afterEach, expect, test } from "vitest"
import { ran } from "../../test/fakes/cli-context.ts"
import { fakeAnswer, fakeHandlers } from "../../test/fakes/serving-handlers.ts"
import type { RankRequest, ServingHandlers } from "../definition/index.ts"
import { createServer, type Server } from "../serving/index.ts"
import type { EventsReport } from "./load/bench-events.ts"
import type { LoadReport } from "./load/load-report.ts"

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function start(handlers: Partial<ServingHandlers> = {}, apiKeys: string[] = []): Promise<string> {
  const server = createServer({ handlers: fakeHandlers(handlers), version: "1", port: 0, apiKeys })
  open.push(server)
  return server.listen()
}

const real = { monotonicMs: () => performance.now() }

test("bench load: stated rate, latencies, the server's event loop, its own lag; nothing is logged", async () => {
  const asked: RankRequest[] = []
  const rank: ServingHandlers["rank"] = async (_system, request) => {
    asked.push(request)
    return fakeAnswer(request.limit ?? 1)
  }
  const url = await start({ rank })
  const { code, stdout, stderr } = await ran(
    [
      "bench",
      "load",
      "--json",
      "--url",
      url,
      "--qps",
      "100",
      "--seconds",
      "1",
      "--warm-up",
      "0.2",
      "--events-per-second",
      "400",
      "--batch",
      "20",
    ],
    real,
  )
  const found = JSON.parse(stdout) as LoadReport
  expect(code).toBe(0)
  expect([found.system, found.users, found.rank.intended, found.rank.answered, found.rank.unsent, found.rank.errors]).toEqual([
    "films",
    1,
    100,
    100,
    0,
    {},
  ])
  expect(found.rank.latency.count).toBe(100)
  expect(found.rank.latency.p99Ms).toBeGreaterThan(0)
  expect([found.events!.intended, found.events!.statedPerSecond, found.events!.batchesWithRejections]).toEqual([20, 400, 0])
  expect(found.events!.achievedPerSecond).toBeCloseTo(400, 0)
  expect(found.serverEventLoop.p99Ms).toBeGreaterThanOrEqual(0)
  expect(found.server.cores).toBeGreaterThan(0)
  expect(found.server.residentBytes).toBeGreaterThan(1e6)
  expect(found.generator.lagP99Ms).toBeGreaterThanOrEqual(0)
  expect(found.degraded).toBe(0)
  expect(asked.every(({ log }) => log === false)).toBe(true)
  expect(asked.at(-1)).toEqual({ user: "u1", limit: 20, log: false })
  expect(stderr).toContain("in the server's log")
})

test("bench load: refusals are counted by kind and warned of; the table says so", async () => {
  const rank = async () => ({ ...fakeAnswer(1), degraded: ["rerank: 1 ms left, needed 9"] })
  let n = 0
  const url = await start({ rank: () => (n++ % 2 === 0 ? rank() : Promise.reject(new TypeError("boom"))) })
  const { stdout, stderr } = await ran(["bench", "load", "--url", url, "--qps", "50", "--seconds", "0.4", "--warm-up", "0"], real)
  expect(stdout).toMatch(/errors +500 internal: 10/)
  expect(stdout).toMatch(/degraded +10 answers/)
  expect(stdout).toMatch(/milliseconds +stated\/s +achieved\/s +p50 +p95 +p99 +p99\.9 +max +errors +unsent/)
  expect(stderr).toContain("10 of 20 failed")
})

test("bench events: acknowledged events a second", async () => {
  const url = await start()
  const { code, stdout } = await ran(["bench", "events", "--json", "--url", url, "--seconds", "0.3", "--batch", "10"], real)
  const found = JSON.parse(stdout) as EventsReport
  expect([code, found.rejected, found.errors]).toEqual([0, 0, {}])
  expect(found.accepted % 10).toBe(0)
  expect(found.acceptedPerSecond).toBeGreaterThan(0)
})

test("a server that is not there, not ready, or wants a key", async () => {
  const gone = await ran(["bench", "load", "--url", "http://127.0.0.1:9"], real)
  expect([gone.code, gone.stderr]).toEqual([5, expect.stringContaining("trommel serve")])
  const unready = await start({ ready: () => ({ ready: false, missing: ["films: no release"] }) })
  const refused = await ran(["bench", "load", "--url", unready], real)
  expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining("films: no release")])
  const locked = await start({}, ["k1"])
  const line = ["bench", "load", "--url", locked, "--qps", "20", "--seconds", "0.1", "--warm-up", "0"]
  expect((await ran(line, real)).code).toBeGreaterThan(0)
  expect((await ran(line, { ...real, env: { TROMMEL_API_KEY: "k1" } })).code).toBe(0)
})
