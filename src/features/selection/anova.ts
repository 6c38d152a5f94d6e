import { fSf } from "../../core/index.ts"
import { type Classes, type ColumnScores, classesOf, type NumberRows } from "./rows.ts"

/**
 * One-way analysis of variance of each column over the classes of the label: F compares the spread between class means with that within
 * classes. Sees differences of means alone; missing cells are left out.
 *
 * One pass over the rows. A column that is constant within every class scores infinite when the classes differ, NaN when they do not.
 * @throws {@link InvalidArgument} on fewer than two classes
 * @see Fisher 1925, Statistical Methods for Research Workers
 */
export function anova(rows: NumberRows, labels: ArrayLike<number>): ColumnScores {
  const classes = classesOf("anova", rows, labels)
  const { counts, sums, squares } = classMoments(rows, classes)
  const size = classes.values.length
  const scores = new Float64Array(rows.cols)
  const p = new Float64Array(rows.cols)
  for (let col = 0; col < rows.cols; col++) {
    let [n, sum, square, explained, seen] = [0, 0, 0, 0, 0]
    for (let c = 0; c < size; c++) {
      const at = c * rows.cols + col
      if (counts[at] === 0) continue
      seen++
      n += counts[at]!
      sum += sums[at]!
      square += squares[at]!
      explained += sums[at]! ** 2 / counts[at]!
    }
    const between = Math.max(0, explained - (sum * sum) / n)
    const within = Math.max(0, square - explained)
    scores[col] = between / (seen - 1) / (within / (n - seen))
    p[col] = Number.isNaN(scores[col]!) ? Number.NaN : fSf(scores[col]!, seen - 1, n - seen)
  }
  return { scores, p }
}

/** Counts, sums and sums of squares of each class and column, about each column's first number so that a large mean costs no digits. */
function classMoments({ data, rows, cols }: NumberRows, { places, values }: Classes) {
  const counts = new Float64Array(values.length * cols)
  const sums = new Float64Array(values.length * cols)
  const squares = new Float64Array(values.length * cols)
  const shifts = firstNumbers({ data, rows, cols })
  for (let row = 0, at = 0; row < rows; row++) {
    let to = places[row]! * cols
    for (let col = 0; col < cols; col++, at++, to++) {
      const x = data[at]! - shifts[col]!
      if (Number.isNaN(x)) continue
      counts[to]! += 1
      sums[to]! += x
      squares[to]! += x * x
    }
  }
  return { counts, sums, squares }
}

/** The first number present of each column, 0 for none. */
export function firstNumbers({ data, rows, cols }: NumberRows): Float64Array {
  return Float64Array.from({ length: cols }, (_, col) => {
    for (let row = 0, at = col; row < rows; row++, at += cols) if (!Number.isNaN(data[at]!)) return data[at]!
    return 0
  })
}
