import { breathe, type SparseMatrix } from "../../core/index.ts"
import { type BatchLoss, type Observations, penalise } from "./batch-loss.ts"
import { columnDescent } from "./column-descent.ts"
import { columnPlaces, occurringColumns } from "./column-map.ts"
import type { Family } from "./families.ts"
import type { Lasso } from "./minimise-l1.ts"

/** Rows whose derivatives are taken together. */
const BLOCK = 256
/** Multiplications between two turns of the event loop. */
const BREATH = 2e7
/** Rows between two turns where only products are taken. */
const BREATH_ROWS = BLOCK * 1024

/** A {@link BatchLoss} over sparse rows, whose points hold only the columns that occur. */
export interface SparseLoss extends BatchLoss {
  /** The columns that occur, ascending: the coefficient of `columns[i]` is number `i` of a point. */
  readonly columns: Uint32Array
  /** About the step to the minimum of the quadratic model at the point of the last {@link at} plus an L1 penalty. */
  descend(point: Float64Array, gradient: Float64Array, l2: number, lasso: Lasso): Promise<Float64Array>
}

/** The loss over sparse rows of shape `[n, d]` as they are, without centring; allocates a number an entry, a row, and two a column. */
export function sparseLoss(rows: SparseMatrix, observed: Observations, family: Family, signal: AbortSignal | undefined): SparseLoss {
  const { targets, weights, offset, hasIntercept } = observed
  const columns = occurringColumns(rows)
  const penalised = columns.length
  const size = penalised + (hasIntercept ? 1 : 0)
  const places = columnPlaces(columns, rows.cols, 0)
  const entries = rows.indices.map((col) => places[col]!)
  const { offsets, values } = rows
  let byColumn: ReturnType<typeof columnDescent> | undefined
  const scores = new Float64Array(BLOCK)
  const errors = new Float64Array(BLOCK)
  const curvatures = new Float64Array(BLOCK)
  /** Second derivative of each row at the last point. */
  const kept = new Float64Array(rows.rows)

  function predictBlock(point: Float64Array, from: number, count: number, offset: Float32Array | undefined): void {
    const intercept = hasIntercept ? point[penalised]! : 0
    for (let row = 0; row < count; row++) {
      let sum = offset === undefined ? intercept : intercept + offset[from + row]!
      const end = offsets[from + row + 1]!
      if (values === undefined) for (let at = offsets[from + row]!; at < end; at++) sum += point[entries[at]!]!
      else for (let at = offsets[from + row]!; at < end; at++) sum += point[entries[at]!]! * values[at]!
      scores[row] = sum
    }
  }

  function addGradient(from: number, count: number, gradient: Float64Array): void {
    let total = 0
    for (let row = 0; row < count; row++) {
      const error = errors[row]!
      const end = offsets[from + row + 1]!
      total += error
      if (values === undefined) for (let at = offsets[from + row]!; at < end; at++) gradient[entries[at]!]! += error
      else for (let at = offsets[from + row]!; at < end; at++) gradient[entries[at]!]! += error * values[at]!
    }
    if (hasIntercept) gradient[penalised]! += total
  }

  /** Entries ascend within a row, so that only the upper triangle is touched. */
  function addHessian(from: number, count: number, hessian: Float64Array): void {
    for (let row = 0; row < count; row++) {
      const curvature = curvatures[row]!
      const end = offsets[from + row + 1]!
      for (let at = offsets[from + row]!; at < end; at++) {
        const left = entries[at]! * size
        const scaled = curvature * (values === undefined ? 1 : values[at]!)
        for (let other = at; other < end; other++) hessian[left + entries[other]!]! += scaled * (values === undefined ? 1 : values[other]!)
        if (hasIntercept) hessian[left + penalised]! += scaled
      }
      if (hasIntercept) hessian[penalised * size + penalised]! += curvature
    }
  }

  return {
    size,
    penalised,
    columns,
    async at(point, l2, gradient, hessian) {
      gradient.fill(0)
      hessian?.fill(0)
      let sum = 0
      let work = 0
      for (let from = 0; from < rows.rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows.rows - from)
        predictBlock(point, from, count, offset)
        sum += family.block(scores, targets, weights, from, count, errors, curvatures)
        kept.set(curvatures.subarray(0, count), from)
        addGradient(from, count, gradient)
        if (hessian !== undefined) addHessian(from, count, hessian)
        const stored = offsets[from + count]! - offsets[from]!
        work += 2 * stored + (hessian === undefined ? 0 : (stored * stored) / count)
        if (work > BREATH) {
          work = 0
          await breathe(signal, "regression")
        }
      }
      return sum + penalise(point, l2, penalised, gradient, hessian)
    },
    async product(direction, l2, out) {
      out.fill(0)
      for (let from = 0; from < rows.rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows.rows - from)
        predictBlock(direction, from, count, undefined)
        for (let row = 0; row < count; row++) errors[row] = kept[from + row]! * scores[row]!
        addGradient(from, count, out)
        if (from % BREATH_ROWS === 0) await breathe(signal, "regression")
      }
      for (let col = 0; col < penalised; col++) out[col]! += l2 * direction[col]!
    },
    descend(point, gradient, l2, lasso) {
      byColumn ??= columnDescent({ ...rows, cols: penalised, indices: entries })
      return byColumn({ point, gradient, curvatures: kept, l2, lasso }, signal)
    },
    async diagonal(l2, out) {
      out.fill(l2, 0, penalised).fill(0, penalised)
      for (let row = 0; row < rows.rows; row++) {
        const curvature = kept[row]!
        if (hasIntercept) out[penalised]! += curvature
        for (let at = offsets[row]!; at < offsets[row + 1]!; at++)
          out[entries[at]!]! += curvature * (values === undefined ? 1 : values[at]! ** 2)
      }
    },
  }
}
