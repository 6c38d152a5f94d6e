import { InvalidArgument } from "../core/index.ts"
import { checkCutoff, type Grades } from "./ranked-list.ts"

/**
 * Expected reciprocal rank: a reader goes down the list and stops at a result with probability `(2^grade - 1) / 2^maxGrade`.
 *
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged, grades at most `maxGrade`
 * @param maxGrade - highest grade of the scale, such as 4
 * @returns a value in `[0, 1)`
 * @throws {@link InvalidArgument} on a grade above the scale or a bad cutoff
 * @see Chapelle et al. 2009, doi:10.1145/1645953.1646033
 */
export function expectedReciprocalRank(ranked: Grades, k: number, maxGrade: number): number {
  checkCutoff("expectedReciprocalRank", k)
  const end = Math.min(k, ranked.length)
  let reading = 1
  let sum = 0
  for (let i = 0; i < end; i++) {
    const grade = ranked[i]!
    if (!(grade > 0)) continue
    if (grade > maxGrade) {
      throw new InvalidArgument("expectedReciprocalRank", `grades up to ${maxGrade}`, `${grade}`, "Pass the highest grade of the scale.")
    }
    const stops = (2 ** grade - 1) / 2 ** maxGrade
    sum += (reading * stops) / (i + 1)
    reading *= 1 - stops
  }
  return sum
}

/**
 * Rank-biased precision: a reader looks at the next result with probability `persistence`, and each result is worth its gain.
 *
 * The unjudged rest of the list is taken as worth nothing; the value is not normalised by what was reachable.
 * @param ranked - grade of each result, best rank first; shape `[n]`, NaN = not judged
 * @param persistence - in `(0, 1)`; 0.8 reads five results on average
 * @param gainOf - grade to gain in `[0, 1]`; without it a grade of 1 and up is worth 1
 * @returns a value in `[0, 1]`
 * @throws {@link InvalidArgument} on a persistence outside its range
 * @see Moffat & Zobel 2008, doi:10.1145/1416950.1416952
 */
export function rankBiasedPrecision(ranked: Grades, persistence: number, gainOf: (grade: number) => number = relevant): number {
  if (!(persistence > 0 && persistence < 1)) {
    throw new InvalidArgument("rankBiasedPrecision", "a persistence in (0, 1)", String(persistence), "Pass a share such as 0.8.")
  }
  let weight = 1 - persistence
  let sum = 0
  for (let i = 0; i < ranked.length; i++) {
    const grade = ranked[i]!
    if (grade > 0) sum += weight * gainOf(grade)
    weight *= persistence
  }
  return sum
}

const relevant = (grade: number) => (grade >= 1 ? 1 : 0)
