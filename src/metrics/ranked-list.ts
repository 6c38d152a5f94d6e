import { InvalidArgument } from "../core/index.ts"

/** Grades of a list: of each result, best rank first, or of every judged document. NaN = not judged; a grade below 0 gains nothing. */
export type Grades = ArrayLike<number>

/** What is known to be right for one query: its relevant ids, or a grade for every judged id. */
export type Truth<Id = string> = ReadonlySet<Id> | ReadonlyMap<Id, number>

/**
 * The grade of each ranked id, in order: NaN where it was not judged, 1 for members of a set.
 *
 * @param ids - ranked ids, best first; shape `[n]`
 * @param truth - relevant ids, or id to grade
 * @returns shape `[n]`
 */
export function gradesOf<Id>(ids: readonly Id[], truth: Truth<Id>): Float64Array {
  const grades = new Float64Array(ids.length)
  const graded = truth instanceof Map ? (truth as ReadonlyMap<Id, number>) : undefined
  for (let i = 0; i < ids.length; i++) {
    grades[i] = graded !== undefined ? (graded.get(ids[i]!) ?? Number.NaN) : truth.has(ids[i]!) ? 1 : Number.NaN
  }
  return grades
}

/** The grade of every judged id, any order; all 1 for a set. Shape `[m]`. */
export function judgedGrades<Id>(truth: Truth<Id>): Float64Array {
  return truth instanceof Map ? Float64Array.from((truth as ReadonlyMap<Id, number>).values()) : new Float64Array(truth.size).fill(1)
}

/** How many grades are at least `relevantFrom`. */
export function relevantCount(grades: Grades, relevantFrom: number, k = grades.length): number {
  let count = 0
  const end = Math.min(k, grades.length)
  for (let i = 0; i < end; i++) if (grades[i]! >= relevantFrom) count++
  return count
}

/** Refuses a cutoff that is neither a positive whole number nor Infinity, which means the whole list. */
export function checkCutoff(where: string, k: number): void {
  if (k === Number.POSITIVE_INFINITY || (Number.isInteger(k) && k >= 1)) return
  throw new InvalidArgument(where, "a positive whole number k", String(k), "Pass the page size, such as 10.")
}
