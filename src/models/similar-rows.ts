import { breathe, type FitOptions, type NeighbourTable, type SparseMatrix, selectTopK, throwIfCancelled, transpose } from "../core/index.ts"

/** Additions between two turns of the event loop: some tens of milliseconds. */
const BREATH = 2e7

/** How {@link similarRows} compares two items. */
export interface SimilarRows {
  /** Most kept an item. */
  readonly neighbours: number
  /** A user with `n` items counts as `n^-damping` of a user. */
  readonly damping: number
  /** From the sum of what `item` and `other` share, over users, to how alike they are. */
  similarity(sum: number, item: number, other: number): number
}

/**
 * The most similar other items of every item of a matrix of shape `[users, items]`, columns ascending: co-occurrences are summed one row at a
 * time, never items x items. Equal similarities go to the lower id.
 *
 * @param where - how errors call the caller
 */
export async function similarRows(where: string, data: SparseMatrix, config: SimilarRows, options: FitOptions): Promise<NeighbourTable> {
  const items = data.cols
  const room = Math.min(config.neighbours, Math.max(0, items - 1))
  const userWeights = dampedWeights(data, config.damping)
  const users = transpose(data)
  const perItem = additionsPerItem(data)
  const most = mostKept(data, perItem, room)
  const total = perItem.reduce((sum, count) => sum + count, 0)
  const sums = new Float64Array(items)
  const touched = new Uint32Array(items)
  const similarity = new Float64Array(items)
  const places = new Uint32Array(room)
  const best = new Float64Array(room)
  const offsets = new Uint32Array(items + 1)
  const indices = new Uint32Array(most)
  const values = new Float32Array(most)
  let end = 0
  let done = 0
  let breath = 0
  for (let item = 0; item < items; item++) {
    throwIfCancelled(options.signal, where)
    const found = accumulate(data, users, item, userWeights, sums, touched)
    ascending(sums, touched, found)
    let count = 0
    for (let at = 0; at < found; at++) {
      const other = touched[at]!
      const sum = sums[other]!
      sums[other] = 0
      if (other === item) continue
      similarity[count] = config.similarity(sum, item, other)
      touched[count++] = other
    }
    const kept = selectTopK(similarity, room, places, best, { length: count })
    const chosen = places.subarray(0, kept).sort()
    for (const at of chosen) {
      indices[end] = touched[at]!
      values[end++] = similarity[at]!
    }
    offsets[item + 1] = end
    done += perItem[item]!
    breath += perItem[item]!
    if (breath > BREATH) {
      breath = 0
      options.onProgress?.(done / total)
      await breathe(options.signal, where)
    }
  }
  throwIfCancelled(options.signal, where)
  options.onProgress?.(1)
  return { rows: items, cols: items, offsets, indices: indices.slice(0, end), values: values.slice(0, end) }
}

/** Adds the rows of everyone who has `item` into `sums`; returns how many items were `touched`. */
function accumulate(
  data: SparseMatrix,
  users: SparseMatrix,
  item: number,
  userWeights: Float64Array | undefined,
  sums: Float64Array,
  touched: Uint32Array,
): number {
  const { offsets, indices, values } = data
  let found = 0
  for (let at = users.offsets[item]!; at < users.offsets[item + 1]!; at++) {
    const user = users.indices[at]!
    const end = offsets[user + 1]!
    const weight = (users.values === undefined ? 1 : users.values[at]!) * (userWeights === undefined ? 1 : userWeights[user]!)
    for (let place = offsets[user]!; place < end; place++) {
      const other = indices[place]!
      const sum = sums[other]!
      if (sum === 0) touched[found++] = other
      sums[other] = sum + (values === undefined ? weight : weight * values[place]!)
    }
  }
  return found
}

/** Puts the touched items in ascending order: by a scan when they are many, by sorting when few. */
function ascending(sums: Float64Array, touched: Uint32Array, found: number): void {
  if (found * 16 < sums.length) {
    touched.subarray(0, found).sort()
    return
  }
  let count = 0
  for (let item = 0; item < sums.length; item++) if (sums[item] !== 0) touched[count++] = item
}

/** Additions that the row of each item takes: the histories of everyone who has it. */
export function additionsPerItem(data: SparseMatrix): Float64Array {
  const counts = new Float64Array(data.cols)
  for (let user = 0; user < data.rows; user++) {
    const end = data.offsets[user + 1]!
    const length = end - data.offsets[user]!
    for (let at = data.offsets[user]!; at < end; at++) counts[data.indices[at]!]! += length
  }
  return counts
}

/** Most entries the table can have. */
export function mostKept(data: SparseMatrix, perItem: Float64Array, neighbours: number): number {
  const room = Math.min(neighbours, Math.max(0, data.cols - 1))
  return perItem.reduce((sum, count) => sum + Math.min(room, count), 0)
}

/** `n^-damping` of every user, or nothing when all count alike. */
export function dampedWeights(data: SparseMatrix, damping: number): Float64Array | undefined {
  if (damping === 0) return undefined
  const weights = new Float64Array(data.rows)
  for (let user = 0; user < data.rows; user++) {
    const count = data.offsets[user + 1]! - data.offsets[user]!
    weights[user] = count === 0 ? 0 : count ** -damping
  }
  return weights
}
