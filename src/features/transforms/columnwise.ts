import {
  type BundleReader,
  type BundleWriter,
  breathe,
  type FitOptions,
  InvalidArgument,
  type Matrix,
  matrix,
  throwIfCancelled,
} from "../../core/index.ts"
import type { FittedTransform, TransformStep } from "./transform.ts"

/** A transform of single columns: what it learns of one, and what it then does to each number of it. All arithmetic is in f64. */
export interface ColumnRule<Params> {
  readonly kind: string
  readonly config: object
  /** Learns from a column of the training rows, NaN = missing. The array is the rule's own: it may be reordered. */
  learn(values: Float64Array, column: number): Params
  /** Rewrites numbers of the column in place; NaN stays NaN unless filling it is the point. */
  apply(params: Params, values: Float64Array): void
  /** Undoes `apply` where that is possible. */
  undo?(params: Params, values: Float64Array): void
  /** When `apply` is `(x - shift) * scale`: a faster way to the same bits. */
  affine?(params: Params): { readonly shift: number; readonly scale: number } | undefined
}

/** A fitted rule: one set of parameters a column. */
export interface ColumnwiseTransform<Params> extends FittedTransform {
  readonly params: readonly Params[]
  /** Numbers of one column, transformed in f64. */
  values(column: number, values: ArrayLike<number>): Float64Array
  /** Back to the original scale. @throws {@link InvalidArgument} when the rule cannot be undone */
  undo(rows: Matrix): Matrix
}

/** A step of one rule; `fit` keeps the type of its parameters. */
export interface ColumnwiseStep<Params> extends TransformStep {
  fit(data: { readonly rows: Matrix }, options: FitOptions): Promise<ColumnwiseTransform<Params>>
  /** Fits on columns that are held in f64, all digits kept; the arrays stay as they are. */
  fitColumns(columns: readonly ArrayLike<number>[]): ColumnwiseTransform<Params>
}

/** Rows moved at a time: one column of a block lies in the nearest cache. */
const BLOCK = 512
/** Columns gathered at a time: sixteen share a cache line. */
const GROUP = 16

/** The step that applies a rule to every column. Learning takes `16 n` numbers in f64 beside the rows. */
export function columnwise<Params>(rule: ColumnRule<Params>): ColumnwiseStep<Params> {
  return {
    kind: rule.kind,
    config: rule.config,
    async fit({ rows }, { onProgress, signal }) {
      throwIfCancelled(signal, rule.kind)
      const params: Params[] = []
      for (let first = 0; first < rows.cols; first += GROUP) {
        const columns = gatherColumns(rows, first, Math.min(rows.cols, first + GROUP))
        for (const values of columns) {
          params.push(rule.learn(values, params.length))
          if (rows.rows > 50_000) await breathe(signal, rule.kind)
        }
        onProgress?.(params.length / rows.cols)
      }
      onProgress?.(1)
      return fittedColumns(rule, params)
    },
    fitColumns: (columns) =>
      fittedColumns(
        rule,
        columns.map((values, col) => rule.learn(Float64Array.from(values), col)),
      ),
  }
}

/** The transform of a rule with these parameters. */
export function fittedColumns<Params>(rule: ColumnRule<Params>, params: readonly Params[]): ColumnwiseTransform<Params> {
  const check = (rows: Matrix) => checkWidth(rule.kind, rows, params.length)
  const straight = rule.affine === undefined ? [] : params.map((one) => rule.affine!(one))
  const isAffine = straight.length > 0 && straight.every((line) => line !== undefined)
  return {
    inputs: params.length,
    params,
    columns: (names) => names,
    values(column, values) {
      const out = Float64Array.from(values)
      rule.apply(params[column]!, out)
      return out
    },
    transform(rows) {
      check(rows)
      if (isAffine) return affine(rows, straight as { shift: number; scale: number }[])
      return rewrite(rows, (values, column) => rule.apply(params[column]!, values))
    },
    undo(rows) {
      check(rows)
      const { undo } = rule
      if (undo === undefined) throw new InvalidArgument(rule.kind, "a transform that can be undone", "one that cannot", "Keep the rows.")
      return rewrite(rows, (values, column) => undo(params[column]!, values))
    },
    save: (bundle) => saveColumns(bundle, rule, params),
  }
}

function saveColumns<Params>(bundle: BundleWriter, rule: ColumnRule<Params>, params: readonly Params[]): void {
  bundle.json("transform", { kind: rule.kind, config: rule.config, params })
}

/** Restores what a rule made of that config saved. */
export function loadColumns<Params>(make: (config: never) => ColumnRule<Params>) {
  return (bundle: BundleReader): ColumnwiseTransform<Params> => {
    const { config, params } = bundle.json("transform") as { config: never; params: Params[] }
    return fittedColumns(make(config), params)
  }
}

/** @throws {@link InvalidArgument} when the rows have another width than those fitted on */
export function checkWidth(where: string, rows: Matrix, inputs: number): void {
  if (rows.cols !== inputs)
    throw new InvalidArgument(where, `rows of ${inputs} columns`, `${rows.cols}`, "Pass the columns it was fitted on, in that order.")
}

function affine(rows: Matrix, lines: readonly { readonly shift: number; readonly scale: number }[]): Matrix {
  const { cols } = rows
  const from = rows.data
  const shifts = Float64Array.from(lines, ({ shift }) => shift)
  const scales = Float64Array.from(lines, ({ scale }) => scale)
  const out = new Float32Array(from.length)
  for (let at = 0; at < from.length; ) {
    for (let col = 0; col < cols; col++, at++) out[at] = (from[at]! - shifts[col]!) * scales[col]!
  }
  return matrix(rows.rows, cols, out)
}

/** A copy of the rows, rewritten block by block and column by column. */
function rewrite(rows: Matrix, change: (values: Float64Array, column: number) => void): Matrix {
  const { cols, data } = rows
  const out = new Float32Array(data.length)
  const block = new Float64Array(Math.min(BLOCK, rows.rows))
  for (let first = 0; first < rows.rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows.rows - first)
    const values = count === block.length ? block : block.subarray(0, count)
    for (let col = 0; col < cols; col++) {
      for (let row = 0, at = first * cols + col; row < count; row++, at += cols) values[row] = data[at]!
      change(values, col)
      for (let row = 0, at = first * cols + col; row < count; row++, at += cols) out[at] = values[row]!
    }
  }
  return matrix(rows.rows, cols, out)
}

/** Columns `[from, to)` of the rows as f64 arrays of their own. */
export function gatherColumns(rows: Matrix, from = 0, to = rows.cols): Float64Array[] {
  const columns = Array.from({ length: to - from }, () => new Float64Array(rows.rows))
  for (let first = 0; first < rows.rows; first += BLOCK) {
    const last = Math.min(first + BLOCK, rows.rows)
    for (let col = from; col < to; col++) gather(rows, first, last, col, columns[col - from]!)
  }
  return columns
}

function gather({ data, cols }: Matrix, first: number, last: number, col: number, column: Float64Array): void {
  for (let row = first, at = first * cols + col; row < last; row++, at += cols) column[row] = data[at]!
}
