import { breathe, type FitOptions, InvalidArgument, type Matrix, matrix, random } from "../../core/index.ts"
import { CodeTable, countCodes } from "./code-table.ts"
import { type CodeRule, codewise, loadCodes } from "./codewise.ts"
import { gatherColumns } from "./columnwise.ts"
import type { TransformData, TransformStep } from "./transform.ts"

export interface TargetEncodeConfig {
  /** Rows that the overall mean counts as, beside those of the value. Default 10. */
  readonly smoothing?: number
  /** Parts that training rows are cut into, each encoded from the others; `leaveOneOut` leaves out the row alone. Default 5. */
  readonly folds?: number | "leaveOneOut"
}

const rule = (config: Required<TargetEncodeConfig>): CodeRule => ({
  kind: "targetEncode",
  config,
  learn(values, data) {
    const { codes, sums, counts, prior } = tally(values, labelsOf(data))
    const rows = new Float32Array(codes.length + 2).fill(prior)
    for (let place = 0; place < codes.length; place++) rows[place] = smoothed(sums[place]!, counts[place]!, prior, config.smoothing)
    return { codes, width: 1, rows }
  },
  name: (column) => `${column} rate`,
})

/** `(sum + m prior) / (count + m)`: the mean label of a value, drawn to the overall mean as if `m` more rows had it. */
export function smoothed(sum: number, count: number, prior: number, smoothing: number): number {
  const weight = count + smoothing
  return weight > 0 ? (sum + smoothing * prior) / weight : prior
}

/**
 * Each value becomes the mean label of its training rows, smoothed; unseen and missing ones the overall mean: many values in one column.
 *
 * A training row must not see its own label: `fitTransform` encodes training rows out of fold, and only its rows may be trained on. `transform` is
 * for rows that were not in training.
 * @throws {@link InvalidArgument} in `fit` without labels, or when there are fewer rows than folds
 * @see Micci-Barreca 2001, doi:10.1145/507533.507538
 */
export function targetEncode({ smoothing = 10, folds = 5 }: TargetEncodeConfig = {}): TransformStep {
  if (!(smoothing >= 0)) throw new InvalidArgument("targetEncode", "smoothing of 0 or more", `${smoothing}`, "Use 10.")
  if (folds !== "leaveOneOut" && !(Number.isInteger(folds) && folds >= 2))
    throw new InvalidArgument("targetEncode", "2 folds or more, or leaveOneOut", `${folds}`, "Use 5.")
  const config = { smoothing, folds }
  const step = codewise(rule(config))
  return {
    ...step,
    async fitTransform(data, options) {
      const fitted = await step.fit(data, options)
      return { fitted, rows: await outOfFold(data, config, options) }
    },
  }
}

export const loadTargetEncode = loadCodes(rule)

function labelsOf({ rows, labels }: TransformData): ArrayLike<number> {
  if (labels === undefined || labels.length !== rows.rows)
    throw new InvalidArgument("targetEncode", `${rows.rows} labels`, `${labels?.length ?? "none"}`, "Pass the label of every row.")
  return labels
}

interface Tally {
  readonly codes: Float64Array
  readonly sums: Float64Array
  readonly counts: Float64Array
  readonly prior: number
}

function tally(values: Float64Array, labels: ArrayLike<number>): Tally {
  const { codes, counts } = countCodes(values)
  const table = new CodeTable(codes)
  const sums = new Float64Array(codes.length)
  let total = 0
  for (let row = 0; row < values.length; row++) {
    total += labels[row]!
    const place = table.placeOf(values[row]!)
    if (place >= 0) sums[place]! += labels[row]!
  }
  return { codes, sums, counts, prior: values.length === 0 ? 0 : total / values.length }
}

async function outOfFold(data: TransformData, config: Required<TargetEncodeConfig>, { seed, signal }: FitOptions): Promise<Matrix> {
  const { rows } = data
  const labels = labelsOf(data)
  const out = matrix(rows.rows, rows.cols)
  const parts = config.folds === "leaveOneOut" ? undefined : foldsOf(rows.rows, config.folds, seed)
  for (let col = 0; col < rows.cols; col++) {
    const [values] = gatherColumns(rows, col, col + 1)
    const all = tally(values!, labels)
    const table = new CodeTable(all.codes)
    const encoded =
      parts === undefined ? leaveOneOut(values!, labels, all, table, config.smoothing) : byFold(values!, labels, all, table, config, parts)
    for (let row = 0; row < rows.rows; row++) out.data[row * rows.cols + col] = encoded[row]!
    if (rows.rows > 50_000) await breathe(signal, "targetEncode")
  }
  return out
}

/** The fold of each row: equal parts by chance. */
function foldsOf(rows: number, folds: number, seed: number): Uint16Array {
  if (rows < folds) throw new InvalidArgument("targetEncode", `${folds} rows or more`, `${rows}`, "Take fewer folds.")
  const parts = Uint16Array.from({ length: rows }, (_, row) => row % folds)
  return random(seed).split("target folds").shuffle(parts)
}

/** Sums of the row itself are taken off; the overall mean stays that of all rows. */
function leaveOneOut(values: Float64Array, labels: ArrayLike<number>, all: Tally, table: CodeTable, smoothing: number): Float64Array {
  return values.map((code, row) => {
    const place = table.placeOf(code)
    return place < 0 ? all.prior : smoothed(all.sums[place]! - labels[row]!, all.counts[place]! - 1, all.prior, smoothing)
  })
}

function byFold(
  values: Float64Array,
  labels: ArrayLike<number>,
  all: Tally,
  table: CodeTable,
  { smoothing, folds }: Required<TargetEncodeConfig>,
  parts: Uint16Array,
): Float64Array {
  const size = folds as number
  const sums = new Float64Array(size * table.size)
  const counts = new Float64Array(size * table.size)
  const totals = new Float64Array(size)
  const rows = new Float64Array(size)
  for (let row = 0; row < values.length; row++) {
    const part = parts[row]!
    totals[part]! += labels[row]!
    rows[part]! += 1
    const place = table.placeOf(values[row]!)
    if (place < 0) continue
    sums[part * table.size + place]! += labels[row]!
    counts[part * table.size + place]! += 1
  }
  return values.map((code, row) => {
    const part = parts[row]!
    const prior = (all.prior * values.length - totals[part]!) / (values.length - rows[part]!)
    const place = table.placeOf(code)
    if (place < 0) return prior
    const at = part * table.size + place
    return smoothed(all.sums[place]! - sums[at]!, all.counts[place]! - counts[at]!, prior, smoothing)
  })
}

/** The leave-one-out encoding of one column of codes, in f64; shape `[n]`. */
export function leaveOneOutRates(values: ArrayLike<number>, labels: ArrayLike<number>, smoothing: number): Float64Array {
  const column = Float64Array.from(values)
  const all = tally(column, labels)
  return leaveOneOut(column, labels, all, new CodeTable(all.codes), smoothing)
}

/** The smoothed mean label of each code of a column, codes ascending, and the overall mean that unseen codes get; f64. */
export function targetRates(values: ArrayLike<number>, labels: ArrayLike<number>, smoothing: number) {
  const { codes, sums, counts, prior } = tally(Float64Array.from(values), labels)
  return { codes, rates: codes.map((_, place) => smoothed(sums[place]!, counts[place]!, prior, smoothing)), prior }
}
