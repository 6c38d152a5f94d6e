import { checkLengths } from "./confusion.ts"

const EPSILON = 2 ** -52

/**
 * Mean negative log-likelihood of 0/1 labels in nats; probabilities are clipped to `[2^-52, 1 - 2^-52]`.
 *
 * @param labels - 1 = positive, 0 = negative; shape `[n]`
 * @param probabilities - of the positive class; shape `[n]`
 * @param weights - weight of each example, 1 without
 * @returns a value >= 0, at most 36.05
 * @throws {@link InvalidArgument} on lengths that differ or no example
 */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>, weights?: ArrayLike<number>): number {
  return weightedMean("logLoss", labels, probabilities, weights, (label, probability) => {
    const clipped = Math.min(1 - EPSILON, Math.max(EPSILON, probability))
    return -Math.log(label > 0 ? clipped : 1 - clipped)
  })
}

/** Mean squared distance of probability and 0/1 label, in `[0, 1]`. @see Brier 1950 */
export function brierScore(labels: ArrayLike<number>, probabilities: ArrayLike<number>, weights?: ArrayLike<number>): number {
  return weightedMean("brierScore", labels, probabilities, weights, (label, probability) => (probability - label) ** 2)
}

/**
 * Log loss over the entropy of the base rate: below 1 the model knows more than the average does; `null` when a class has no example.
 *
 * @see He et al. 2014, doi:10.1145/2648584.2648589
 */
export function normalisedEntropy(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  const rate = weightedMean("normalisedEntropy", labels, probabilities, undefined, (label) => label)
  if (rate === 0 || rate === 1) return null
  return logLoss(labels, probabilities) / -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate))
}

/** Sum of probabilities over the number of positives: above 1 the model promises too much; `null` without positives. */
export function calibrationRatio(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  const observed = weightedMean("calibrationRatio", labels, probabilities, undefined, (label) => label)
  return observed === 0
    ? null
    : weightedMean("calibrationRatio", labels, probabilities, undefined, (_, probability) => probability) / observed
}

function weightedMean(
  where: string,
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  value: (label: number, probability: number) => number,
): number {
  checkLengths(where, labels, probabilities, weights)
  let sum = 0
  let weightSum = 0
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1
    sum += weight * value(labels[i]!, probabilities[i]!)
    weightSum += weight
  }
  return sum / weightSum
}
