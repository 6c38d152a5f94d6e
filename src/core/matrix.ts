import { InvalidArgument } from "./errors.ts"

/** Rows of numbers, row-major, shape `[rows, cols]`; NaN means missing. May be backed by shared memory. */
export interface Matrix {
  readonly data: Float32Array
  readonly rows: number
  readonly cols: number
}

/** A zeroed matrix of shape `[rows, cols]`, or a view over `data` when it is given. @throws {@link InvalidArgument} on a length that does not fit. */
export function matrix(rows: number, cols: number, data: Float32Array = new Float32Array(rows * cols)): Matrix {
  if (data.length !== rows * cols) {
    throw new InvalidArgument(
      "matrix",
      `${rows} x ${cols} = ${rows * cols} numbers`,
      `${data.length}`,
      "Pass an array of rows * cols numbers.",
    )
  }
  return { data, rows, cols }
}

/** A matrix from nested arrays, for tests and small literals; every row has the length of the first. */
export function matrixFrom(values: readonly (readonly number[])[]): Matrix {
  const cols = values[0]?.length ?? 0
  const ragged = values.findIndex((row) => row.length !== cols)
  if (ragged >= 0) {
    throw new InvalidArgument(
      "matrixFrom",
      `${cols} numbers a row`,
      `${values[ragged]!.length} in row ${ragged}`,
      "Pad the row, NaN for missing.",
    )
  }
  return { data: Float32Array.from(values.flat()), rows: values.length, cols }
}

/** A view of one row, shape `[cols]`; writing to it writes to the matrix. */
export function row(m: Matrix, index: number): Float32Array {
  return m.data.subarray(index * m.cols, (index + 1) * m.cols)
}

/**
 * Compressed sparse rows: row `r` holds columns `indices[offsets[r] .. offsets[r + 1])` with `values` at the same places.
 *
 * `offsets` has `rows + 1` entries; `indices` ascend within a row; `values` is absent when every stored entry is 1.
 */
export interface SparseMatrix {
  readonly rows: number
  readonly cols: number
  readonly offsets: Uint32Array
  readonly indices: Uint32Array
  readonly values?: Float32Array
}
