import { InvalidArgument, type Matrix } from "../../core/index.ts"
import type { CapParams } from "./cap.ts"

/** Training rows that are kept, and what leaving out the others costs. Serving cannot drop a request: fill or cap there. */
export interface KeptRows {
  /** Places of the rows kept, ascending. */
  readonly places: Uint32Array
  readonly dropped: number
  /** Share of the rows that is gone, in [0, 1]. */
  readonly loss: number
  /** Rows dropped because of each column; a row may count for several. Shape `[d]`. */
  readonly byColumn: readonly number[]
}

/** Training rows without a missing number, or with at most `allowed` of them. */
export function dropMissing(rows: Matrix, allowed = 0): KeptRows {
  return dropWhere(rows, (x) => Number.isNaN(x), allowed)
}

/**
 * Training rows without an outlier: every number present within the bounds of its column, such as those that `cap` learnt.
 * @throws {@link InvalidArgument} when the bounds are not one a column
 */
export function dropOutliers(rows: Matrix, bounds: readonly CapParams[]): KeptRows {
  if (bounds.length !== rows.cols)
    throw new InvalidArgument("dropOutliers", `${rows.cols} bounds`, `${bounds.length}`, "Give every column one.")
  return dropWhere(rows, (x, col) => x < bounds[col]!.low || x > bounds[col]!.high, 0)
}

function dropWhere({ data, rows, cols }: Matrix, isBad: (x: number, col: number) => boolean, allowed: number): KeptRows {
  const byColumn = new Array<number>(cols).fill(0)
  const places: number[] = []
  for (let row = 0, at = 0; row < rows; row++, at += cols) {
    let bad = 0
    for (let col = 0; col < cols; col++) if (isBad(data[at + col]!, col)) bad++
    if (bad <= allowed) places.push(row)
    else for (let col = 0; col < cols; col++) if (isBad(data[at + col]!, col)) byColumn[col]! += 1
  }
  const dropped = rows - places.length
  return { places: Uint32Array.from(places), dropped, loss: rows === 0 ? 0 : dropped / rows, byColumn }
}

/** The rows at these places, copied. */
export function takeMatrixRows(rows: Matrix, places: ArrayLike<number>): Matrix {
  const data = new Float32Array(places.length * rows.cols)
  for (let i = 0; i < places.length; i++) data.set(rows.data.subarray(places[i]! * rows.cols, (places[i]! + 1) * rows.cols), i * rows.cols)
  return { data, rows: places.length, cols: rows.cols }
}
