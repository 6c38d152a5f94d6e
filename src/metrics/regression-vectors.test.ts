import { expect, test } from "vitest"
import * as metrics from "./index.ts"
import { expectClose, readVectors } from "./vectors.test.helper.ts"

const { tolerance, cases } = readVectors<{ readonly y: number[]; readonly pred: number[]; readonly weights?: number[] }>("regression")

test("the vectors are there", () => expect(cases).toHaveLength(10))

test.each(cases)("regression vector $fn $id", ({ fn, input: { y, pred, weights }, expected, tol }) => {
  expect(fn).toBe("regression")
  const got = {
    mse: metrics.meanSquaredError(y, pred, weights),
    rmse: metrics.rootMeanSquaredError(y, pred, weights),
    mae: metrics.meanAbsoluteError(y, pred, weights),
    r2: metrics.rSquared(y, pred, weights),
    medae: metrics.medianAbsoluteError(y, pred),
    explained_variance: metrics.explainedVariance(y, pred, weights),
    mape: metrics.meanAbsolutePercentageError(y, pred, weights),
    max_error: metrics.maxError(y, pred),
    smape: metrics.symmetricPercentageError(y, pred, weights),
    wape: metrics.weightedPercentageError(y, pred),
    "pinball_0.1": metrics.pinballLoss(y, pred, 0.1, weights),
    "pinball_0.5": metrics.pinballLoss(y, pred, 0.5, weights),
    "pinball_0.9": metrics.pinballLoss(y, pred, 0.9, weights),
    rmsle: metrics.rootMeanSquaredLogError(y, pred, weights),
    poisson_deviance: metrics.poissonDeviance(y, pred, weights),
    gamma_deviance: metrics.gammaDeviance(y, pred, weights),
  }
  expectClose(got, expected, tol ?? tolerance, fn)
})

test.each([
  { name: "a constant prediction", truth: [1, 2, 3], predicted: [2, 2, 2], expected: 0 },
  { name: "exact", truth: [1, 2, 3], predicted: [1, 2, 3], expected: 1 },
])("R squared of $name is $expected", ({ truth, predicted, expected }) => {
  expect(metrics.rSquared(truth, predicted)).toBe(expected)
})

test("deviances are null where the distribution does not reach", () => {
  expect(metrics.gammaDeviance([0, 1], [1, 1])).toBeNull()
  expect(metrics.poissonDeviance([1], [0])).toBeNull()
  expect(metrics.rootMeanSquaredLogError([-1], [1])).toBeNull()
})
