import fc from "fast-check"
import { expect, test } from "vitest"
import type { LogRecord } from "../core/index.ts"
import { chunkLast, decodeChunk, encodeChunk } from "./chunk.ts"
import { decodeInteractions, encodeInteractions } from "./interaction-columns.ts"

const click = (n: number, more: object = {}): LogRecord =>
  ({ id: `e${n}`, timestamp: 1000 + n, event: "interaction", item: `i${n % 7}`, type: "click", ...more }) as LogRecord
const many = (more: (n: number) => object = () => ({})) => Array.from({ length: 40 }, (_, n) => click(n, more(n)))

test("interactions come back as they were, field by field", () => {
  const records = many((n) => ({
    ...(n % 2 === 0 ? { user: `u${n % 5}` } : { session: "Zoë 東京" }),
    ...(n % 3 === 0 ? { value: n / 4, request: `r${n}` } : {}),
    ...(n % 4 === 0 ? { collection: "films" } : {}),
  }))
  const body = encodeInteractions(records)!
  expect(decodeInteractions(body, records.length)).toEqual(JSON.parse(JSON.stringify(records)))
  expect(body.length).toBeLessThan(JSON.stringify(records).length * 0.6)
})

test("property: any mix of optional fields and any text survives, wherever the chunk lies in memory", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 })
  const optional = { requiredKeys: ["id", "item", "type", "timestamp"] as ("id" | "item" | "type" | "timestamp")[] }
  const record = fc.record(
    {
      id: text,
      item: text,
      type: text,
      timestamp: fc.integer(),
      user: text,
      session: text,
      collection: text,
      request: text,
      value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    },
    optional,
  )
  fc.assert(
    fc.property(fc.array(record, { minLength: 32, maxLength: 40 }), fc.integer({ min: 0, max: 7 }), (rows, shift) => {
      const records = rows.map((row) => ({ event: "interaction" as const, ...row }))
      const body = encodeInteractions(records)!
      const chunk = encodeChunk({ first: 5, times: records.map(({ timestamp }) => timestamp), body })
      const moved = Buffer.concat([Buffer.alloc(shift), chunk]).subarray(shift)
      expect(chunkLast(moved)).toBe(4 + records.length)
      expect(decodeChunk(moved, 6, 20).map((entry) => entry.record)).toEqual(JSON.parse(JSON.stringify(records.slice(2, 16))))
    }),
    { numRuns: 50 },
  )
})

test.each<{ name: string; records: LogRecord[] }>([
  { name: "few records", records: [click(1)] },
  { name: "another kind of record", records: [...many(), { id: "x", timestamp: 1, event: "user", user: "ann", fields: {} }] },
  { name: "a field that is not known", records: many(() => ({ colour: "red" })) },
  { name: "a time that is text", records: many(() => ({ timestamp: "2026-01-01" })) },
  { name: "a value that is no number", records: many(() => ({ value: "1" })) },
  { name: "half of a surrogate pair", records: many(() => ({ user: "\ud800" })) },
])("JSON is left to $name", ({ records }) => {
  expect(encodeInteractions(records)).toBeUndefined()
})
