import { firstNumbers } from "./anova.ts"
import type { NumberRows } from "./rows.ts"

/** Population variance of each column over the numbers present, one pass; NaN where nothing is. A column near 0 tells nothing. Shape `[cols]`. */
export function variances(rows: NumberRows): Float64Array {
  const { data, cols } = rows
  const shifts = firstNumbers(rows)
  const counts = new Float64Array(cols)
  const sums = new Float64Array(cols)
  const squares = new Float64Array(cols)
  for (let at = 0; at < data.length; ) {
    for (let col = 0; col < cols; col++, at++) {
      const x = data[at]! - shifts[col]!
      if (Number.isNaN(x)) continue
      counts[col]! += 1
      sums[col]! += x
      squares[col]! += x * x
    }
  }
  return counts.map((n, col) => (n === 0 ? Number.NaN : Math.max(0, squares[col]! - sums[col]! ** 2 / n) / n))
}
