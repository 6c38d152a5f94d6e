import fc from "fast-check"
import { expect, test } from "vitest"
import { selectTopK, topK } from "./top-k.ts"

test.each([
  { name: "best first", scores: [1, 3, 2], k: 2, expected: [1, 2] },
  { name: "ties by lower index", scores: [5, 7, 5, 7], k: 3, expected: [1, 3, 0] },
  { name: "NaN never", scores: [Number.NaN, 1, Number.NaN], k: 3, expected: [1] },
  { name: "minus infinity counts", scores: [Number.NEGATIVE_INFINITY, Number.NaN, 0], k: 3, expected: [2, 0] },
  { name: "zeros of both signs are equal", scores: [-0, 0, -0], k: 2, expected: [0, 1] },
  { name: "none asked", scores: [1, 2], k: 0, expected: [] },
  { name: "none there", scores: [], k: 4, expected: [] },
])("topK, $name: $expected", ({ scores, k, expected }) => {
  expect([...topK(Float32Array.from(scores), k)]).toEqual(expected)
})

test("skipped and cut-off scores are not chosen", () => {
  const scores = Float32Array.of(9, 8, 7, 6)
  expect([...topK(scores, 2, { skip: Uint8Array.of(1, 0, 1, 0) })]).toEqual([1, 3])
  expect([...topK(scores, 9, { length: 2 })]).toEqual([0, 1])
})

test("k that is no count is refused", () => {
  expect(() => topK(new Float32Array(3), 1.5)).toThrow("topK: expected a whole number k >= 0, came 1.5.")
  expect(() => topK(new Float32Array(3), -1)).toThrow("came -1.")
})

test("property: agrees with a stable sort, and touches no more than k places", () => {
  const score = fc.oneof(fc.float(), fc.integer({ min: 0, max: 3 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(score, fc.nat(3)), { maxLength: 80 }), fc.nat(30), (entries, k) => {
      const scores = Float32Array.from(entries, ([value]) => value)
      const skip = Uint8Array.from(entries, ([, one]) => (one === 0 ? 1 : 0))
      const expected = [...scores.keys()]
        .filter((i) => !Number.isNaN(scores[i]) && skip[i] === 0)
        .sort((a, b) => (scores[a] === scores[b] ? a - b : scores[b]! > scores[a]! ? 1 : -1))
        .slice(0, k)
      const places = new Uint32Array(k + 1).fill(77)
      const best = new Float32Array(k + 1)
      const found = selectTopK(scores, k, places, best, { skip })
      expect([...places.subarray(0, found)]).toEqual(expected)
      expect([...best.subarray(0, found)]).toEqual(expected.map((i) => scores[i]))
      expect(places[k]).toBe(77)
    }),
    { numRuns: 500 },
  )
})
