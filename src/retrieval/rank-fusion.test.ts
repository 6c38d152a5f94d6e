import fc from "fast-check"
import { expect, test } from "vitest"
import { InvalidArgument } from "../core/index.ts"
import { reciprocalRankFusion } from "./rank-fusion.ts"

test("an item's score is the sum of 1 / (60 + rank) over its lists", () => {
  const { ids, scores } = reciprocalRankFusion([
    [7, 5],
    [5, 9, 9],
  ])
  expect([...ids]).toEqual([5, 7, 9])
  expect([...scores]).toEqual([1 / 62 + 1 / 61, 1 / 61, 1 / 62].map((score) => expect.closeTo(score, 7)))
})

test("weights and k", () => {
  expect([...reciprocalRankFusion([[1], [2]], { weights: [1, 2], k: 0 }).scores]).toEqual([2, 1])
  expect(() => reciprocalRankFusion([[1]], { k: -1 })).toThrow(InvalidArgument)
  expect(() => reciprocalRankFusion([[1]], { weights: [1, 1] })).toThrow(InvalidArgument)
})

test("property: one list keeps its order, and the order of lists does not matter", () => {
  const list = fc.uniqueArray(fc.nat(30), { maxLength: 20 })
  fc.assert(
    fc.property(list, list, (a, b) => {
      expect([...reciprocalRankFusion([a]).ids]).toEqual(a)
      expect(reciprocalRankFusion([a, b])).toEqual(reciprocalRankFusion([b, a]))
    }),
  )
})
