import { checkCutoff, type Grades, relevantCount } from "./ranked-list.ts"

/** How a grade becomes gain, by name; grades of 0 and below, and unjudged results, gain nothing. */
export const gains = {
  exponential: (grade: number) => (grade > 0 ? 2 ** grade - 1 : 0),
  linear: (grade: number) => Math.max(0, grade || 0),
} as const

/** Name of a gain in {@link gains}. */
export type Gain = keyof typeof gains

/**
 * Normalised discounted cumulative gain of one ranked list.
 *
 * Gain is `2^grade - 1` (or the grade itself with `"linear"`, as trec_eval), discount is `log2(rank + 1)`, rank starts at 1.
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param judged - grade of every judged document of the query; shape `[m]`, any order
 * @param k - cutoff: number of top results that count; Infinity for all
 * @returns a value in `[0, 1]`; `0` when no judged document is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 * @see Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418; this gain: Burges et al. 2005, doi:10.1145/1102351.1102363
 */
export function ndcg(ranked: Grades, judged: Grades, k: number, gain: Gain = "exponential"): number {
  checkCutoff("ndcg", k)
  const ideal = dcg(Float64Array.from(judged, orZero).sort().reverse(), k, gain)
  return ideal === 0 ? 0 : dcg(ranked, k, gain) / ideal
}

/**
 * Discounted cumulative gain of the first `k` results: the sum of `gain(grade) / log2(rank + 1)`.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @returns a value >= 0, without upper bound
 * @see Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418
 */
export function dcg(ranked: Grades, k = Number.POSITIVE_INFINITY, gain: Gain = "exponential"): number {
  checkCutoff("dcg", k)
  const gainOf = gains[gain]
  const end = Math.min(k, ranked.length)
  let sum = 0
  for (let i = 0; i < end; i++) sum += gainOf(ranked[i]!) / Math.log2(i + 2)
  return sum
}

/**
 * NDCG for implicit feedback: gain 1 for a relevant result, the ideal list being `min(k, relevant)` relevant results.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param judged - grade of every judged document; shape `[m]`, any order
 * @param relevantFrom - lowest grade that counts as relevant
 * @returns a value in `[0, 1]`; `0` when nothing is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 */
export function ndcgAtK(ranked: Grades, judged: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("ndcgAtK", k)
  const reachable = Math.min(k, relevantCount(judged, relevantFrom))
  let ideal = 0
  for (let i = 0; i < reachable; i++) ideal += 1 / Math.log2(i + 2)
  if (ideal === 0) return 0
  const end = Math.min(k, ranked.length)
  let sum = 0
  for (let i = 0; i < end; i++) if (ranked[i]! >= relevantFrom) sum += 1 / Math.log2(i + 2)
  return sum / ideal
}

const orZero = (grade: number) => Math.max(0, grade || 0)
