import fc from "fast-check"
import { expect, test } from "vitest"
import { dcg, ndcg, ndcgAtK, ndcgWithTies } from "./index.ts"

test.each([
  { name: "ideal order", ranked: [3, 2, 0], judged: [0, 2, 3], k: 10, expected: 1 },
  { name: "relevant result at rank 2", ranked: [0, 1], judged: [1, 0], k: 10, expected: 0.6309 },
  { name: "relevant result below the cutoff", ranked: [0, 1], judged: [1, 0], k: 1, expected: 0 },
  { name: "nothing relevant", ranked: [0, 0], judged: [0, 0], k: 10, expected: 0 },
  { name: "unjudged first", ranked: [Number.NaN, 1], judged: [1], k: 10, expected: 0.6309 },
])("ndcg, $name: $expected", ({ ranked, judged, k, expected }) => {
  expect(ndcg(ranked, judged, k)).toBeCloseTo(expected, 4)
})

test("grades 0, 5, 1, 4, 2 with linear gain: DCG 6.151, ideal 8.954, NDCG 0.6869", () => {
  const grades = [0, 5, 1, 4, 2]
  expect(dcg(grades, 5, "linear")).toBeCloseTo(6.151, 3)
  expect(dcg([5, 4, 2, 1, 0], 5, "linear")).toBeCloseTo(8.954, 3)
  expect(ndcg(grades, grades, 5, "linear")).toBeCloseTo(0.6869, 4)
})

test.each([
  { name: "cut below the relevant", ranked: [1, 1], relevant: 5, k: 2, expected: 1 },
  { name: "one of two found at place 2", ranked: [0, 1], relevant: 2, k: 20, expected: 0.6309 / 1.6309 },
])("binary ndcg, $name", ({ ranked, relevant, k, expected }) => {
  expect(ndcgAtK(ranked, new Array(relevant).fill(1), k)).toBeCloseTo(expected, 4)
})

test("a cutoff that is no positive whole number is refused", () => {
  expect(() => ndcg([1], [1], 0)).toThrow(/ndcg: expected a positive whole number k, came 0/)
  expect(() => ndcgAtK([1], [1], 1.5)).toThrow(/ndcgAtK/)
})

const grades = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 })
const orders = grades.chain((judged) => fc.tuple(fc.constant(judged), fc.shuffledSubarray(judged, { minLength: judged.length })))

test("property: ndcg stays in [0, 1] for every order of the judged documents", () => {
  fc.assert(
    fc.property(orders, fc.integer({ min: 1, max: 40 }), ([judged, ranked], k) => {
      const value = ndcg(ranked, judged, k)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1 + 1e-12)
    }),
  )
})

test("property: with grades of 0 and 1 ndcg and its binary form agree", () => {
  const binary = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(binary, fc.integer({ min: 1, max: 40 }), (list, k) => {
      expect(ndcgAtK(list, list, k)).toBeCloseTo(ndcg(list, list, k), 12)
    }),
  )
})

test("property: without ties the tie-aware form is plain ndcg", () => {
  fc.assert(
    fc.property(orders, fc.integer({ min: 1, max: 40 }), ([judged, ranked], k) => {
      const scores = ranked.map((_, place) => -place)
      expect(ndcgWithTies(ranked, scores, k)).toBeCloseTo(ndcg(ranked, judged, k, "linear"), 12)
    }),
  )
})
