import { InvalidArgument, throwIfCancelled } from "../../core/index.ts"

export interface WrapperOptions {
  /** Number of columns to choose among. */
  readonly columns: number
  /**
   * How good a model of these columns is, greater is better: the estimator is fitted on training rows and measured on validation rows or folds.
   * Both are the caller's.
   */
  readonly score: (columns: readonly number[]) => Promise<number>
  /** A step must gain more than this, or for backward lose less. Default 0. */
  readonly tolerance?: number
  /** Columns chosen at most (forward) or left at least (backward). */
  readonly stopAt?: number
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

/** How a wrapper went: the columns it ended with and the score after each step. */
export interface WrapperResult {
  /** Ascending. */
  readonly columns: readonly number[]
  readonly score: number
  /** In order: the column that joined or left, and the score then. */
  readonly steps: readonly { readonly column: number; readonly score: number }[]
  /** Models that were fitted. */
  readonly fits: number
}

/**
 * Forward selection: from nothing, the column that helps most joins, until none helps. Judges columns together, as a filter cannot, and costs up to
 * `columns * chosen` fits. The score is chosen on and so too kind: measure the result on data that took no part.
 */
export async function selectForward(options: WrapperOptions): Promise<WrapperResult> {
  const { columns: count, score, tolerance = 0, stopAt = count, signal } = check("selectForward", options)
  const steps: { column: number; score: number }[] = []
  let chosen: number[] = []
  let best = Number.NEGATIVE_INFINITY
  let fits = 0
  while (chosen.length < stopAt) {
    let next = { column: -1, score: Number.NEGATIVE_INFINITY }
    for (let column = 0; column < count; column++) {
      if (chosen.includes(column)) continue
      throwIfCancelled(signal, "selectForward")
      const value = await score(ascending([...chosen, column]))
      fits++
      if (value > next.score) next = { column, score: value }
    }
    if (next.column < 0 || (chosen.length > 0 && !(next.score > best + tolerance))) break
    chosen = ascending([...chosen, next.column])
    best = next.score
    steps.push(next)
    options.onProgress?.(chosen.length / stopAt)
  }
  options.onProgress?.(1)
  return { columns: chosen, score: best, steps, fits }
}

/** Backward elimination: from all columns, the one that is missed least leaves, as long as no more than the tolerance is lost. */
export async function selectBackward(options: WrapperOptions): Promise<WrapperResult> {
  const { columns: count, score, tolerance = 0, stopAt = 1, signal } = check("selectBackward", options)
  const steps: { column: number; score: number }[] = []
  let left = Array.from({ length: count }, (_, column) => column)
  let best = await score(left)
  let fits = 1
  while (left.length > Math.max(1, stopAt)) {
    let next = { column: -1, score: Number.NEGATIVE_INFINITY }
    for (const column of left) {
      throwIfCancelled(signal, "selectBackward")
      const value = await score(left.filter((other) => other !== column))
      fits++
      if (value > next.score) next = { column, score: value }
    }
    if (!(next.score >= best - tolerance)) break
    left = left.filter((column) => column !== next.column)
    best = Math.max(best, next.score)
    steps.push(next)
    options.onProgress?.((count - left.length) / count)
  }
  options.onProgress?.(1)
  return { columns: left, score: steps.at(-1)?.score ?? best, steps, fits }
}

const ascending = (columns: number[]) => columns.sort((a, b) => a - b)

function check(where: string, options: WrapperOptions): WrapperOptions {
  if (!(Number.isInteger(options.columns) && options.columns >= 1))
    throw new InvalidArgument(where, "1 column or more", `${options.columns}`, "Pass the width of the rows.")
  return options
}
