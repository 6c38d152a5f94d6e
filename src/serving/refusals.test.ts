import type { FastifyInstance } from "fastify"
import { afterAll, beforeAll, expect, test } from "vitest"
import { fakeHandlers } from "../../test/fakes/serving-handlers.ts"
import { Conflict, Corrupt, DeadlineExceeded, Overloaded, TooLarge, Unauthorized, Unavailable } from "../core/index.ts"
import type { ErrorBody } from "../definition/index.ts"
import { buildApp } from "./app.ts"
import { refusalOf, statusOf } from "./refusals.ts"

const faults: unknown[] = []
let app: FastifyInstance

beforeAll(async () => {
  const thrown: Record<string, () => Error> = {
    conflict: () => new Conflict("release", "one that passed its gates", "one that failed", "Train again."),
    unauthorized: () => new Unauthorized("key", "a key for this system", "another", "Ask for one."),
    too_large: () => new TooLarge("items", "at most 5 MB", "9 MB", "Send fewer."),
    overloaded: () => new Overloaded("rank", "a free worker", "none", "Try again."),
    deadline_exceeded: () => new DeadlineExceeded("rank", "an answer in 5 ms", "none", "Allow more."),
    unavailable: () => new Unavailable("rank", "a release", "none", "Train first."),
    corrupt: () => new Corrupt("release", "its hash", "another", "Train again."),
    fault: () => new TypeError("cannot read /home/someone/secret-key.pem"),
    plain: () => Object.assign(new Error("ENOENT: /etc/trommel"), { statusCode: 200 }),
  }
  const handlers = fakeHandlers({
    async operation(_system, operation) {
      throw thrown[operation]!()
    },
    async explain(id) {
      return { requestId: id, items: null } as never
    },
  })
  app = (await buildApp({ handlers, version: "1.2.3", onFault: (error) => faults.push(error) })).app
})
afterAll(() => app.close())

const json = { "content-type": "application/json" }
const rank = (payload: string | object, headers: Record<string, string> = json) => ({
  method: "POST" as const,
  url: "/v1/films/rank",
  payload,
  headers,
})

const cases: Record<
  string,
  { method?: "GET" | "POST" | "DELETE" | "OPTIONS"; url: string; payload?: string | object; headers?: Record<string, string> }
> = {
  "unknown path": { url: "/v1/nothing/here/at-all" },
  "reserved name as a system": { method: "POST", url: "/v1/admin/rank", payload: {}, headers: json },
  "wrong method": { url: "/v1/films/rank" },
  "wrong method on a fixed path": { method: "DELETE", url: "/health" },
  "preflight of another page": { method: "OPTIONS", url: "/v1/events" },
  "no content type": rank("{}", {}),
  "form instead of JSON": rank("a=1", { "content-type": "application/x-www-form-urlencoded" }),
  "malformed JSON": rank('{"user": '),
  "prototype poisoning": rank('{"__proto__": {"admin": true}}'),
  "constructor poisoning": rank('{"constructor": {"prototype": {"admin": true}}}'),
  "empty body": rank(""),
  "body too large": rank({ query: "x".repeat(300_000) }),
  "not an object": rank("[]"),
  "unknown field": rank({ usr: "u1" }),
  "wrong type": rank({ limit: "10" }),
  "below its minimum": rank({ limit: 0 }),
  "above its maximum": rank({ limit: 1001 }),
  "not whole": rank({ limit: 1.5 }),
  "too long": rank({ user: "u".repeat(513) }),
  "empty id": rank({ user: "" }),
  "inside a list": rank({ items: ["a", 5] }),
  "too many entries": rank({ facets: Array.from({ length: 33 }, (_, i) => `facet${i}`) }),
  "a nested value": rank({ filters: { year: { from: 1990 } } }),
  "unknown system": { method: "POST", url: "/v1/movies/rank", payload: {}, headers: json },
  "bad percent encoding": { url: "/v1/requests/%zz" },
  "missing query field": { url: "/v1/admin/releases" },
  "query out of range": { url: "/v1/admin/users?system=films&limit=0" },
  "unknown query field": { url: "/v1/admin/releases?system=films&page=2" },
  "missing body field": { method: "POST", url: "/v1/admin/promote", payload: { system: "films" }, headers: json },
  "strict is neither": { method: "POST", url: "/v1/events?strict=yes", payload: {}, headers: json },
  "events of a scalar": { method: "POST", url: "/v1/events", payload: "5", headers: json },
  "a single event refused": { method: "POST", url: "/v1/events", payload: {}, headers: json },
  "no page file": { url: "/assets/none.js" },
  ...Object.fromEntries(
    ["conflict", "unauthorized", "too_large", "overloaded", "deadline_exceeded", "unavailable", "corrupt", "fault", "plain"].map((name) => [
      `handler throws ${name}`,
      { method: "POST" as const, url: `/v1/films/${name}`, payload: {}, headers: json },
    ]),
  ),
  "answer that does not fit its schema": { url: "/v1/requests/q9" },
}

test("every refusal has the one body", async () => {
  const told: string[] = []
  for (const [name, { method = "GET", ...call }] of Object.entries(cases)) {
    const answer = await app.inject({ method, ...call })
    const body = answer.json<ErrorBody>()
    expect(Object.keys(body), name).toEqual(["error"])
    expect(Object.keys(body.error), name).toEqual(["code", "where", "expected", "came", "remedy"])
    expect(
      Object.values(body.error).every((text) => typeof text === "string" && text !== ""),
      name,
    ).toBe(true)
    expect(answer.headers["content-type"], name).toBe("application/json; charset=utf-8")
    const { code, where, expected, came, remedy } = body.error
    const extra = ["allow", "retry-after", "www-authenticate"].flatMap((header) =>
      answer.headers[header] === undefined ? [] : [` ${header}: ${answer.headers[header]}`],
    )
    told.push(`${name}\n  ${answer.statusCode} ${code}${extra.join("")}\n  ${where}: expected ${expected}, came ${came}. ${remedy}`)
  }
  await expect(`${told.join("\n\n")}\n`).toMatchFileSnapshot("refusals.golden.txt")
})

test("faults say nothing of the machine to the client, and everything to the server", async () => {
  faults.length = 0
  const answer = await app.inject({ method: "POST", url: "/v1/films/fault", payload: {}, headers: json })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toMatch(/secret|home|TypeError|at /)
  expect(String(faults[0])).toContain("secret-key.pem")
})

test("every error code has a status of 400 or more", () => {
  for (const status of Object.values(statusOf)) expect(status).toBeGreaterThanOrEqual(400)
})

test.each([undefined, null, "text", 7, {}, new Error("x")])("anything thrown becomes a refusal: %s", (thrown) => {
  expect(refusalOf(thrown, "/health").status).toBe(500)
})
