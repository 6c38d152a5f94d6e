import { InvalidArgument } from "../core/index.ts"
import { type Gain, gains } from "./ndcg.ts"
import { checkCutoff, type Grades } from "./ranked-list.ts"

/**
 * Discounted cumulative gain of scored documents where tied scores share their places: each group of equal scores gets its mean gain.
 *
 * The value no longer depends on how ties happen to be broken.
 * @param grades - grade of each document; shape `[n]`
 * @param scores - score of each document, higher is better; shape `[n]`
 * @throws {@link InvalidArgument} on lengths that differ or a cutoff that is not positive
 * @see McSherry & Najork 2008, doi:10.1007/978-3-540-78646-7_38
 */
export function dcgWithTies(grades: Grades, scores: ArrayLike<number>, k = Number.POSITIVE_INFINITY, gain: Gain = "linear"): number {
  checkCutoff("dcgWithTies", k)
  if (grades.length !== scores.length) {
    throw new InvalidArgument("dcgWithTies", `${grades.length} scores`, `${scores.length}`, "Give every document one grade and one score.")
  }
  const gainOf = gains[gain]
  const order = Array.from({ length: grades.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  let sum = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    let groupGain = 0
    let groupDiscount = 0
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      groupGain += gainOf(grades[order[to]!]!)
      if (to < k) groupDiscount += 1 / Math.log2(to + 2)
      to++
    }
    sum += (groupGain / (to - from)) * groupDiscount
    from = to
  }
  return sum
}

/**
 * {@link dcgWithTies} over its largest possible value, the documents themselves being the judged set.
 *
 * @returns a value in `[0, 1]` up to rounding; `0` when no document gains
 */
export function ndcgWithTies(grades: Grades, scores: ArrayLike<number>, k = Number.POSITIVE_INFINITY, gain: Gain = "linear"): number {
  const ideal = dcgWithTies(grades, grades, k, gain)
  return ideal === 0 ? 0 : dcgWithTies(grades, scores, k, gain) / ideal
}
