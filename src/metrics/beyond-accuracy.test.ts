import fc from "fast-check"
import { expect, test } from "vitest"
import { coverage, exposureCounts, exposureEntropyBits, gini, intraListDiversity, noveltyBits, popularityBias } from "./index.ts"

test("coverage, Gini and entropy of exposure by hand", () => {
  const counts = exposureCounts(
    [
      ["a", "b"],
      ["a", "c"],
    ],
    ["a", "b", "c", "d"],
    2,
  )
  expect([...counts]).toEqual([2, 1, 1, 0])
  expect(coverage(counts)).toBe(0.75)
  expect(gini(counts)).toBeCloseTo(0.375, 12) // sorted 0 1 1 2: (-3*0 - 1*1 + 1*1 + 3*2) / (4 * 4)
  expect(exposureEntropyBits(counts)).toBeCloseTo(1.5, 12)
})

test("equal exposure has Gini 0, one item taking all has 1 - 1/n", () => {
  expect(gini([3, 3, 3])).toBeCloseTo(0, 12)
  expect(gini([0, 0, 0, 8])).toBeCloseTo(0.75, 12)
  expect(() => gini([])).toThrow(/catalogue/)
})

test("novelty is the mean surprise in bits, floored for items nobody knows", () => {
  const shares: Record<string, number> = { hit: 0.5, niche: 0.125, unknown: 0 }
  const shareOf = (id: string) => shares[id]!
  expect(noveltyBits(["hit", "niche"], shareOf, 1 / 16)).toBe(2)
  expect(noveltyBits(["unknown"], shareOf, 1 / 16)).toBe(4)
})

test("popularity bias compares the list with the user's own history", () => {
  const shareOf = (id: string) => (id === "hit" ? 0.6 : 0.2)
  expect(popularityBias(["hit"], ["niche"], shareOf)).toBeCloseTo(3, 12)
  expect(popularityBias(["hit"], [], shareOf)).toBeNull()
})

test("diversity is one minus the mean similarity of pairs", () => {
  const same = (a: string, b: string) => (a[0] === b[0] ? 1 : 0)
  expect(intraListDiversity(["a1", "a2", "b1"], same)).toBeCloseTo(2 / 3, 12)
  expect(intraListDiversity(["a1"], same)).toBe(0)
})

test("property: Gini stays in [0, 1) and does not change when every count is doubled", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }), (counts) => {
      const value = gini(counts)
      expect(value).toBeGreaterThanOrEqual(-1e-12)
      expect(value).toBeLessThan(1)
      expect(gini(counts.map((count) => 2 * count))).toBeCloseTo(value, 10)
    }),
  )
})
