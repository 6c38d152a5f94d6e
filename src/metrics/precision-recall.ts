import { checkCutoff, type Grades, relevantCount } from "./ranked-list.ts"

/**
 * Share of the first `k` places that hold a relevant result; places nothing was returned for count as misses.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param relevantFrom - lowest grade that counts as relevant
 * @returns a value in `[0, 1]`; the order inside the first `k` does not matter
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 */
export function precisionAtK(ranked: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("precisionAtK", k)
  return relevantCount(ranked, relevantFrom, k) / (k === Number.POSITIVE_INFINITY ? Math.max(1, ranked.length) : k)
}

/**
 * Share of all relevant documents that are among the first `k` results. Weak where far more than `k` are relevant: it cannot pass `k / relevant`.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param judged - grade of every judged document; shape `[m]`, any order
 * @returns a value in `[0, 1]`; `0` when nothing is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 */
export function recallAtK(ranked: Grades, judged: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("recallAtK", k)
  const relevant = relevantCount(judged, relevantFrom)
  return relevant === 0 ? 0 : relevantCount(ranked, relevantFrom, k) / relevant
}

/**
 * Recall over what `k` places can hold: hits over `min(k, relevant)`, so that a full page of hits is 1.
 *
 * @returns a value in `[0, 1]`; `0` when nothing is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 * @see Liang et al. 2018, arXiv:1802.05814, section 4.2
 */
export function cappedRecallAtK(ranked: Grades, judged: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("cappedRecallAtK", k)
  const reachable = Math.min(k, relevantCount(judged, relevantFrom))
  return reachable === 0 ? 0 : relevantCount(ranked, relevantFrom, k) / reachable
}

/** 1 when any of the first `k` results is relevant, else 0; `success` in trec_eval. @throws {@link InvalidArgument} when `k` is not a positive integer */
export function hitAtK(ranked: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("hitAtK", k)
  return relevantCount(ranked, relevantFrom, k) > 0 ? 1 : 0
}

/** Precision at the place where it equals recall: at `k` = the number of relevant documents; `0` when there are none. */
export function rPrecision(ranked: Grades, judged: Grades, relevantFrom = 1): number {
  const relevant = relevantCount(judged, relevantFrom)
  return relevant === 0 ? 0 : relevantCount(ranked, relevantFrom, relevant) / relevant
}

/**
 * One over the place of the first relevant result; its mean over queries is MRR. It sees nothing after that first result.
 *
 * @returns a value in `[0, 1]`; `0` when none of the first `k` is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 */
export function reciprocalRank(ranked: Grades, k = Number.POSITIVE_INFINITY, relevantFrom = 1): number {
  checkCutoff("reciprocalRank", k)
  const end = Math.min(k, ranked.length)
  for (let i = 0; i < end; i++) if (ranked[i]! >= relevantFrom) return 1 / (i + 1)
  return 0
}

/** Mean reciprocal rank of several lists; each is the grades of one query's results. `0` without lists. */
export function mrr(lists: readonly Grades[], k = Number.POSITIVE_INFINITY, relevantFrom = 1): number {
  let sum = 0
  for (const ranked of lists) sum += reciprocalRank(ranked, k, relevantFrom)
  return lists.length === 0 ? 0 : sum / lists.length
}
