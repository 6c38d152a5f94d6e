import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { correctedProbability, popularityWeights, sampleNegatives, thinNegatives, type UserItems } from "./negatives.ts"

interface Case {
  readonly id: string
  readonly fn: string
  readonly input: { readonly q: number; readonly w: number }
  readonly expected: number
}
const vectors = JSON.parse(readFileSync(new URL("../../../test/vectors/imbalance.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[]
}

test.each(vectors.cases.filter(({ fn }) => fn === "downsample_correct"))("imbalance vectors, $id", ({ input, expected }) => {
  expect(Math.abs(correctedProbability(input.q, input.w) - expected)).toBeLessThanOrEqual(Math.max(1e-12, 1e-9 * expected))
})

const users = (...lists: number[][]): UserItems => ({
  offsets: Uint32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).flat().length)]),
  items: Uint32Array.from(lists.flat()),
})

test("uniform: as many as asked, each at the rate it says", () => {
  const { users: who, items, rates } = sampleNegatives(users([0], [], [0, 1, 2, 3]), 4, { seed: 1, perPositive: 3 })
  expect([...who]).toEqual([0, 0, 0])
  expect(items.every((item) => item > 0)).toBe(true)
  expect([...rates]).toEqual([1, 1, 1])
})

test("by popularity: draws follow count^alpha, and rates are the expected counts", () => {
  const weights = popularityWeights([9, 4, 1, 0, 100], 0.5)
  expect([...weights]).toEqual([3, 2, 1, 0, 10])
  const { items, rates } = sampleNegatives(users([4]), 5, { seed: 5, perPositive: 60_000, weights })
  const counts = [0, 0, 0, 0, 0]
  for (const item of items) counts[item]!++
  expect(counts[3]! + counts[4]!).toBe(0)
  for (const [item, share] of [3 / 6, 2 / 6, 1 / 6].entries()) {
    expect(counts[item]! / 60_000).toBeCloseTo(share, 2)
    expect(rates[items.indexOf(item)]).toBeCloseTo(60_000 * share, 1)
  }
})

test("weights that do not fit are refused", () => {
  expect(() => sampleNegatives(users([0]), 2, { seed: 1, weights: Float64Array.of(1) })).toThrow("2 weights")
})

test("thinning keeps what was chosen, leaves out the unsure, and calibration can undo it", () => {
  const labels = Float32Array.from({ length: 40_000 }, (_, i) => (i % 100 === 0 ? Number.NaN : i % 20 === 1 ? 1 : 0))
  const { rows, rates } = thinNegatives(labels, 0.25, { seed: 2 })
  const positives = rows.filter((row) => labels[row] === 1).length
  expect(positives).toBe(labels.filter((label) => label === 1).length)
  expect(rows.every((row) => !Number.isNaN(labels[row]!))).toBe(true)
  expect(rates.every((rate, i) => rate === (labels[rows[i]!] === 1 ? 1 : 0.25))).toBe(true)
  const truth = positives / labels.filter((label) => !Number.isNaN(label)).length
  expect(correctedProbability(positives / rows.length, 0.25)).toBeCloseTo(truth, 2)
})

test("property: nobody's own items are drawn, and the seed decides", () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 9 }))
  fc.assert(
    fc.property(fc.array(list, { maxLength: 5 }), fc.integer(), (lists, seed) => {
      const positives = users(...lists)
      const drawn = sampleNegatives(positives, 10, { seed, perPositive: 2 })
      drawn.items.forEach((item, i) => {
        expect(lists[drawn.users[i]!]).not.toContain(item)
      })
      expect(drawn.items.length).toBe(2 * lists.filter(({ length }) => length < 10).flat().length)
      expect(sampleNegatives(positives, 10, { seed, perPositive: 2 })).toEqual(drawn)
    }),
  )
})
