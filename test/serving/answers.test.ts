import { createRequire } from "node:module"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Engine } from "../../src/engine/index.ts"
import { NOW, smallEngine } from "../engine/small-world.ts"
import { type RealServer, serveEngine } from "./real-server.ts"

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
}
type Check = ((value: unknown) => boolean) & { errors?: unknown }

/** The validator that the HTTP framework brings along. */
const Ajv = createRequire(createRequire(import.meta.url).resolve("fastify"))("ajv/dist/2020.js").default as new (
  options: object,
) => { compile(schema: object): Check }

let engine: Engine
let server: RealServer
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
let release: string
beforeAll(async () => {
  const made = await smallEngine()
  engine = made.engine
  release = made.release
  server = await serveEngine(engine, { page: () => ({ type: "text/html; charset=utf-8", body: "<!doctype html>" }) })
  const document = (await server.call("/openapi.json")).body as { openapi: string; paths: typeof paths }
  expect(document.openapi).toMatch(/^3\.1/)
  paths = document.paths
})
afterAll(async () => {
  await server.close()
  await engine.close()
})

/** Calls a route and checks its answer against what the document says of that status. */
async function answered(method: "get" | "post", route: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const operation = paths[route]?.[method]
  expect(operation, `${method} ${route} in the document`).toBeDefined()
  const answer = await server.call(path, body)
  const described = operation!.responses[String(answer.status)] ?? operation!.responses["4XX"] ?? operation!.responses.default
  expect(described, `${route}: status ${answer.status} in the document`).toBeDefined()
  const schema = described!.content?.["application/json"]?.schema
  if (typeof answer.body === "object") {
    const check = new Ajv({ strict: false, allErrors: true }).compile(schema!)
    expect(check(answer.body), `${route} ${answer.status}: ${JSON.stringify(check.errors)} in ${answer.text.slice(0, 300)}`).toBe(true)
  }
  return answer
}

test("every answer of the running API is what its document says, refusals too", async () => {
  await engine.export("films", { storePages: true, users: ["u1"] })
  const like = { id: "d-1", timestamp: NOW, event: "interaction", collection: "films", user: "u1", item: "f1", type: "like" }
  const rank = "/v1/{system}/rank"
  const page = await answered("post", rank, "/v1/films/rank", { user: "u1", limit: 5, explain: true })
  const { requestId } = page.body as { requestId: string }
  const calls: readonly (readonly ["get" | "post", string, string, unknown?, number?])[] = [
    ["get", "/", "/"],
    ["get", "/health", "/health"],
    ["get", "/ready", "/ready"],
    ["get", "/metrics", "/metrics"],
    ["get", "/docs", "/docs"],
    ["get", "/openapi.json", "/openapi.json"],
    ["post", "/v1/events", "/v1/events", like],
    ["post", "/v1/events", "/v1/events", [like, { ...like, id: "d-2" }, {}]],
    ["post", "/v1/events", "/v1/events", {}, 400],
    ["post", rank, "/v1/films/rank", { session: "s", placement: "item", item: "f1", filters: { genres: ["drama", "space"] } }],
    [
      "post",
      rank,
      "/v1/films/rank",
      { user: "u1", limit: 2, cursor: "o2", context: { device: "phone" }, items: ["f1", "f2", "f3", "f50"] },
    ],
    ["post", rank, "/v1/films/rank", { user: "u1", stored: true }],
    ["post", rank, "/v1/films/rank", { limit: -1 }, 400],
    ["post", rank, "/v1/nothing/rank", {}, 404],
    ["post", "/v1/{system}/{operation}", "/v1/films/complete", {}, 404],
    ["post", "/v1/films/page", "/v1/films/page", { user: "u1", rows: ["for-you", "genre"], limit: 4, timeoutMs: 9000 }],
    ["post", "/v1/films/page", "/v1/films/page", { item: "f1", context: { household: ["u2"] }, explain: true }],
    ["post", "/v1/films/page", "/v1/films/page", { rows: 0 }, 400],
    ["get", "/v1/requests/{id}", `/v1/requests/${requestId}`],
    ["get", "/v1/requests/{id}", "/v1/requests/none", undefined, 404],
    ["get", "/v1/admin/systems", "/v1/admin/systems"],
    ["get", "/v1/admin/systems/{system}/graph", "/v1/admin/systems/films/graph"],
    ["get", "/v1/admin/data/{system}", "/v1/admin/data/films"],
    ["get", "/v1/admin/users", "/v1/admin/users?system=films&limit=3"],
    ["get", "/v1/admin/users/{id}", "/v1/admin/users/u1?system=films"],
    ["get", "/v1/admin/users/{id}", "/v1/admin/users/nobody?system=films"],
    ["get", "/v1/admin/requests", "/v1/admin/requests?system=films&placement=home&limit=2"],
    ["get", "/v1/admin/requests", "/v1/admin/requests?system=shop", undefined, 404],
    ["get", "/v1/admin/releases", "/v1/admin/releases?system=films"],
    ["post", "/v1/admin/promote", "/v1/admin/promote", { system: "films", release }],
    ["post", "/v1/admin/rollback", "/v1/admin/rollback", { system: "films" }, 409],
  ]
  const reached = new Set<string>(["get /v1/admin/stream"])
  for (const [method, route, path, body, status = 200] of calls) {
    expect((await answered(method, route, path, body)).status, `${method} ${path}`).toBe(status)
    reached.add(`${method} ${route}`)
  }
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
  expect([...reached].sort()).toEqual(documented.sort())
})

test("the document's own examples and schemas of what is sent fit what is taken", async () => {
  const schema = paths["/v1/{system}/rank"]!.post!.requestBody!.content["application/json"]!.schema
  const check = new Ajv({ strict: false }).compile(schema)
  for (const [body, fits] of [
    [{ user: "u1", limit: 5, timeoutMs: 100, log: false }, true],
    [{ usr: "u1" }, false],
    [{ limit: 0 }, false],
    [{ filters: { genres: ["drama"] } }, true],
  ] as const) {
    expect(check(body), JSON.stringify(body)).toBe(fits)
    const { status } = await server.call("/v1/films/rank", body)
    expect(status < 400, JSON.stringify(body)).toBe(fits)
  }
})

test("measurements tell what the engine did", async () => {
  const { text } = await server.call("/metrics")
  expect(text).toMatch(/^trommel_ranked_total\{system="films",placement="home"\} [1-9]/m)
  expect(text).toMatch(/^trommel_log_records [1-9]\d*$/m)
  expect(text).toMatch(/^trommel_log_append_failures_total 0$/m)
  expect(text).not.toMatch(/NaN|undefined/)
})
