import { type NeighbourTable, type SparseMatrix, sparseMatrix } from "../../core/index.ts"
import { easeMemoryBytes, easeModel, type PreparedEase, prepareEase } from "../../models/index.ts"

/**
 * EASE over a catalogue of any size: over all items where the square that it inverts is small enough, else over the most popular ones, which carry most
 * of what people do; the others have no weights, and what is said of them other retrievers say.
 *
 * @param matrix - shape `[users, items]`; so are the tables of the models
 * @param mostRows - rows of the square, at most
 */
export async function prepareEaseOfPopular(
  matrix: SparseMatrix,
  { memoryCapBytes, mostRows }: { readonly memoryCapBytes: number; readonly mostRows: number },
): Promise<PreparedEase> {
  const { rows, cols } = matrix
  let kept = cols
  const fits = (items: number) => Math.min(rows, items) <= mostRows && easeMemoryBytes(rows, items, matrix.indices.length) <= memoryCapBytes
  while (kept > 1 && !fits(kept)) kept = Math.ceil(kept * 0.9)
  if (kept === cols) return prepareEase(matrix, { memoryCapBytes })
  const items = mostPopular(matrix, kept)
  const prepared = await prepareEase(columns(matrix, items), { memoryCapBytes })
  return {
    leastL2: prepared.leastL2,
    async fit(l2, options) {
      const { table } = await prepared.fit(l2, options)
      return easeModel(spread(table, items, cols), l2)
    },
  }
}

/** Items taken up by most people, ascending. */
function mostPopular({ cols, indices }: SparseMatrix, count: number): Uint32Array {
  const counts = new Uint32Array(cols)
  for (const item of indices) counts[item]!++
  return Uint32Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, count)
    .sort()
}

/** Some columns of a matrix, numbered anew. */
function columns({ rows, cols, offsets, indices, values }: SparseMatrix, items: Uint32Array): SparseMatrix {
  const place = new Int32Array(cols).fill(-1)
  for (let at = 0; at < items.length; at++) place[items[at]!] = at
  const fresh = new Uint32Array(rows + 1)
  const kept: number[] = []
  const weights: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const column = place[indices[at]!]!
      if (column < 0) continue
      kept.push(column)
      if (values !== undefined) weights.push(values[at]!)
    }
    fresh[row + 1] = kept.length
  }
  const made = { rows, cols: items.length, offsets: fresh, indices: Uint32Array.from(kept) }
  return values === undefined ? made : { ...made, values: Float32Array.from(weights) }
}

/** A table over some items as one over all. */
function spread(table: NeighbourTable, items: Uint32Array, size: number): NeighbourTable {
  const rowIds = new Uint32Array(table.indices.length)
  for (let row = 0; row < table.rows; row++) rowIds.fill(items[row]!, table.offsets[row], table.offsets[row + 1])
  const colIds = table.indices.map((column) => items[column]!)
  return sparseMatrix({ rows: size, cols: size }, rowIds, colIds, table.values) as NeighbourTable
}
