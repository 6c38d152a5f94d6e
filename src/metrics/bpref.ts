import { type Grades, relevantCount } from "./ranked-list.ts"

/**
 * Binary preference: how often relevant results come before documents judged irrelevant; results nobody judged are passed over.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`; NaN or below 0 = not judged
 * @param judged - grade of every judged document; shape `[m]`, any order
 * @returns a value in `[0, 1]`; `0` when nothing is relevant
 * @see Buckley & Voorhees 2004, doi:10.1145/1008992.1009000, with the correction trec_eval made in version 8
 */
export function bpref(ranked: Grades, judged: Grades, relevantFrom = 1): number {
  const relevant = relevantCount(judged, relevantFrom)
  if (relevant === 0) return 0
  const irrelevant = relevantCount(judged, 0) - relevant
  let above = 0
  let sum = 0
  for (let i = 0; i < ranked.length; i++) {
    const grade = ranked[i]!
    if (grade >= relevantFrom) sum += above === 0 ? 1 : 1 - Math.min(above, relevant) / Math.min(irrelevant, relevant)
    else if (grade >= 0) above++
  }
  return sum / relevant
}
