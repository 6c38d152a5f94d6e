import { expect, test } from "vitest"
import { learnFusion, type PlacedList } from "./fusion.ts"

const list = (good: number[], bad: number[], isHeld: number[]): PlacedList => ({
  places: { good: Float64Array.from(good), bad: Float64Array.from(bad) },
  held: isHeld.reduce((sum, one) => sum + one, 0),
  isHeld: Uint8Array.from(isHeld),
})

test("a retriever that finds what was held out counts more than one that does not", () => {
  const { weights, trials } = learnFusion([list([2, 3, 1], [1, 3, 2], [0, 0, 1])], { good: 0.8, bad: 0.2 })
  expect(weights.good).toBe(1)
  expect(weights.bad).toBeLessThan(0.3)
  expect(trials.map(({ value }) => value)).toEqual([0, 1, 2, 4, 8, 16])
})

test("all count alike where weights bring nothing", () => {
  const both = list([1, Number.POSITIVE_INFINITY], [1, 2], [1, 0])
  expect(learnFusion([both], { good: 0.5, bad: 0.1 }).weights).toEqual({ good: 1, bad: 1 })
  expect(learnFusion([], { good: 0, bad: 0 }).weights).toEqual({ good: 1, bad: 1 })
})
