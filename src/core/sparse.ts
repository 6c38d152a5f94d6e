import { InvalidArgument } from "./errors.ts"
import type { SparseMatrix } from "./matrix.ts"

/** What becomes of several values at one place. */
export type MergeRule = "sum" | "max" | "last"

/**
 * A sparse matrix from (row, column[, value]) triples in any order; duplicates are merged.
 *
 * Linear time: two counting sorts. Without `values` the matrix is binary and duplicates count once. Explicit zeros are kept.
 * @param rowIds - row of each triple, in `[0, shape.rows)`
 * @param colIds - column of each triple, in `[0, shape.cols)`, as many
 * @param values - value of each triple, as many; absent = 1
 * @param merge - `sum` (default), `max`, or `last` in input order
 * @throws {@link InvalidArgument} on lengths that differ or an index outside the shape
 */
export function sparseMatrix(
  shape: { readonly rows: number; readonly cols: number },
  rowIds: ArrayLike<number>,
  colIds: ArrayLike<number>,
  values?: ArrayLike<number>,
  merge: MergeRule = "sum",
): SparseMatrix {
  const { rows, cols } = shape
  const n = rowIds.length
  if (colIds.length !== n || (values !== undefined && values.length !== n)) {
    const came = values === undefined ? `${n} and ${colIds.length}` : `${n}, ${colIds.length} and ${values.length}`
    throw new InvalidArgument("sparseMatrix", "rows, columns and values of one length", came, "Give every triple all its parts.")
  }
  const byCol = countingOrder(colIds, n, cols, "column")
  const { order, starts } = countingOrder(rowIds, n, rows, "row", byCol.order)
  const offsets = new Uint32Array(rows + 1)
  const indices = new Uint32Array(n)
  const merged = values === undefined ? undefined : new Float64Array(n)
  let end = 0
  for (let row = 0; row < rows; row++) {
    const begin = end
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const triple = order[at]!
      const col = colIds[triple]!
      const isNew = end === begin || indices[end - 1] !== col
      if (isNew) indices[end++] = col
      if (merged === undefined) continue
      const value = values![triple]!
      const place = end - 1
      if (isNew || merge === "last") merged[place] = value
      else if (merge === "sum") merged[place] = merged[place]! + value
      else if (value > merged[place]!) merged[place] = value
    }
    offsets[row + 1] = end
  }
  const kept = { rows, cols, offsets, indices: indices.slice(0, end) }
  return merged === undefined ? kept : { ...kept, values: Float32Array.from(merged.subarray(0, end)) }
}

/** The order that sorts `keys` in `[0, size)`, stable over `before` (input order when absent), and where each key starts in it. */
function countingOrder(keys: ArrayLike<number>, n: number, size: number, what: string, before?: Uint32Array) {
  const starts = new Uint32Array(size + 1)
  for (let i = 0; i < n; i++) {
    const key = keys[i]!
    if (!(key >= 0 && key < size && Number.isInteger(key))) {
      throw new InvalidArgument(
        "sparseMatrix",
        `a ${what} in [0, ${size})`,
        `${key} in triple ${i}`,
        "Make the shape larger, or drop the triple.",
      )
    }
    starts[key + 1] = starts[key + 1]! + 1
  }
  for (let key = 0; key < size; key++) starts[key + 1] = starts[key + 1]! + starts[key]!
  const next = starts.slice()
  const order = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const from = before === undefined ? i : before[i]!
    const key = keys[from]!
    const place = next[key]!
    order[place] = from
    next[key] = place + 1
  }
  return { order, starts }
}

/** Rows become columns; indices ascend within the new rows. Linear time. */
export function transpose(m: SparseMatrix & { readonly values: Float32Array }): SparseMatrix & { readonly values: Float32Array }
export function transpose(m: SparseMatrix): SparseMatrix
export function transpose(m: SparseMatrix): SparseMatrix {
  const offsets = new Uint32Array(m.cols + 1)
  for (const col of m.indices) offsets[col + 1] = offsets[col + 1]! + 1
  for (let col = 0; col < m.cols; col++) offsets[col + 1] = offsets[col + 1]! + offsets[col]!
  const next = offsets.slice()
  const indices = new Uint32Array(m.indices.length)
  const values = m.values === undefined ? undefined : new Float32Array(m.indices.length)
  for (let row = 0; row < m.rows; row++) {
    for (let at = m.offsets[row]!; at < m.offsets[row + 1]!; at++) {
      const col = m.indices[at]!
      const place = next[col]!
      next[col] = place + 1
      indices[place] = row
      if (values !== undefined) values[place] = m.values![at]!
    }
  }
  const turned = { rows: m.cols, cols: m.rows, offsets, indices }
  return values === undefined ? turned : { ...turned, values }
}

/** The columns stored in one row, ascending: a view, shape `[stored]`. */
export function sparseRow(m: SparseMatrix, row: number): Uint32Array {
  return m.indices.subarray(m.offsets[row], m.offsets[row + 1])
}

/** The values stored in one row, in the order of {@link sparseRow}: a view, or `undefined` when every stored entry is 1. */
export function sparseRowValues(m: SparseMatrix, row: number): Float32Array | undefined {
  return m.values?.subarray(m.offsets[row], m.offsets[row + 1])
}

/** How many entries each column stores, shape `[cols]`. */
export function columnCounts(m: SparseMatrix): Uint32Array {
  const counts = new Uint32Array(m.cols)
  for (const col of m.indices) counts[col] = counts[col]! + 1
  return counts
}

/** True when the row stores that column; binary search. */
export function sparseHas(m: SparseMatrix, row: number, col: number): boolean {
  let low = m.offsets[row]!
  let high = m.offsets[row + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (m.indices[middle]! < col) low = middle + 1
    else high = middle
  }
  return low < m.offsets[row + 1]! && m.indices[low] === col
}
