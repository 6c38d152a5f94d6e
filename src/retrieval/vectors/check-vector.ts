import { InvalidArgument, type Matrix, matrix, row } from "../../core/index.ts"
import type { VectorMetric } from "./vector-index.ts"

/** Squares that f32 sums can still hold several of. */
const mostSquares = 1e36

/**
 * Refuses what cannot be compared; otherwise the factor that gives the vector the length the metric wants.
 *
 * @throws {@link InvalidArgument} on another dimension, a number that is not finite, or a length past 1e18
 */
export function checkVector(vector: ArrayLike<number>, dimension: number, metric: VectorMetric, what: string): number {
  if (vector.length !== dimension) {
    throw new InvalidArgument(what, `${dimension} numbers`, String(vector.length), "Use the model that made the index.")
  }
  let squares = 0
  for (let i = 0; i < dimension; i++) squares += vector[i]! * vector[i]!
  if (!(squares <= mostSquares)) throw refused(vector, what)
  return metric === "cosine" && squares > 0 ? 1 / Math.sqrt(squares) : 1
}

/**
 * Rows as an index holds them: checked, and of length 1 for cosine (a copy then).
 *
 * @throws {@link InvalidArgument} as {@link checkVector}, naming the row
 */
export function checkedRows(rows: Matrix, metric: VectorMetric): Matrix {
  const out = metric === "cosine" ? matrix(rows.rows, rows.cols) : rows
  for (let i = 0; i < rows.rows; i++) {
    const from = row(rows, i)
    const scale = checkVector(from, rows.cols, metric, `vector of row ${i}`)
    if (out !== rows) for (let j = 0; j < from.length; j++) out.data[i * rows.cols + j] = from[j]! * scale
  }
  return out
}

/** @throws {@link InvalidArgument} when the dimension is not a whole number above 0 */
export function checkDimension(where: string, dimension: number): number {
  if (Number.isInteger(dimension) && dimension > 0) return dimension
  throw new InvalidArgument(where, "a dimension above 0", String(dimension), "Give the length of the vectors.")
}

/** @throws {@link InvalidArgument} when the id does not fit 32 bits */
export function checkId(id: number): void {
  if (!(Number.isInteger(id) && id >= 0 && id < 4294967295)) {
    throw new InvalidArgument("vector id", "a whole number from 0, below 4294967295", String(id), "Use dense ids.")
  }
}

function refused(vector: ArrayLike<number>, what: string): InvalidArgument {
  const place = Array.from(vector).findIndex((value) => !Number.isFinite(value))
  if (place >= 0) {
    return new InvalidArgument(what, "finite numbers", `${vector[place]} at ${place}`, "Leave the item out, or mend its vector.")
  }
  return new InvalidArgument(what, "a length of at most 1e18", "a greater one", "Scale the vectors down.")
}
