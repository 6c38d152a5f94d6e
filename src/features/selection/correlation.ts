import { fSf } from "../../core/index.ts"
import { firstNumbers } from "./anova.ts"
import { type ColumnScores, checkLabels, type NumberRows } from "./rows.ts"

/** Straight-line relation of each column with a numeric label. */
export interface CorrelationScores extends ColumnScores {
  /** Pearson's r in [-1, 1]; NaN for a constant column. */
  readonly r: Float64Array
}

/**
 * Pearson correlation of each column with the label, and the F test of the simple regression, `r^2 / (1 - r^2) (n - 2)`.
 * Sees straight lines alone. One pass; rows in which the cell is missing are left out of their column.
 */
export function correlation(rows: NumberRows, labels: ArrayLike<number>): CorrelationScores {
  checkLabels("correlation", rows, labels)
  const { data, cols } = rows
  const shifts = firstNumbers(rows)
  const shift = labels.length > 0 ? labels[0]! : 0
  // Of each column: rows, x, x^2, y, y^2, x y.
  const sums = new Float64Array(6 * cols)
  for (let row = 0, at = 0; row < rows.rows; row++) {
    const y = labels[row]! - shift
    for (let col = 0, to = 0; col < cols; col++, at++, to += 6) {
      const x = data[at]! - shifts[col]!
      if (Number.isNaN(x)) continue
      sums[to]! += 1
      sums[to + 1]! += x
      sums[to + 2]! += x * x
      sums[to + 3]! += y
      sums[to + 4]! += y * y
      sums[to + 5]! += x * y
    }
  }
  const r = new Float64Array(cols)
  const scores = new Float64Array(cols)
  const p = new Float64Array(cols)
  for (let col = 0; col < cols; col++) {
    const [n, x, xx, y, yy, xy] = Array.from(sums.subarray(6 * col, 6 * col + 6)) as [number, number, number, number, number, number]
    r[col] = (xy - (x * y) / n) / Math.sqrt((xx - (x * x) / n) * (yy - (y * y) / n))
    const squared = r[col]! ** 2
    scores[col] = (squared / (1 - squared)) * (n - 2)
    p[col] = Number.isNaN(scores[col]!) ? Number.NaN : fSf(scores[col]!, 1, n - 2)
  }
  return { r, scores, p }
}
