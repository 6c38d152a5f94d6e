import { InvalidArgument, throwIfCancelled } from "../../core/index.ts"

/** Where each column stands on a path of penalties. */
export interface PenaltyPath {
  readonly penalties: readonly number[]
  /** Columns with a coefficient other than 0 at each penalty, ascending. */
  readonly active: readonly (readonly number[])[]
  /** Greatest penalty at which each column is still there; 0 for one that never is. Shape `[columns]`: a ranking by relevance. */
  readonly entered: Float64Array
}

/**
 * Embedded selection by L1: fits at falling penalties and watches which columns come in, the strongest first.
 *
 * @param coefficients - fits a model with that L1 penalty on standardised columns and gives its coefficients, shape `[columns]`
 * @param penalties - any order; passed on from greatest to least, so that a fit can start from the one before
 * @see Tibshirani 1996, doi:10.1111/j.2517-6161.1996.tb02080.x
 */
export async function penaltyPath(
  coefficients: (l1: number) => Promise<ArrayLike<number>>,
  penalties: readonly number[],
  signal?: AbortSignal,
): Promise<PenaltyPath> {
  if (penalties.length === 0)
    throw new InvalidArgument("penaltyPath", "one penalty or more", "none", "Pass a falling ladder, such as 100 to 0.01.")
  const falling = [...penalties].sort((a, b) => b - a)
  const active: number[][] = []
  let entered = new Float64Array(0)
  for (const penalty of falling) {
    throwIfCancelled(signal, "penaltyPath")
    const found = await coefficients(penalty)
    if (entered.length === 0) entered = new Float64Array(found.length)
    const there = Array.from({ length: found.length }, (_, column) => column).filter((column) => found[column] !== 0)
    for (const column of there) if (entered[column] === 0) entered[column] = penalty
    active.push(there)
  }
  return { penalties: falling, active, entered }
}

/**
 * Embedded selection by a fitted model's own importance, such as the gain of trees: the fewest columns that hold this share of it.
 *
 * @param importance - 0 or more each, shape `[columns]`
 * @param share - in (0, 1]; default 0.99
 * @returns columns, ascending
 */
export function selectByImportance(importance: ArrayLike<number>, share = 0.99): number[] {
  if (!(share > 0 && share <= 1)) throw new InvalidArgument("selectByImportance", "a share in (0, 1]", `${share}`, "Use 0.99.")
  const order = Array.from({ length: importance.length }, (_, column) => column).sort((a, b) => importance[b]! - importance[a]! || a - b)
  const total = Array.from(importance).reduce((sum, value) => sum + Math.max(0, value), 0)
  const kept: number[] = []
  let held = 0
  for (const column of order) {
    if (held >= share * total || !(importance[column]! > 0)) break
    kept.push(column)
    held += importance[column]!
  }
  return kept.sort((a, b) => a - b)
}
