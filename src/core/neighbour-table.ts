import { InvalidArgument } from "./errors.ts"
import type { SparseMatrix } from "./matrix.ts"

/**
 * Weights between items: row `i` holds what having item `i` in a history says about each other item.
 *
 * A square {@link SparseMatrix} with values, shape `[items, items]`; weights may be negative; the diagonal is empty.
 */
export interface NeighbourTable extends SparseMatrix {
  readonly values: Float32Array
}

/**
 * Adds the rows of a history to `out`: `out[j] += weight_i * table[i, j]` for every item `i` of the history.
 *
 * Allocates nothing; one pass over the stored entries of those rows. `out` is not cleared first, so that several histories can be added.
 * @param history - items in `[0, table.rows)`, shape `[h]`; items outside the table are skipped: they came after it was learned
 * @param weights - weight of each history item, shape `[h]`; `undefined` counts each once
 * @param out - score of every item, shape `[table.cols]`
 * @throws {@link InvalidArgument} when `weights` or `out` have another length
 */
export function scoreHistory(table: NeighbourTable, history: Uint32Array, weights: Float32Array | undefined, out: Float32Array): void {
  if (out.length !== table.cols || (weights !== undefined && weights.length !== history.length)) {
    throw new InvalidArgument(
      "scoreHistory",
      `${table.cols} scores and a weight for each of ${history.length} items`,
      `${out.length} and ${weights?.length ?? history.length}`,
      "Size `out` by table.cols.",
    )
  }
  const { rows, offsets, indices, values } = table
  for (let h = 0; h < history.length; h++) {
    const item = history[h]!
    if (item >= rows) continue
    const end = offsets[item + 1]!
    if (weights === undefined) {
      for (let at = offsets[item]!; at < end; at++) out[indices[at]!]! += values[at]!
    } else {
      const weight = weights[h]!
      for (let at = offsets[item]!; at < end; at++) out[indices[at]!]! += weight * values[at]!
    }
  }
}
