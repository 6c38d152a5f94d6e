import type { FastifyInstance } from "fastify"
import { afterAll, beforeAll, expect, test } from "vitest"
import { fakeHandlers } from "../../test/fakes/serving-handlers.ts"
import { buildApp } from "./app.ts"

interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<
    string,
    Record<
      string,
      {
        summary: string
        parameters?: { name: string; in: string; required?: boolean }[]
        responses: Record<string, { description: string }>
      }
    >
  >
}

let app: FastifyInstance
let document: Document
beforeAll(async () => {
  app = (await buildApp({ handlers: fakeHandlers(), version: "1.2.3" })).app
  document = (await app.inject("/openapi.json")).json()
})
afterAll(() => app.close())

test("the document covers every route of the API", () => {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(routes.sort()).toEqual(
    [
      "GET /",
      "GET /docs",
      "GET /health",
      "GET /metrics",
      "GET /openapi.json",
      "GET /ready",
      "GET /v1/admin/data/{system}",
      "GET /v1/admin/releases",
      "GET /v1/admin/requests",
      "GET /v1/admin/stream",
      "GET /v1/admin/systems",
      "GET /v1/admin/systems/{system}/graph",
      "GET /v1/admin/users",
      "GET /v1/admin/users/{id}",
      "GET /v1/requests/{id}",
      "POST /v1/admin/promote",
      "POST /v1/admin/rollback",
      "POST /v1/events",
      "POST /v1/{system}/rank",
      "POST /v1/{system}/{operation}",
    ].sort(),
  )
})

test("the document is well-formed OpenAPI: version, info, every path parameter declared and required, every answer described", () => {
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(document.info).toMatchObject({ title: "trommel", version: "1.2.3" })
  for (const [path, methods] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    for (const operation of Object.values(methods)) {
      const declared = (operation.parameters ?? []).filter((one) => one.in === "path")
      expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath.sort())
      expect(
        declared.every(({ required }) => required === true),
        path,
      ).toBe(true)
      expect(operation.summary, path).toBeTruthy()
      expect(Object.keys(operation.responses), path).toEqual(expect.arrayContaining(["200", "default"]))
      for (const { description } of Object.values(operation.responses)) expect(description, path).toBeTruthy()
    }
  }
  // References and symbols would not survive printing.
  expect(JSON.stringify(document)).not.toMatch(/"\$ref":"(?!#)/)
})

test("the docs page shows every route and loads nothing from elsewhere", async () => {
  const answer = await app.inject("/docs")
  expect(answer.headers["content-type"]).toContain("text/html")
  expect(answer.headers["content-security-policy"]).toContain("default-src 'none'")
  for (const path of Object.keys(document.paths)) expect(answer.body).toContain(`<code>${path}</code>`)
  expect(answer.body).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(answer.body).not.toContain("undefined")
  expect(answer.body).not.toContain("[object Object]")
})

test("without a page of its own the root leads to the docs", async () => {
  const answer = await app.inject("/")
  expect([answer.statusCode, answer.headers.location]).toEqual([302, "/docs"])
})
