import fc from "fast-check"
import Fastify from "fastify"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Value } from "../core/index.ts"
import type { RankAnswer } from "../definition/index.ts"
import { rankText } from "./rank-text.ts"
import { rankAnswer } from "./schemas.ts"

let answer: object = {}
const app = Fastify()
beforeAll(async () => {
  app.get("/", { schema: { response: { 200: rankAnswer } } }, async () => answer)
  await app.ready()
})
afterAll(() => app.close())

/** The text by the schema. */
async function bySchema(given: RankAnswer): Promise<string> {
  answer = given
  return (await app.inject("/")).body
}

const name = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom('"', "\\", "\u2028", "\n", "ü", "\ud800", ""))
/** The schema's pattern for names of fields knows no ends of lines. */
const field = name.filter((text) => !/[\n\r\u2028\u2029]/.test(text))
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1e21, 1e-7))
const value = fc.oneof(name, number, fc.boolean(), fc.array(name, { maxLength: 3 }))
const optional = { requiredKeys: ["id", "score"] as ("id" | "score")[] }
const item = fc.record(
  { id: name, collection: name, score: number, reasons: fc.array(name, { maxLength: 2 }), fields: fc.dictionary(field, value) },
  optional,
)
const plain = fc.record(
  {
    requestId: name,
    release: name,
    variant: name,
    items: fc.array(item, { maxLength: 4 }),
    cursor: name,
    degraded: fc.array(name, { maxLength: 2 }),
    stages: fc.array(fc.record({ name, in: fc.nat(), out: fc.nat(), ms: number }), { maxLength: 3 }),
    position: name,
    tookMs: number,
    stored: fc.record({ madeMs: fc.nat(), gone: fc.nat() }),
  },
  { requiredKeys: ["requestId", "release", "variant", "items", "degraded", "stages", "position", "tookMs"] },
)

test("property: the text of a page is the one its schema gives, byte for byte, also when items come again", async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (given) => {
      const items = given.items.map((one) => ({ ...one, ...(one.fields === undefined ? {} : { fields: Object.freeze(one.fields) }) }))
      const page = { ...given, items } as RankAnswer
      expect(rankText(page)).toBe(await bySchema(page))
      expect(rankText(page)).toBe(await bySchema(page))
    }),
    { numRuns: 200 },
  )
})

const page: RankAnswer = { requestId: "r", release: "a", variant: "live", items: [], degraded: [], stages: [], position: "1", tookMs: 1 }

test("fields that may still change are written anew", () => {
  const fields: Record<string, Value> = { year: 1 }
  const answered = () => rankText({ ...page, items: [{ id: "i", score: 1, fields }] })
  expect(answered()).toContain('"year":1')
  fields.year = 2
  expect(answered()).toContain('"year":2')
})

test.each([
  { name: "an explanation", given: { ...page, explanation: {} } },
  { name: "facets", given: { ...page, facets: {} } },
  { name: "corrections", given: { ...page, corrections: [] } },
  { name: "highlights", given: { ...page, items: [{ id: "i", score: 1, highlights: {} }] } },
  { name: "a score that is no number", given: { ...page, items: [{ id: "i", score: Number.NaN }] } },
])("$name is left to the schema", ({ given }) => {
  expect(rankText(given as unknown as RankAnswer)).toBeUndefined()
})
