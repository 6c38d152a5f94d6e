import { InvalidArgument } from "../errors.ts"
import type { Matrix } from "../matrix.ts"

/** How the cells of two tables of the same rows differ, column by column. */
export interface RowSkew {
  /** Cells that differ, a column; shape `[d]`. */
  readonly mismatches: number[]
  /** The same as a share of the rows. */
  readonly rates: number[]
  /** Rows in which any cell differs. */
  readonly rowsWithAny: number
  /** The first row that differs in each column, -1 for none. */
  readonly firstRows: number[]
}

/**
 * Training-serving skew: values logged while serving beside those computed for training, row by row.
 * Missing on both sides is equal; missing on one side differs.
 *
 * @param tolerance - numbers at most this far apart are equal
 * @throws {@link InvalidArgument} on different shapes
 */
export function rowSkew(training: Matrix, serving: Matrix, tolerance = 0): RowSkew {
  if (training.rows !== serving.rows || training.cols !== serving.cols) {
    const came = `${training.rows} x ${training.cols} and ${serving.rows} x ${serving.cols}`
    throw new InvalidArgument("rowSkew", "two tables of one shape", came, "Join them by request first.")
  }
  const mismatches = new Array<number>(training.cols).fill(0)
  const firstRows = new Array<number>(training.cols).fill(-1)
  let rowsWithAny = 0
  for (let row = 0, at = 0; row < training.rows; row++) {
    let differs = false
    for (let col = 0; col < training.cols; col++, at++) {
      const a = training.data[at]!
      const b = serving.data[at]!
      if (Number.isNaN(a) ? Number.isNaN(b) : a === b || Math.abs(a - b) <= tolerance) continue
      differs = true
      mismatches[col]! += 1
      if (firstRows[col] === -1) firstRows[col] = row
    }
    if (differs) rowsWithAny++
  }
  return { mismatches, rates: mismatches.map((count) => (training.rows === 0 ? 0 : count / training.rows)), rowsWithAny, firstRows }
}
