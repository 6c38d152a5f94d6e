import { InvalidArgument, invertSpd } from "../../core/index.ts"
import { momentsOf } from "../transforms/column-stats.ts"
import { gatherColumns } from "../transforms/columnwise.ts"
import type { NumberRows } from "./rows.ts"

/** Pearson correlations of the columns with each other, row-major, shape `[cols, cols]`; missing cells count as the mean, a constant column as 0. */
export function correlationMatrix(rows: NumberRows): Float64Array {
  const d = rows.cols
  const columns = gatherColumns(rows as Parameters<typeof gatherColumns>[0])
  for (const values of columns) {
    const { mean, variance } = momentsOf(values)
    const scale = variance > 0 ? 1 / Math.sqrt(variance * values.length) : 0
    for (let i = 0; i < values.length; i++) values[i] = Number.isNaN(values[i]!) ? 0 : (values[i]! - mean) * scale
  }
  const out = new Float64Array(d * d)
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let row = 0; row < rows.rows; row++) sum += columns[i]![row]! * columns[j]![row]!
      out[i * d + j] = out[j * d + i] = sum
    }
  }
  return out
}

/**
 * Variance inflation of each column: `1 / (1 - R^2)` of its regression on the others. 1 is independent; above about 10 a linear model's
 * coefficients of it mean little.
 *
 * @throws {@link InvalidArgument} when a column is a sum of others, or constant
 */
export async function varianceInflation(rows: NumberRows): Promise<Float64Array> {
  const d = rows.cols
  const correlations = correlationMatrix(rows)
  for (let i = 0; i < d; i++)
    if (correlations[i * d + i] === 0)
      throw new InvalidArgument("varianceInflation", "columns that vary", `a constant column ${i}`, "Drop it.")
  const inverse = await invertSpd(correlations, d)
  return Float64Array.from({ length: d }, (_, i) => inverse[i * d + i]!)
}

/** A column that another one says already. */
export interface Redundant {
  readonly column: number
  /** The column that stays. */
  readonly keeps: number
  readonly correlation: number
}

/**
 * Columns that correlate above `limit` (absolute) with one that is better by `scores`: the better one of each pair stays.
 * @param scores - relevance of each column, greater is better; shape `[cols]`
 */
export function redundantColumns(rows: NumberRows, scores: ArrayLike<number>, limit = 0.95): readonly Redundant[] {
  const d = rows.cols
  const correlations = correlationMatrix(rows)
  const order = Array.from({ length: d }, (_, col) => col).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const kept: number[] = []
  const found: Redundant[] = []
  for (const column of order) {
    const keeps = kept.find((other) => Math.abs(correlations[column * d + other]!) > limit)
    if (keeps === undefined) kept.push(column)
    else found.push({ column, keeps, correlation: correlations[column * d + keeps]! })
  }
  return found.sort((a, b) => a.column - b.column)
}
