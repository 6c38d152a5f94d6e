import {
  explainedVariance,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  rootMeanSquaredError,
  rSquared,
  symmetricPercentageError,
  weightedPercentageError,
} from "./regression.ts"

/** A metric of true against predicted numbers. */
export interface RegressionMetric {
  readonly about: string
  readonly better: "higher" | "lower"
  measure(truth: ArrayLike<number>, predicted: ArrayLike<number>): number
}

/** Regression metrics by name. */
export const regressionMetrics = {
  rmse: { about: "root mean squared error", better: "lower", measure: rootMeanSquaredError },
  mse: { about: "mean squared error", better: "lower", measure: meanSquaredError },
  mae: { about: "mean absolute error", better: "lower", measure: meanAbsoluteError },
  medianAbsoluteError: { about: "median absolute error", better: "lower", measure: medianAbsoluteError },
  maxError: { about: "largest absolute error", better: "lower", measure: maxError },
  r2: { about: "share of variance explained", better: "higher", measure: rSquared },
  explainedVariance: { about: "as r2 with a constant bias forgiven", better: "higher", measure: explainedVariance },
  mape: { about: "mean absolute error as a share of the target", better: "lower", measure: meanAbsolutePercentageError },
  smape: { about: "its symmetric variant, 0 to 2", better: "lower", measure: symmetricPercentageError },
  wape: { about: "summed absolute errors over summed targets", better: "lower", measure: weightedPercentageError },
} as const satisfies Record<string, RegressionMetric>
