import { InvalidArgument } from "../core/index.ts"
import { checkLengths } from "./confusion.ts"

type Numbers = ArrayLike<number>

/** Mean squared error. `truth` and `predicted` have shape `[n]`, `weights` too, 1 without. @throws {@link InvalidArgument} on lengths that differ */
export function meanSquaredError(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  return weightedMean("meanSquaredError", truth, predicted, weights, (y, p) => (y - p) ** 2)
}

/** Root of the mean squared error, in the unit of the target. */
export function rootMeanSquaredError(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  return Math.sqrt(meanSquaredError(truth, predicted, weights))
}

/** Mean absolute error, in the unit of the target. */
export function meanAbsoluteError(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  return weightedMean("meanAbsoluteError", truth, predicted, weights, (y, p) => Math.abs(y - p))
}

/** Median absolute error; the mean of the middle two for an even count. */
export function medianAbsoluteError(truth: Numbers, predicted: Numbers): number {
  checkLengths("medianAbsoluteError", truth, predicted)
  const errors = Float64Array.from(truth, (y, i) => Math.abs(y - predicted[i]!)).sort()
  const middle = errors.length >> 1
  return errors.length % 2 === 1 ? errors[middle]! : (errors[middle - 1]! + errors[middle]!) / 2
}

/** Largest absolute error. */
export function maxError(truth: Numbers, predicted: Numbers): number {
  checkLengths("maxError", truth, predicted)
  let largest = 0
  for (let i = 0; i < truth.length; i++) largest = Math.max(largest, Math.abs(truth[i]! - predicted[i]!))
  return largest
}

/**
 * R squared: the share of the target's variance explained, at most 1, below 0 when worse than the mean.
 * For a constant target `1` when every prediction is exact, else `0`.
 */
export function rSquared(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  const mean = weightedMean("rSquared", truth, predicted, weights, (y) => y)
  const spread = weightedMean("rSquared", truth, predicted, weights, (y) => (y - mean) ** 2)
  return explained(meanSquaredError(truth, predicted, weights), spread)
}

/** As {@link rSquared} with the mean error taken out first: what remains when a constant bias is forgiven. */
export function explainedVariance(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  const mean = weightedMean("explainedVariance", truth, predicted, weights, (y) => y)
  const bias = weightedMean("explainedVariance", truth, predicted, weights, (y, p) => y - p)
  const spread = weightedMean("explainedVariance", truth, predicted, weights, (y) => (y - mean) ** 2)
  return explained(
    weightedMean("explainedVariance", truth, predicted, weights, (y, p) => (y - p - bias) ** 2),
    spread,
  )
}

/** Mean absolute error relative to the target as a share, not in percent; a target of 0 is taken as `2^-52`. */
export function meanAbsolutePercentageError(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  return weightedMean("meanAbsolutePercentageError", truth, predicted, weights, (y, p) => Math.abs(y - p) / Math.max(Math.abs(y), 2 ** -52))
}

/** Symmetric variant: mean of `2 |error| / (|target| + |prediction|)`, in `[0, 2]`; `0` where both are 0. */
export function symmetricPercentageError(truth: Numbers, predicted: Numbers, weights?: Numbers): number {
  return weightedMean("symmetricPercentageError", truth, predicted, weights, (y, p) => {
    const size = Math.abs(y) + Math.abs(p)
    return size === 0 ? 0 : (2 * Math.abs(y - p)) / size
  })
}

/** Sum of absolute errors over the sum of absolute targets; `0` when the targets are all 0 and so are the errors. */
export function weightedPercentageError(truth: Numbers, predicted: Numbers): number {
  const error = meanAbsoluteError(truth, predicted)
  return error === 0 ? 0 : error / weightedMean("weightedPercentageError", truth, predicted, undefined, (y) => Math.abs(y))
}

/**
 * Pinball loss of a predicted quantile: falling short costs `quantile` a unit, overshooting `1 - quantile`.
 *
 * @param quantile - in `(0, 1)`
 * @throws {@link InvalidArgument} on a quantile outside its range
 * @see Koenker & Bassett 1978, doi:10.2307/1913643
 */
export function pinballLoss(truth: Numbers, predicted: Numbers, quantile: number, weights?: Numbers): number {
  if (!(quantile > 0 && quantile < 1)) {
    throw new InvalidArgument("pinballLoss", "a quantile in (0, 1)", String(quantile), "Pass a share such as 0.9.")
  }
  return weightedMean("pinballLoss", truth, predicted, weights, (y, p) => (y >= p ? quantile * (y - p) : (1 - quantile) * (p - y)))
}

/** Root mean squared difference of `log(1 + value)`; `null` when a target or prediction is below 0. */
export function rootMeanSquaredLogError(truth: Numbers, predicted: Numbers, weights?: Numbers): number | null {
  if (!every(truth, (y) => y >= 0) || !every(predicted, (p) => p >= 0)) return null
  return Math.sqrt(weightedMean("rootMeanSquaredLogError", truth, predicted, weights, (y, p) => (Math.log1p(y) - Math.log1p(p)) ** 2))
}

/** Mean Poisson deviance, for counts: `0` when exact; `null` unless targets are >= 0 and predictions > 0. @see McCullagh & Nelder 1989 */
export function poissonDeviance(truth: Numbers, predicted: Numbers, weights?: Numbers): number | null {
  if (!every(truth, (y) => y >= 0) || !every(predicted, (p) => p > 0)) return null
  return weightedMean("poissonDeviance", truth, predicted, weights, (y, p) => 2 * ((y === 0 ? 0 : y * Math.log(y / p)) - y + p))
}

/** Mean gamma deviance, for positive amounts: `0` when exact; `null` unless targets and predictions are > 0. @see McCullagh & Nelder 1989 */
export function gammaDeviance(truth: Numbers, predicted: Numbers, weights?: Numbers): number | null {
  if (!every(truth, (y) => y > 0) || !every(predicted, (p) => p > 0)) return null
  return weightedMean("gammaDeviance", truth, predicted, weights, (y, p) => 2 * (Math.log(p / y) + y / p - 1))
}

function explained(error: number, spread: number): number {
  if (spread === 0) return error === 0 ? 1 : 0
  return 1 - error / spread
}

function every(values: Numbers, holds: (value: number) => boolean): boolean {
  for (let i = 0; i < values.length; i++) if (!holds(values[i]!)) return false
  return true
}

function weightedMean(
  where: string,
  truth: Numbers,
  predicted: Numbers,
  weights: Numbers | undefined,
  value: (y: number, p: number) => number,
): number {
  checkLengths(where, truth, predicted, weights)
  let sum = 0
  let weightSum = 0
  for (let i = 0; i < truth.length; i++) {
    const weight = weights?.[i] ?? 1
    sum += weight * value(truth[i]!, predicted[i]!)
    weightSum += weight
  }
  return sum / weightSum
}
