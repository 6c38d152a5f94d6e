import { afterAll, beforeAll, expect, test } from "vitest"
import type { Engine } from "../../src/engine/index.ts"
import { NOW, smallEngine } from "../engine/small-world.ts"
import { type RealServer, serveEngine } from "./real-server.ts"

let engine: Engine
let release: string
let server: RealServer
beforeAll(async () => {
  const made = await smallEngine()
  engine = made.engine
  release = made.release
  server = await serveEngine(engine)
})
afterAll(async () => {
  await server.close()
  await engine.close()
})

const like = { id: "e", timestamp: NOW, event: "interaction", collection: "films", user: "u1", item: "f1", type: "like" }
const film = { id: "e", timestamp: NOW, event: "item", collection: "films", item: "f1", fields: { title: "A" } }

/** What comes in, as people send it, and what they are told: reviewed in the golden file. */
const bad: readonly (readonly [name: string, path: string, body: unknown, more?: RequestInit])[] = [
  ["not JSON", "/v1/events", '{"id": "e",'],
  ["a number for a batch", "/v1/events", "7"],
  ["an event that is text", "/v1/events", '"click"'],
  ["no id", "/v1/events", { ...like, id: undefined }],
  ["an unknown kind", "/v1/events", { ...like, event: "clck" }],
  ["a kind that only the server writes", "/v1/events", { ...like, event: "served" }],
  ["no time", "/v1/events", { ...like, timestamp: undefined }],
  ["seconds for milliseconds", "/v1/events", { ...like, timestamp: NOW / 1000 }],
  ["next year", "/v1/events", { ...like, timestamp: NOW + 400 * 86_400_000 }],
  ["a day that is none", "/v1/events", { ...like, timestamp: "2026-02-30T00:00:00Z" }],
  ["nobody", "/v1/events", { ...like, user: "" }],
  ["a number for a user", "/v1/events", { ...like, user: 12 }],
  ["an id of 300 characters", "/v1/events", { ...like, item: "x".repeat(300) }],
  ["an id with a control character", "/v1/events", { ...like, item: "a\u0000b" }],
  ["a value that is text", "/v1/events", { ...like, value: "five" }],
  ["a required field left out", "/v1/events", { ...film, item: "brand-new", fields: { year: 1999 } }],
  ["a field out of range", "/v1/events", { ...film, fields: { year: 1492 } }],
  ["a field of another type", "/v1/events", { ...film, fields: { genres: "drama" } }],
  ["a nested field", "/v1/events", { ...film, fields: { price: { amount: 1 } } }],
  ["a key that reaches the prototype", "/v1/events", '{"__proto__": {"x": 1}, "id": "e"}'],
  ["an oversized body", "/v1/films/rank", { user: "u1", context: { note: "x".repeat(300_000) } }],
  ["a batch of 9 MB", "/v1/events", [{ ...like, note: "x".repeat(9_000_000) }]],
  ["strict, an item nobody described", "/v1/events?strict=true", { ...like, item: "nowhere" }],
  ["strict, a request nobody asked", "/v1/events?strict=true", { ...like, request: "no-such" }],
  ["strict, neither true nor false", "/v1/events?strict=maybe", like],
  ["an unknown system", "/v1/movies/rank", { user: "u1" }],
  ["an unknown field", "/v1/films/rank", { usr: "u1" }],
  ["no page at all", "/v1/films/rank", { user: "u1", limit: 0 }],
  ["half an item", "/v1/films/rank", { user: "u1", limit: 2.5 }],
  ["too many", "/v1/films/rank", { user: "u1", limit: 100_000 }],
  ["a limit that is text", "/v1/films/rank", { user: "u1", limit: "10" }],
  ["an unknown sort", "/v1/films/rank", { user: "u1", sort: "newest" }],
  ["an unknown placement", "/v1/films/rank", { user: "u1", placement: "sidebar" }],
  ["an item page of no item", "/v1/films/rank", { user: "u1", placement: "item" }],
  ["an item page of an unknown item", "/v1/films/rank", { user: "u1", item: "nowhere" }],
  ["an unknown filter", "/v1/films/rank", { user: "u1", filters: { colour: "red" } }],
  ["a filter by text", "/v1/films/rank", { user: "u1", filters: { title: "Film 1" } }],
  ["a made-up cursor", "/v1/films/rank", { user: "u1", cursor: "page-2" }],
  ["a made-up position", "/v1/films/rank", { user: "u1", after: "latest" }],
  ["a position not reached", "/v1/films/rank", { user: "u1", after: "99999999" }],
  ["an unknown release", "/v1/films/rank", { user: "u1", release: "0000000000000000" }],
  ["no time at all", "/v1/films/rank", { user: "u1", timeoutMs: 0 }],
  ["an unknown field of a page", "/v1/films/page", { users: "u1" }],
  ["an unknown kind of row", "/v1/films/page", { rows: ["top-ten"] }],
  ["a page of no rows", "/v1/films/page", { rows: 0 }],
  ["a page of an unknown item", "/v1/films/page", { item: "nowhere" }],
  ["an unknown operation", "/v1/films/complete", { query: "al" }],
  ["an unknown request", "/v1/requests/nobody-asked", undefined],
  ["an unknown system's people", "/v1/admin/users?system=movies", undefined],
  ["an unknown release to promote", "/v1/admin/promote", { system: "films", release: "0000000000000000" }],
  ["nothing to go back to", "/v1/admin/rollback", { system: "films" }],
  [
    "another page's origin",
    "/v1/films/rank",
    { user: "u1" },
    { headers: { "content-type": "application/json", origin: "https://evil.example" } },
  ],
  ["a form", "/v1/events", "id=e", { headers: { "content-type": "application/x-www-form-urlencoded" } }],
]

