import { checkLengths } from "./confusion.ts"

/**
 * Weighted counts of examples called positive at each distinct score, thresholds falling: at `thresholds[i]` everything scored at least that
 * much is called positive, of which `truePositives[i]` are and `falsePositives[i]` are not. The last entry calls everything positive.
 */
export interface ThresholdCounts {
  readonly thresholds: Float64Array
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
}

/**
 * Walks the scores from the highest down and counts at each distinct value.
 *
 * @param labels - 1 = positive, 0 = negative; shape `[n]`
 * @param scores - higher means more likely positive; shape `[n]`
 * @param weights - weight of each example, 1 without
 * @throws {@link InvalidArgument} on lengths that differ or no example
 */
export function thresholdCounts(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): ThresholdCounts {
  checkLengths("thresholdCounts", labels, scores, weights)
  const order = Uint32Array.from({ length: labels.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const thresholds: number[] = []
  const truePositives: number[] = []
  const falsePositives: number[] = []
  let hits = 0
  let misses = 0
  for (let place = 0; place < order.length; place++) {
    const example = order[place]!
    const weight = weights?.[example] ?? 1
    if (labels[example]! > 0) hits += weight
    else misses += weight
    if (place + 1 < order.length && scores[order[place + 1]!] === scores[example]) continue
    thresholds.push(scores[example]!)
    truePositives.push(hits)
    falsePositives.push(misses)
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  }
}

/**
 * Receiver operating characteristic: true and false positive rate at each distinct score, thresholds falling; the start (0, 0) is left out.
 *
 * @returns rates in `[0, 1]`, `0` throughout for a class without examples
 */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>) {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(labels, scores, weights)
  const positives = truePositives.at(-1)!
  const negatives = falsePositives.at(-1)!
  return {
    thresholds,
    truePositiveRate: truePositives.map((count) => (positives === 0 ? 0 : count / positives)),
    falsePositiveRate: falsePositives.map((count) => (negatives === 0 ? 0 : count / negatives)),
  }
}

/**
 * Precision and recall at each distinct score, thresholds rising; the arrays of rates have one more entry, the end (precision 1, recall 0).
 *
 * @returns rates in `[0, 1]`; recall is `0` throughout without positives
 */
export function precisionRecallCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>) {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(labels, scores, weights)
  const positives = truePositives.at(-1)!
  const size = thresholds.length
  const precision = new Float64Array(size + 1)
  const recall = new Float64Array(size + 1)
  for (let i = 0; i < size; i++) {
    const from = size - 1 - i
    const called = truePositives[from]! + falsePositives[from]!
    precision[i] = called === 0 ? 0 : truePositives[from]! / called
    recall[i] = positives === 0 ? 0 : truePositives[from]! / positives
  }
  precision[size] = 1
  return { thresholds: thresholds.toReversed(), precision, recall }
}
