import fc from "fast-check"
import { expect, test } from "vitest"
import { auc } from "./index.ts"

const examples = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -20, max: 20 })), { minLength: 1, maxLength: 40 })

test("property: auc is the share of pairs in the right order, ties half, and null without both classes", () => {
  fc.assert(
    fc.property(examples, (rows) => {
      let pairs = 0
      let right = 0
      for (const [positive, high] of rows) {
        for (const [negative, low] of rows) {
          if (positive !== 1 || negative !== 0) continue
          pairs++
          right += high > low ? 1 : high === low ? 0.5 : 0
        }
      }
      const labels = rows.map(([label]) => label)
      const scores = rows.map(([, score]) => score)
      const value = auc(labels, scores)
      if (pairs === 0) expect(value).toBeNull()
      else expect(value).toBeCloseTo(right / pairs, 12)
    }),
  )
})

test("property: a monotone transform of the scores changes nothing", () => {
  fc.assert(
    fc.property(examples, (rows) => {
      const labels = rows.map(([label]) => label)
      const scores = rows.map(([, score]) => score)
      expect(auc(labels, scores)).toBe(
        auc(
          labels,
          scores.map((score) => Math.exp(score / 10)),
        ),
      )
    }),
  )
})

test("lengths that differ and empty input are refused", () => {
  expect(() => auc([1], [1, 2])).toThrow(/expected 1 predictions, came 2/)
  expect(() => auc([], [])).toThrow(/at least one example/)
})
