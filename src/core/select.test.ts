import fc from "fast-check"
import { expect, test } from "vitest"
import { random } from "./random.ts"
import { selectRanks, valuesAtRanks } from "./select.ts"

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }), fc.constantFrom(0, -0, Infinity, -Infinity, 1e-320))

test("property: what stands at a rank is what sorting puts there", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (values, picks) => {
      const sorted = Float64Array.from(values).sort()
      const ranks = [...new Set(picks.map((pick) => pick % values.length))].sort((a, b) => a - b)
      const found = valuesAtRanks(Float64Array.from(values), ranks)
      const selected = Float64Array.from(values)
      selectRanks(selected, ranks)
      ranks.forEach((rank, i) => {
        expect(found[i]! - sorted[rank]! || 0).toBe(0)
        expect(selected[rank]! - sorted[rank]! || 0).toBe(0)
      })
    }),
  )
})

test("long lists: spread over many sizes, nearly all alike, and narrow around a large number", () => {
  const chance = random(1)
  for (const draw of [
    () => Math.exp(8 * chance.normal()) * (chance.next() < 0.5 ? -1 : 1),
    () => (chance.next() < 0.99 ? 7 : chance.normal()),
    () => 1.7e12 + chance.normal(),
  ]) {
    const values = Float64Array.from({ length: 20_000 }, draw)
    const sorted = values.slice().sort()
    const ranks = [0, 1, 199, 10_000, 10_001, 19_999]
    expect(Array.from(valuesAtRanks(values, ranks))).toEqual(ranks.map((rank) => sorted[rank]))
  }
})
