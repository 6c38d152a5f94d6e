import fc from "fast-check"
import { expect, test } from "vitest"
import { BestK } from "./best-k.ts"
import { bestOf } from "./bundle.test.helper.ts"

test("keeps the best, equal scores by lower id, and no NaN", () => {
  const best = new BestK()
  best.reset(3)
  for (const [id, score] of [
    [9, 1],
    [4, 2],
    [2, Number.NaN],
    [3, 1],
    [7, 2],
  ] as const)
    best.push(id, score)
  expect([...best.take().ids]).toEqual([4, 7, 3])
  best.reset(0)
  best.push(1, 1)
  expect(best.take().ids.length).toBe(0)
})

test("property: the same as sorting everything, also when the heap is used again", () => {
  const best = new BestK()
  const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN), fc.constant(Number.NEGATIVE_INFINITY))
  fc.assert(
    fc.property(fc.array(score, { maxLength: 60 }), fc.integer({ min: 0, max: 20 }), (scores, k) => {
      best.reset(k)
      const pairs = scores.map((value, at) => [(at * 7) % 61, value] as const)
      for (const [id, value] of pairs) best.push(id, value)
      const { ids, scores: kept } = best.take()
      expect(Array.from(ids, (id, at) => [id, kept[at]])).toEqual(bestOf(pairs, k))
    }),
  )
})
