import { checkLengths } from "./confusion.ts"
import { precisionRecallCurve, rocCurve, thresholdCounts } from "./curves.ts"

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties counting half.
 *
 * @param labels - 1 = positive, 0 = negative; shape `[n]`
 * @param scores - any monotone transform gives the same value; shape `[n]`
 * @param weights - weight of each example, 1 without
 * @returns a value in `[0, 1]`; `null` when a class has no example
 * @throws {@link InvalidArgument} on lengths that differ or no example
 * @see Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
 */
export function auc(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  const { truePositives, falsePositives } = thresholdCounts(labels, scores, weights)
  const pairs = truePositives.at(-1)! * falsePositives.at(-1)!
  if (pairs === 0) return null
  let area = 0
  for (let i = 0; i < truePositives.length; i++) {
    const before = i === 0 ? 0 : truePositives[i - 1]!
    const step = falsePositives[i]! - (i === 0 ? 0 : falsePositives[i - 1]!)
    area += (step * (truePositives[i]! + before)) / 2
  }
  return area / pairs
}

/**
 * Average precision: the precision at each distinct score weighted by the recall gained there, without interpolation.
 *
 * Prefer it to {@link precisionRecallArea}, whose straight lines flatter.
 * @returns a value in `[0, 1]`; `null` without positives
 * @throws {@link InvalidArgument} on lengths that differ or no example
 */
export function averagePrecisionScore(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  const { precision, recall } = precisionRecallCurve(labels, scores, weights)
  if (recall[0] === 0) return null
  let sum = 0
  for (let i = 0; i + 1 < recall.length; i++) sum += (recall[i]! - recall[i + 1]!) * precision[i]!
  return sum
}

/** Area under the precision-recall curve by trapezoids, which is optimistic; `null` without positives. */
export function precisionRecallArea(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  const { precision, recall } = precisionRecallCurve(labels, scores, weights)
  if (recall[0] === 0) return null
  let sum = 0
  for (let i = 0; i + 1 < recall.length; i++) sum += ((recall[i]! - recall[i + 1]!) * (precision[i]! + precision[i + 1]!)) / 2
  return sum
}

/** Kolmogorov-Smirnov distance of positives and negatives: the largest true minus false positive rate; `null` when a class has no example. */
export function ksStatistic(labels: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  const { truePositiveRate, falsePositiveRate } = rocCurve(labels, scores, weights)
  if (truePositiveRate.at(-1) === 0 || falsePositiveRate.at(-1) === 0) return null
  let best = 0
  for (let i = 0; i < truePositiveRate.length; i++) best = Math.max(best, truePositiveRate[i]! - falsePositiveRate[i]!)
  return best
}

/**
 * AUC within each group (user, query, impression list), averaged by the number of examples: ordering between groups does not count.
 *
 * @param groups - group of each example; shape `[n]`
 * @returns the weighted mean over groups with both classes, `null` when there is none, and each such group's own AUC
 * @see Zhou et al. 2018, arXiv:1706.06978, section 6.2
 */
export function groupedAuc<Group>(labels: ArrayLike<number>, scores: ArrayLike<number>, groups: ArrayLike<Group>) {
  checkLengths("groupedAuc", labels, groups)
  const members = new Map<Group, number[]>()
  for (let i = 0; i < groups.length; i++) {
    const places = members.get(groups[i]!)
    if (places === undefined) members.set(groups[i]!, [i])
    else places.push(i)
  }
  const perGroup = new Map<Group, number>()
  let sum = 0
  let examples = 0
  for (const [group, places] of members) {
    const value = auc(
      places.map((place) => labels[place]!),
      places.map((place) => scores[place]!),
    )
    if (value === null) continue
    perGroup.set(group, value)
    sum += value * places.length
    examples += places.length
  }
  return { value: examples === 0 ? null : sum / examples, perGroup: perGroup as ReadonlyMap<Group, number> }
}
