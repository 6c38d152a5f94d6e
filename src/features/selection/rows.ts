import { InvalidArgument } from "../../core/index.ts"

/** Rows of numbers, row-major, shape `[rows, cols]`; a `Matrix`, or the same in f64. NaN = missing: a cell is left out of its column's sums. */
export interface NumberRows {
  readonly data: Float32Array | Float64Array
  readonly rows: number
  readonly cols: number
}

/** A statistic of each column and, for a test, the chance of one as large without a relation. Shapes `[cols]`. */
export interface ColumnScores {
  readonly scores: Float64Array
  readonly p: Float64Array
}

/** Class labels as places 0 .. classes - 1, ascending by value. */
export interface Classes {
  readonly places: Int32Array
  readonly values: readonly number[]
}

/** @throws {@link InvalidArgument} on labels that are not one a row, or fewer than two classes, or more than 1,000 */
export function classesOf(where: string, rows: NumberRows, labels: ArrayLike<number>): Classes {
  checkLabels(where, rows, labels)
  const values = [...new Set(Array.from(labels))].sort((a, b) => a - b)
  if (values.length < 2 || values.length > 1000)
    throw new InvalidArgument(where, "labels of 2 to 1,000 classes", `${values.length}`, "Use a regression score, or bucket the labels.")
  const place = new Map(values.map((value, i) => [value, i]))
  return { places: Int32Array.from(labels, (label) => place.get(label)!), values }
}

export function checkLabels(where: string, { rows }: NumberRows, labels: ArrayLike<number>): void {
  if (labels.length !== rows) throw new InvalidArgument(where, `${rows} labels`, `${labels.length}`, "Pass the label of every row.")
}
