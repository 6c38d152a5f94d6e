import { checkCutoff, type Grades, relevantCount } from "./ranked-list.ts"

/**
 * Average precision of one list: the mean over all `m` relevant documents of the precision at each hit's place, 0 for those not in the first `k`.
 *
 * Meant for binary relevance: grades become relevant or not at `relevantFrom`. Its mean over queries is mAP.
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param judged - grade of every judged document; shape `[m]`, any order
 * @returns a value in `[0, 1]`; `0` when nothing is relevant. The divisor is `m`, never `min(k, m)`: see {@link cappedAveragePrecisionAtK}
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 * @see Buckley & Voorhees 2000, doi:10.1145/345508.345543
 */
export function averagePrecisionAtK(ranked: Grades, judged: Grades, k = Number.POSITIVE_INFINITY, relevantFrom = 1): number {
  checkCutoff("averagePrecisionAtK", k)
  const relevant = relevantCount(judged, relevantFrom)
  return relevant === 0 ? 0 : precisionSum(ranked, k, relevantFrom) / relevant
}

/** Average precision over `min(k, relevant)`, so that a full page of hits is 1: what recommendation contests call MAP@k. */
export function cappedAveragePrecisionAtK(ranked: Grades, judged: Grades, k: number, relevantFrom = 1): number {
  checkCutoff("cappedAveragePrecisionAtK", k)
  const reachable = Math.min(k, relevantCount(judged, relevantFrom))
  return reachable === 0 ? 0 : precisionSum(ranked, k, relevantFrom) / reachable
}

/**
 * Average recall of one list: the recall at each hit's place, summed and divided by the `m` relevant documents. Its mean is mAR.
 *
 * @returns a value in `[0, 1]`; `0` when nothing is relevant
 * @throws {@link InvalidArgument} when `k` is not a positive integer
 */
export function averageRecallAtK(ranked: Grades, judged: Grades, k = Number.POSITIVE_INFINITY, relevantFrom = 1): number {
  checkCutoff("averageRecallAtK", k)
  const relevant = relevantCount(judged, relevantFrom)
  const hits = relevantCount(ranked, relevantFrom, k)
  return relevant === 0 ? 0 : (hits * (hits + 1)) / 2 / relevant / relevant
}

/** Harmonic mean of two values >= 0: the F1 of mAP and mAR, or of precision and recall; `0` when both are 0. */
export function harmonicMean(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b)
}

function precisionSum(ranked: Grades, k: number, relevantFrom: number): number {
  const end = Math.min(k, ranked.length)
  let hits = 0
  let sum = 0
  for (let i = 0; i < end; i++) if (ranked[i]! >= relevantFrom) sum += ++hits / (i + 1)
  return sum
}
