import { expect, test } from "vitest"
import { matrix, random } from "../../core/index.ts"
import { calibrated } from "./calibrate.ts"
import { bestOrder, byFusion, byRankers, FUSED, type JudgedList, judge, type Quality } from "./judge.ts"
import { LOGIT, SCORED_BY } from "./ranker.ts"
import type { RankerModel } from "./rankers.ts"

const quality = (...each: number[]): Quality => ({
  ndcg: each.reduce((sum, one) => sum + one, 0) / each.length,
  recall: 0,
  worth: each.reduce((sum, one) => sum + one, 0) / each.length,
  each: Float64Array.from(each),
})
const judgedAs = (own: Record<string, Quality>) => ({ ...Object.fromEntries(SCORED_BY.map((name) => [name, quality(0.1, 0.1)])), ...own })

test.each([
  { name: "a model that is surely better", own: { [LOGIT]: quality(0.5, 0.5), [FUSED]: quality(0.3, 0.3) }, expected: LOGIT },
  { name: "a model that is better by chance", own: { [LOGIT]: quality(0.9, 0), [FUSED]: quality(0.4, 0.4) }, expected: FUSED },
  { name: "fused lists that are worse than one of them", own: { ease: quality(0.4, 0.4), [FUSED]: quality(0.3, 0.3) }, expected: "ease" },
  { name: "nothing learned", own: { popular: quality(0.2, 0.2) }, expected: "popular" },
])("what ranks: $name", ({ own, expected }) => {
  expect(bestOrder(judgedAs(own))).toBe(expected)
})

/** Ranks by the first input. */
const byFirst: RankerModel = {
  logits: ({ data, rows, cols }) => Float64Array.from({ length: rows }, (_, row) => data[row * cols]!),
  contributions: () => new Float64Array(),
  save() {},
}
const list = (fold: number, values: readonly number[], isHeld: readonly number[]): JudgedList => ({
  fold,
  rows: matrix(values.length, 1, Float32Array.from(values)),
  held: isHeld.reduce((sum, one) => sum + one, 0),
  isHeld: Uint8Array.from(isHeld),
})

test("each fold is judged by what was learned without it", () => {
  const worst: RankerModel = { ...byFirst, logits: (rows) => byFirst.logits(rows).map((logit) => -logit) }
  const lists = [list(0, [2, 1], [1, 0]), list(1, [2, 1], [1, 0])]
  const { each } = judge(lists, ["x"], { [LOGIT]: byRankers([byFirst, worst]) })[LOGIT]!
  expect(each[0]).toBe(1)
  expect(each[1]).toBeCloseTo(0.6309, 4)
  const places = (one: JudgedList) => ({
    places: { a: Float64Array.of(1, 2), b: Float64Array.of(2, 1) },
    held: one.held,
    isHeld: one.isHeld,
  })
  const fused = judge(lists, ["x"], {
    [FUSED]: byFusion(
      [
        { a: 1, b: 0 },
        { a: 0, b: 1 },
      ],
      places,
    ),
  })
  expect(fused[FUSED]!.each[0]).toBe(1)
  expect(fused[FUSED]!.each[1]).toBeCloseTo(0.6309, 4)
})

test("log-odds that are twice too steep are set right, and the report is of people they were not fitted to", async () => {
  const chance = random(3)
  const lists = Array.from({ length: 200 }, (_, at) => {
    const logits = Array.from({ length: 20 }, () => chance.normal() * 1.5 - 2)
    return list(
      at % 2,
      logits.map((logit) => 2 * logit + 1),
      logits.map((logit) => (chance.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0)),
    )
  })
  const signal = new AbortController().signal
  const { calibrator, report } = await calibrated(lists, [byFirst, byFirst], { seed: 1, signal })
  for (const logit of [-4, -2, 0]) expect(calibrator.probability(2 * logit + 1)).toBeCloseTo(1 / (1 + Math.exp(-logit)), 1)
  expect(report.metrics.calibration).toBeCloseTo(1, 1)
  expect(report.metrics.calibrationError).toBeLessThan(0.02)
  expect(report.bins).toHaveLength(5)
  expect(report.bins.at(-1)!.happened).toBeGreaterThan(report.bins[0]!.happened)
})

test("what was found from a place that is looked at a quarter as often gains four times as much", () => {
  const gains = { candidates: Float64Array.of(1, 4), held: Float64Array.of(4, 1) }
  const lists = [{ ...list(0, [2, 1], [1, 1]), gains }]
  const { ndcg, worth, each } = judge(lists, ["x"], { [LOGIT]: byRankers([byFirst]) })[LOGIT]!
  // By score the plain one comes first: (1 + 4 / log2(3)) over the ideal (4 + 1 / log2(3)).
  expect(worth).toBeCloseTo((1 + 4 / Math.log2(3)) / (4 + 1 / Math.log2(3)), 6)
  expect([ndcg, each[0]]).toEqual([1, worth])
})
