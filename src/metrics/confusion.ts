import { InvalidArgument } from "../core/index.ts"

/** Weighted counts of true class (row) against predicted class (column), shape `[classes][classes]`; binary: `[[tn, fp], [fn, tp]]`. */
export type Confusion = readonly (readonly number[])[]

/**
 * Counts true against predicted classes.
 *
 * @param truth - class numbers `0 .. classes - 1`; shape `[n]`
 * @param predicted - likewise; shape `[n]`
 * @param weights - weight of each example, 1 without
 * @throws {@link InvalidArgument} on lengths that differ or a class outside the range
 */
export function confusion(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): Confusion {
  checkLengths("confusion", truth, predicted, weights)
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < truth.length; i++) {
    const row = counts[truth[i]!]
    if (row === undefined || !(predicted[i]! in row)) {
      throw new InvalidArgument(
        "confusion",
        `classes 0 to ${classes - 1}`,
        `${truth[i]} and ${predicted[i]} at place ${i}`,
        "Number the classes from 0.",
      )
    }
    row[predicted[i]!]! += weights?.[i] ?? 1
  }
  return counts
}

/** The confusion of a probability cut: an example is called positive when its score is at least `threshold`. */
export function confusionAt(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold: number,
  weights?: ArrayLike<number>,
): Confusion {
  const predicted = new Uint8Array(scores.length)
  for (let i = 0; i < scores.length; i++) predicted[i] = scores[i]! >= threshold ? 1 : 0
  return confusion(labels, predicted, 2, weights)
}

/**
 * Share of examples called right. It says little where one class is rare: calling everything the common class scores that class's share.
 * Read it beside {@link recall} and {@link matthews}.
 */
export function accuracy(counts: Confusion): number {
  return ratio(diagonal(counts), total(counts))
}

/** Of the examples called `label`, the share that are; `0` when none was called so. */
export function precision(counts: Confusion, label = 1): number {
  return ratio(counts[label]![label]!, columnSum(counts, label))
}

/** Of the examples that are `label`, the share called so; `0` when there are none. */
export function recall(counts: Confusion, label = 1): number {
  return ratio(counts[label]![label]!, rowSum(counts, label))
}

/** F measure: recall weighs `beta` times as much as precision; `0` when there is neither. @see van Rijsbergen 1979 */
export function fMeasure(counts: Confusion, beta = 1, label = 1): number {
  const hit = counts[label]![label]!
  const square = beta * beta
  return ratio((1 + square) * hit, square * rowSum(counts, label) + columnSum(counts, label))
}

/** Mean recall over the classes; `null` when a class has no example. */
export function balancedAccuracy(counts: Confusion): number | null {
  let sum = 0
  for (let label = 0; label < counts.length; label++) {
    if (rowSum(counts, label) === 0) return null
    sum += recall(counts, label)
  }
  return sum / counts.length
}

/**
 * Matthews correlation of truth and prediction, for two or more classes, in `[-1, 1]`; `0` when either has one class only.
 *
 * @see Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006
 */
export function matthews(counts: Confusion): number {
  const all = total(counts)
  let both = 0
  let truthSquares = 0
  let calledSquares = 0
  for (let label = 0; label < counts.length; label++) {
    const truth = rowSum(counts, label)
    const called = columnSum(counts, label)
    both += truth * called
    truthSquares += truth * truth
    calledSquares += called * called
  }
  const spread = (all * all - calledSquares) * (all * all - truthSquares)
  return spread <= 0 ? 0 : (diagonal(counts) * all - both) / Math.sqrt(spread)
}

/** Cohen's kappa: agreement beyond chance, in `[-1, 1]`; `0` when chance alone explains everything. @see Cohen 1960, doi:10.1177/001316446002000104 */
export function cohenKappa(counts: Confusion): number {
  const all = total(counts)
  let chance = 0
  for (let label = 0; label < counts.length; label++) chance += rowSum(counts, label) * columnSum(counts, label)
  chance /= all * all
  return chance === 1 ? 0 : (diagonal(counts) / all - chance) / (1 - chance)
}

/** How per-class values become one: the plain mean, the mean by class size, or over all examples at once. */
export type Averaging = "macro" | "weighted" | "micro"

/**
 * One value for all classes of a per-class measure: {@link precision}, {@link recall}, or `(counts, label) => fMeasure(counts, 1, label)`.
 * With one label an example, the micro average of all three is the accuracy.
 */
export function averageOverClasses(counts: Confusion, measure: (counts: Confusion, label: number) => number, averaging: Averaging): number {
  if (averaging === "micro") return accuracy(counts)
  let sum = 0
  let weights = 0
  for (let label = 0; label < counts.length; label++) {
    const weight = averaging === "macro" ? 1 : rowSum(counts, label)
    sum += weight * measure(counts, label)
    weights += weight
  }
  return ratio(sum, weights)
}

/** Refuses parallel arrays of different lengths, and empty ones. */
export function checkLengths(where: string, first: ArrayLike<unknown>, second: ArrayLike<unknown>, weights?: ArrayLike<number>): void {
  if (first.length === 0) throw new InvalidArgument(where, "at least one example", "none", "Check the filter that made the set.")
  if (second.length !== first.length) {
    throw new InvalidArgument(where, `${first.length} predictions`, `${second.length}`, "Give every example one label and one prediction.")
  }
  if (weights !== undefined && weights.length !== first.length) {
    throw new InvalidArgument(where, `${first.length} weights`, `${weights.length}`, "Give every example one weight.")
  }
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
const rowSum = (counts: Confusion, label: number) => counts[label]!.reduce((sum, count) => sum + count, 0)
const columnSum = (counts: Confusion, label: number) => counts.reduce((sum, row) => sum + row[label]!, 0)
const diagonal = (counts: Confusion) => counts.reduce((sum, row, label) => sum + row[label]!, 0)
const total = (counts: Confusion) => counts.reduce((sum, _, label) => sum + rowSum(counts, label), 0)
