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
import { type Moments, momentsOfColumns } from "./column-stats.ts"
import type { FittedTransform, TransformStep } from "./transform.ts"

/** A transform of single columns: what it learns of one, and what it then does to each number of it. All arithmetic is in f64. */
export interface ColumnRule<Params> {
  readonly kind: string
  readonly config: object
  /** Learns from a column of the training rows, NaN = missing. The array is the rule's own: it may be reordered. */
  learn(values: Float64Array, column: number): Params
  /** Learns from moments alone, where they are enough: the columns are then not copied. */
  fromMoments?(moments: Moments): Params
  /** Whether those need the variance, which takes a second pass. */
  readonly spread?: boolean
  /** The parameters of a rule that learns nothing: the rows are then not read. */
  readonly constant?: Params
  /** What is done to numbers of the column: a ramp, or anything, in place; NaN stays NaN unless filling it is the point. */
  readonly apply: ((params: Params, values: Float64Array) => void) | { readonly ramp: (params: Params) => Ramp }
  /** Undoes `apply` where that is possible. */
  undo?(params: Params, values: Float64Array): void
}

/** `(x - shift) * scale`, kept between `low` and `high`; a missing x becomes `fill`. */
export interface Ramp {
  readonly shift: number
  readonly scale: number
  readonly low: number
  readonly high: number
  readonly fill: number
}

/** The ramp that changes nothing, to start from. */
export const LEVEL: Ramp = { shift: 0, scale: 1, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, fill: Number.NaN }

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
      if (rule.constant !== undefined) params.push(...new Array<Params>(rows.cols).fill(rule.constant))
      else if (rule.fromMoments !== undefined) {
        for (const moments of await momentsOfColumns(rows, rule.spread === true, signal)) params.push(rule.fromMoments(moments))
      }
      let columns: Float64Array[] = []
      for (let first = params.length; first < rows.cols; first += GROUP) {
        columns = gatherColumns(rows, first, Math.min(rows.cols, first + GROUP), columns)
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
  const { apply } = rule
  const ramps = typeof apply === "function" ? undefined : params.map(apply.ramp)
  return {
    inputs: params.length,
    params,
    columns: (names) => names,
    values(column, values) {
      const out = Float64Array.from(values)
      if (typeof apply === "function") apply(params[column]!, out)
      else climb(out, out, 1, [ramps![column]!])
      return out
    },
    transform(rows) {
      check(rows)
      if (rule.constant !== undefined && typeof apply === "function") return rewriteFlat(rows, (values) => apply(rule.constant!, values))
      if (typeof apply === "function") return rewrite(rows, (values, column) => apply(params[column]!, values))
      const out = new Float32Array(rows.data.length)
      climb(rows.data, out, rows.cols, ramps!)
      return matrix(rows.rows, rows.cols, out)
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

type Numbers = Float32Array | Float64Array

/** Puts row-major numbers through the ramps of their columns: a loop for each kind of ramp, so that none pays for another's comparisons. */
function climb(from: Numbers, to: Numbers, cols: number, ramps: readonly Ramp[]): void {
  const all = (key: keyof Ramp) => Float64Array.from(ramps, (ramp) => ramp[key])
  const [shifts, scales, lows, highs, fills] = [all("shift"), all("scale"), all("low"), all("high"), all("fill")]
  const isClipped = ramps.some(({ low, high }) => low !== LEVEL.low || high !== LEVEL.high)
  if (!isClipped) straight(from, to, cols, shifts, scales)
  else clipped(from, to, cols, shifts, scales, lows, highs)
  if (!fills.every(Number.isNaN)) filled(to, cols, fills)
}

function straight(from: Numbers, to: Numbers, cols: number, shifts: Float64Array, scales: Float64Array): void {
  for (let at = 0; at < from.length; ) for (let col = 0; col < cols; col++, at++) to[at] = (from[at]! - shifts[col]!) * scales[col]!
}

function clipped(
  from: Numbers,
  to: Numbers,
  cols: number,
  shifts: Float64Array,
  scales: Float64Array,
  lows: Float64Array,
  highs: Float64Array,
) {
  for (let at = 0; at < from.length; ) {
    for (let col = 0; col < cols; col++, at++) {
      const y = (from[at]! - shifts[col]!) * scales[col]!
      // A missing number fails both comparisons and stays.
      const raised = y < lows[col]! ? lows[col]! : y
      to[at] = raised > highs[col]! ? highs[col]! : raised
    }
  }
}

function filled(to: Numbers, cols: number, fills: Float64Array): void {
  for (let at = 0; at < to.length; ) for (let col = 0; col < cols; col++, at++) if (Number.isNaN(to[at]!)) to[at] = fills[col]!
}

/** A copy of the rows, each number rewritten in the same way whatever its column: no gathering. */
function rewriteFlat(rows: Matrix, change: (values: Float64Array) => void): Matrix {
  const out = new Float32Array(rows.data.length)
  const block = new Float64Array(Math.min(4 * BLOCK, out.length))
  for (let from = 0; from < out.length; from += block.length) {
    const count = Math.min(block.length, out.length - from)
    const values = count === block.length ? block : block.subarray(0, count)
    values.set(rows.data.subarray(from, from + count))
    change(values)
    out.set(values, from)
  }
  return matrix(rows.rows, rows.cols, out)
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

/** Columns `[from, to)` of the rows as f64 arrays, in those of `spare` as far as they go. */
export function gatherColumns(rows: Matrix, from = 0, to = rows.cols, spare: readonly Float64Array[] = []): Float64Array[] {
  const columns = Array.from({ length: to - from }, (_, i) => spare[i] ?? new Float64Array(rows.rows))
  for (let first = 0; first < rows.rows; first += BLOCK) {
    const last = Math.min(first + BLOCK, rows.rows)
    for (let col = from; col < to; col++) gather(rows, first, last, col, columns[col - from]!)
  }
  return columns
}

function gather({ data, cols }: Matrix, first: number, last: number, col: number, column: Float64Array): void {
  for (let row = first, at = first * cols + col; row < last; row++, at += cols) column[row] = data[at]!
}
