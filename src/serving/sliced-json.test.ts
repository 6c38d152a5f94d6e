import fc from "fast-check"
import { expect, test } from "vitest"
import { parseSliced } from "./sliced-json.ts"

test("property: any JSON parses to the same value as in one go, whatever the slice", async () => {
  const values = fc.oneof(fc.array(fc.jsonValue(), { maxLength: 30 }), fc.jsonValue())
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 2), async (value, slice, indent) => {
      const text = ` ${JSON.stringify(value, null, indent)}\n`
      expect(await parseSliced(Buffer.from(text), JSON.parse, slice)).toEqual(JSON.parse(text))
    }),
  )
})

test("property: what JSON.parse refuses is refused, and nothing else", async () => {
  const texts = fc.array(fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", "1", "a", ":", " ", '"a"', '"b":1', "1,2"), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 4 }), async (parts, slice) => {
      const text = `[${parts.join("")}]`
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        await expect(parseSliced(Buffer.from(text), JSON.parse, slice)).rejects.toBeInstanceOf(SyntaxError)
        return
      }
      expect(await parseSliced(Buffer.from(text), JSON.parse, slice)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test("the event loop is let in between slices", async () => {
  let turns = 0
  const count = () => {
    turns++
    if (turns < 1000) setImmediate(count)
  }
  setImmediate(count)
  const events = Array.from({ length: 1000 }, (_, i) => ({ id: `e${i}` }))
  await parseSliced(Buffer.from(JSON.stringify(events)), JSON.parse, 1000)
  expect(turns).toBeGreaterThanOrEqual(10)
})