test("every bad input is refused with where, what was expected, what came and what to do", async () => {
  const told: string[] = []
  for (const [name, path, body, more] of bad) {
    const answer = await server.call(path, body, more)
    const { error } = answer.body as { error: Record<string, string> }
    expect(Object.keys(error ?? {}).sort(), name).toEqual(["came", "code", "expected", "remedy", "where"])
    expect(answer.status, name).toBeGreaterThanOrEqual(400)
    expect(answer.status, name).toBeLessThan(500)
    told.push(
      `${name}\n  ${answer.status} ${error.code}\n  ${error.where}: expected ${error.expected}, came ${error.came}. ${error.remedy}\n`,
    )
  }
  // Ids of releases and positions change with every model that is improved.
  const steady = told
    .join("\n")
    .replaceAll(release, "(release)")
    .replace(/a position up to \d+/, "a position up to (newest)")
  await expect(steady).toMatchFileSnapshot("../golden/bad-input.txt")
})

test("nothing accepted is lost by what is refused: good events beside bad ones count, bad requests change nothing", async () => {
  const before = engine.handlers.health().events
  const batch = [{ ...like, id: "good-1", item: "f30" }, 5, { ...like, id: "good-2", user: "u2" }, null, { ...like, id: "good-1" }, "x"]
  const { status, body } = await server.call("/v1/events", batch)
  expect(status).toBe(200)
  expect(body).toMatchObject({ accepted: 2, duplicates: 1, rejected: [{ index: 1 }, { index: 3 }, { index: 5 }] })
  for (const [, path, sent, more] of bad) await server.call(path, sent, more)
  expect(engine.handlers.health().events).toBe(before + 2)
  expect((await server.call("/v1/films/rank", { user: "u1", limit: 3 })).status).toBe(200)
  expect((await server.call("/health")).body).toMatchObject({ status: "ok" })
})

test("a hide sent over HTTP holds in the very next answer, and a refused one does not", async () => {
  const page = async (after?: string) => {
    const { body } = await server.call("/v1/films/rank", { user: "u20", limit: 60, sort: "score", ...(after ? { after } : {}) })
    return (body as { items: { id: string }[] }).items.map(({ id }) => id)
  }
  const [first] = await page()
  const hide = { ...like, id: "hide-20", user: "u20", item: first, type: "hide" }
  expect((await server.call("/v1/events", { ...hide, timestamp: 5 })).status).toBe(400)
  expect(await page()).toContain(first)
  const { body } = await server.call("/v1/events", hide)
  expect(await page((body as { position: string }).position)).not.toContain(first)
})
