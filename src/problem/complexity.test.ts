import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { linearScoringCost, linearTrainingCost, networkScoringCost, treesScoringCost, treesTrainingCost } from "./complexity.ts"
import { fitPowerLaw } from "./power-law.ts"

test.each([
  {
    name: "linear training, 1,000 rows, 20 features, 5 epochs",
    got: linearTrainingCost({ rows: 1000, features: 20, epochs: 5 }),
    steps: 100_000,
  },
  { name: "linear scoring, 20 features", got: linearScoringCost(20), steps: 20 },
  { name: "network 10-8-4-1", got: networkScoringCost([10, 8, 4, 1]), steps: 116 },
  { name: "trees training", got: treesTrainingCost({ rows: 1000, features: 20, trees: 100, depth: 6 }), steps: 12_000_000 },
  { name: "trees, quoted bound", got: treesScoringCost({ features: 20, trees: 100, depth: 6 }).bound, steps: 12_000 },
  { name: "trees, the walk", got: treesScoringCost({ features: 20, trees: 100, depth: 6 }).walk, steps: 600 },
])("$name: $steps steps", ({ got, steps }) => {
  expect(got.steps).toBe(steps)
})

test("the walk through trees does not grow with features, the quoted bound does", () => {
  const few = treesScoringCost({ features: 10, trees: 100, depth: 6 })
  const many = treesScoringCost({ features: 1000, trees: 100, depth: 6 })
  expect(many.walk.steps).toBe(few.walk.steps)
  expect(many.bound.steps).toBe(100 * few.bound.steps)
})

test("property: a network's cost is what a loop over its weights counts", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 5 }), (widths) => {
      let multiplications = 0
      for (let layer = 1; layer < widths.length; layer++) {
        for (let out = 0; out < widths[layer]!; out++) for (let into = 0; into < widths[layer - 1]!; into++) multiplications += 1
      }
      expect(networkScoringCost(widths).steps).toBe(multiplications)
    }),
  )
})

describe("fitPowerLaw", () => {
  test("an exact law gives its exponent, coefficient and a closed interval", () => {
    const x = [10, 100, 1000, 10_000]
    const law = fitPowerLaw(
      x,
      x.map((n) => 3 * n ** 1.5),
    )
    expect(law.exponent).toBeCloseTo(1.5, 10)
    expect(law.coefficient).toBeCloseTo(3, 8)
    expect(law.interval[1] - law.interval[0]).toBeLessThan(1e-6)
    expect(law.predict(100_000)).toBeCloseTo(3 * 100_000 ** 1.5, -1)
  })

  test("hand-checked: slope 1 through (1,1), (10,20), (100,100) with a residual", () => {
    const law = fitPowerLaw([1, 10, 100], [1, 20, 100])
    expect(law.exponent).toBeCloseTo(1, 10)
    // Residuals of ln y are ln 2 times (-1/3, 2/3, -1/3): their squares add to 2/3 ln² 2, and Sxx is 2 ln² 10.
    const standardError = Math.sqrt(((2 / 3) * Math.LN2 ** 2) / (2 * Math.LN10 ** 2))
    expect(law.interval[1] - 1).toBeCloseTo(12.7062 * standardError, 4)
  })

  test("two points say nothing of their own error", () => {
    expect(fitPowerLaw([1, 2], [1, 4]).interval).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  test.each([
    [() => fitPowerLaw([1, 2], [1]), "measurements"],
    [() => fitPowerLaw([1, 0], [1, 2]), "above 0"],
    [() => fitPowerLaw([3, 3], [1, 2]), "different sizes"],
    [() => fitPowerLaw([1, 2], [1, 2], 1), "confidence"],
    [() => networkScoringCost([3]), "input and an output"],
    [() => linearScoringCost(0), "whole number"],
  ])("refusal %#", (call, words) => {
    expect(call).toThrow(words)
  })
})
