import { breathe, type SparseMatrix, transpose } from "../../core/index.ts"
import { type Lasso, shrink } from "./minimise-l1.ts"

/** Sweeps over the columns that one step takes at most. */
const SWEEPS = 60

/** A quadratic model of a loss around a point, and the penalties to add to it. */
export interface QuadraticModel {
  readonly point: Float64Array
  readonly gradient: Float64Array
  /** Second derivative of each row, shape `[n]`. */
  readonly curvatures: Float64Array
  readonly l2: number
  readonly lasso: Lasso
}

/**
 * Finds about the step to the minimum of a quadratic model plus an L1 penalty, over sparse rows, one column at a time: columns that are 0 and
 * want to stay there are passed over until the others have settled. The sums of the rows so far are kept, so a column costs its entries alone.
 * @param rows - shape `[n, penalised]`; an intercept beyond them is a column of ones
 * @see Yuan, Ho & Lin 2012, An improved GLMNET for L1-regularized logistic regression, JMLR 13
 */
export function columnDescent(rows: SparseMatrix): (model: QuadraticModel, signal: AbortSignal | undefined) => Promise<Float64Array> {
  const { offsets, indices, values } = transpose(rows)
  const n = rows.rows
  const sums = new Float64Array(n)

  /** Moves one number; returns how far, times the root of its curvature. */
  function move({ point, gradient, curvatures, l2, lasso }: QuadraticModel, step: Float64Array, bends: Float64Array, col: number): number {
    const bend = bends[col]!
    if (!(bend > 0)) return 0
    const isColumn = col < lasso.penalised
    let slope = gradient[col]! + (isColumn ? l2 * step[col]! : 0)
    if (!isColumn) for (let row = 0; row < n; row++) slope += curvatures[row]! * sums[row]!
    else {
      for (let at = offsets[col]!; at < offsets[col + 1]!; at++) {
        const row = indices[at]!
        slope += (values === undefined ? 1 : values[at]!) * curvatures[row]! * sums[row]!
      }
    }
    const from = point[col]! + step[col]!
    const free = from - slope / bend
    const change = (isColumn ? shrink(free, lasso.l1 / bend) : free) - from
    if (change === 0) return 0
    step[col]! += change
    if (!isColumn) for (let row = 0; row < n; row++) sums[row]! += change
    else for (let at = offsets[col]!; at < offsets[col + 1]!; at++) sums[indices[at]!]! += change * (values === undefined ? 1 : values[at]!)
    return Math.abs(change) * Math.sqrt(bend)
  }

  return async (model, signal) => {
    const { point, curvatures, l2, lasso } = model
    const size = point.length
    const bends = new Float64Array(size).fill(l2, 0, lasso.penalised)
    for (let col = 0; col < lasso.penalised; col++) {
      for (let at = offsets[col]!; at < offsets[col + 1]!; at++) {
        bends[col]! += curvatures[indices[at]!]! * (values === undefined ? 1 : values[at]! ** 2)
      }
    }
    if (size > lasso.penalised) bends[lasso.penalised] = curvatures.reduce((sum, value) => sum + value, 0)
    const step = new Float64Array(size)
    sums.fill(0)
    let first = 0
    let isFull = true
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let most = 0
      for (let col = 0; col < size; col++) {
        const isActive = isFull || col >= lasso.penalised || point[col]! + step[col]! !== 0
        if (isActive) most = Math.max(most, move(model, step, bends, col))
      }
      if (sweep === 0) first = most
      await breathe(signal, "regression")
      // The active columns have settled: look at all of them once more, and stop when that changes nothing much.
      if (most > 1e-3 * first) isFull = false
      else if (isFull) break
      else isFull = true
    }
    return step
  }
}
