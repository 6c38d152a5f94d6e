import fc from "fast-check"
import { expect, test } from "vitest"
import {
  averagePrecisionAtK,
  averageRecallAtK,
  cappedAveragePrecisionAtK,
  cappedRecallAtK,
  harmonicMean,
  mrr,
  precisionAtK,
  recallAtK,
  reciprocalRank,
} from "./index.ts"

const ten = new Array(10).fill(1)

test.each([
  { place: 1, expected: 0.1 },
  { place: 2, expected: 0.05 },
  { place: 3, expected: 1 / 30 },
])("one hit at place $place of 10 relevant: average precision $expected", ({ place, expected }) => {
  const ranked = [0, 0, 0, 0, 0]
  ranked[place - 1] = 1
  expect(averagePrecisionAtK(ranked, ten, 5)).toBeCloseTo(expected, 12)
})

test("hits at 1, 3, 4 of N 5, m 10: AP 0.2417, AR 0.06, F1 0.0961", () => {
  const ranked = [1, 0, 1, 1, 0]
  const precision = averagePrecisionAtK(ranked, ten, 5)
  const recall = averageRecallAtK(ranked, ten, 5)
  expect(precision).toBeCloseTo(0.2417, 4)
  expect(recall).toBeCloseTo(0.06, 12)
  expect(harmonicMean(precision, recall)).toBeCloseTo(0.0961, 4)
})

test("first hits at 3, 1, 3 and none: MRR 0.4167, whatever follows the first hit", () => {
  const lists = [[0, 0, 1], [1], [0, 0, 1], [0, 0]]
  expect(mrr(lists)).toBeCloseTo(0.4167, 4)
  expect(reciprocalRank([0, 1, 0, 0])).toBe(reciprocalRank([0, 1, 1, 1]))
  expect(mrr([])).toBe(0)
})

test.each([
  { name: "more relevant than places", ranked: [1, 1], relevant: 10, k: 2, recall: 0.2, capped: 1 },
  { name: "half found", ranked: [1, 0], relevant: 2, k: 5, recall: 0.5, capped: 0.5 },
  { name: "nothing relevant", ranked: [0], relevant: 0, k: 5, recall: 0, capped: 0 },
])("recall, $name: $recall and capped $capped", ({ ranked, relevant, k, recall, capped }) => {
  const judged = new Array(relevant).fill(1)
  expect(recallAtK(ranked, judged, k)).toBe(recall)
  expect(cappedRecallAtK(ranked, judged, k)).toBe(capped)
})

test("precision counts missing results as misses", () => expect(precisionAtK([1, 1], 10)).toBe(0.2))

test("with 10^4 relevant items recall@k stays at or below k / 10^4", () => {
  expect(recallAtK(new Array(100).fill(1), new Array(10_000).fill(1), 100)).toBe(0.01)
})

test("property: order inside the first k changes neither precision nor recall, and capped AP is at least AP", () => {
  const lists = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      lists.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([a, b]) => {
        expect(precisionAtK(a, a.length)).toBe(precisionAtK(b, b.length))
        expect(recallAtK(a, a, a.length)).toBe(recallAtK(b, b, b.length))
        expect(cappedAveragePrecisionAtK(a, [...a, 1, 1], a.length)).toBeGreaterThanOrEqual(averagePrecisionAtK(a, [...a, 1, 1], a.length))
      },
    ),
  )
})
