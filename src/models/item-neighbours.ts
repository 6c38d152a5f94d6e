import {
  type BundleReader,
  type BundleWriter,
  breathe,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  type NeighbourTable,
  type Saveable,
  type SparseMatrix,
  selectTopK,
  throwIfCancelled,
  transpose,
} from "../core/index.ts"

/** How {@link itemNeighbours} compares items. */
export interface ItemNeighboursConfig {
  /** Neighbours kept an item; default 200. */
  readonly neighbours?: number
  /** Added to the denominator of the cosine: pulls similarities that rest on few users towards 0; default 0. */
  readonly shrinkage?: number
  /** A user with `n` items counts as `n^-damping` of a user; 0 (default) counts all alike, 0.5 tames the ones with endless histories. */
  readonly damping?: number
}

/** What fitting will take, known before it starts. */
export interface NeighbourCost {
  /** Additions into the row accumulator: the sum over users of the square of their items. */
  readonly additions: number
  /** Most bytes held at once beside the input. */
  readonly bytes: number
}

/** Each item's most similar items, in the two directions they are read. */
export interface ItemNeighboursModel extends Saveable {
  /** Row `i`: the most similar items of `i`, for "more like this". */
  readonly nearest: NeighbourTable
  /**
   * Row `i`: the items that have `i` among their most similar, so that `scoreHistory` sums over each candidate's own neighbours. The transpose
   * of `nearest`: histories scored by `nearest` itself favour what is near everything.
   */
  readonly table: NeighbourTable
}

/** What {@link itemNeighbours} with that config will take on that matrix of shape `[users, items]`; linear in its entries. */
export function itemNeighboursCost(data: SparseMatrix, config: ItemNeighboursConfig = {}): NeighbourCost {
  const { neighbours } = complete(config)
  const perItem = additionsPerItem(data)
  let additions = 0
  for (const count of perItem) additions += count
  const transposed = data.indices.length * (data.values === undefined ? 4 : 8) + 4 * (data.cols + 1)
  // The rows are filled at their largest size, copied once to their real size, and turned.
  return { additions, bytes: transposed + 3 * 8 * mostKept(data, perItem, neighbours) + 40 * data.cols + 8 * data.rows }
}

/**
 * Item neighbours by cosine over users: `s(i, j) = sum_u w_u x_ui x_uj / (|x_i| |x_j| + shrinkage)`, `|x_i|^2 = sum_u w_u x_ui^2`.
 *
 * Data is a sparse matrix of shape `[users, items]` (rows users; values above 0, when present, weigh the interactions). Each item keeps its most
 * similar items, equal ones by lower id. One row is accumulated at a time: never items x items.
 * @see Sarwar et al. 2001, doi:10.1145/371920.372071; shrinkage: Bell & Koren 2007, doi:10.1109/ICDM.2007.90
 */
export function itemNeighbours(config: ItemNeighboursConfig = {}): Estimator<SparseMatrix, ItemNeighboursModel> {
  const full = complete(config)
  return {
    config: full,
    async fit(data, options) {
      const bad = data.values?.findIndex((value) => !(value > 0 && Number.isFinite(value))) ?? -1
      if (bad >= 0) {
        throw new InvalidArgument("itemNeighbours", "finite values above 0", String(data.values![bad]), "Leave out what is no interest.")
      }
      const { offsets, indices, values } = await similarRows(data, full, options)
      return model({ rows: data.cols, cols: data.cols, offsets, indices, values })
    },
  }
}

/** Restores what {@link ItemNeighboursModel} saved. */
export function loadItemNeighbours(bundle: BundleReader): ItemNeighboursModel {
  const { items } = bundle.json("neighbours") as { items: number }
  return model({
    rows: items,
    cols: items,
    offsets: bundle.array("offsets") as Uint32Array,
    indices: bundle.array("indices") as Uint32Array,
    values: bundle.array("values") as Float32Array,
  })
}

function model(nearest: NeighbourTable): ItemNeighboursModel {
  return {
    nearest,
    table: transpose(nearest),
    save(bundle: BundleWriter) {
      bundle.json("neighbours", { items: nearest.rows })
      bundle.array("offsets", nearest.offsets)
      bundle.array("indices", nearest.indices)
      bundle.array("values", nearest.values)
    },
  }
}

/** Additions between two turns of the event loop: some tens of milliseconds. */
const BREATH = 2e7

async function similarRows(data: SparseMatrix, config: Required<ItemNeighboursConfig>, options: FitOptions) {
  const items = data.cols
  const room = Math.min(config.neighbours, Math.max(0, items - 1))
  const userWeights = dampedWeights(data, config.damping)
  const users = transpose(data)
  const norms = itemNorms(users, userWeights)
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
    throwIfCancelled(options.signal, "itemNeighbours")
    const found = accumulate(data, users, item, userWeights, sums, touched)
    ascending(sums, touched, found)
    let count = 0
    for (let at = 0; at < found; at++) {
      const other = touched[at]!
      const sum = sums[other]!
      sums[other] = 0
      if (other === item) continue
      similarity[count] = sum / (norms[item]! * norms[other]! + config.shrinkage)
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
      await breathe(options.signal, "itemNeighbours")
    }
  }
  throwIfCancelled(options.signal, "itemNeighbours")
  options.onProgress?.(1)
  return { offsets, indices: indices.slice(0, end), values: values.slice(0, end) }
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
function additionsPerItem(data: SparseMatrix): Float64Array {
  const counts = new Float64Array(data.cols)
  for (let user = 0; user < data.rows; user++) {
    const end = data.offsets[user + 1]!
    const length = end - data.offsets[user]!
    for (let at = data.offsets[user]!; at < end; at++) counts[data.indices[at]!]! += length
  }
  return counts
}

/** Most entries the table can have. */
function mostKept(data: SparseMatrix, perItem: Float64Array, neighbours: number): number {
  const room = Math.min(neighbours, Math.max(0, data.cols - 1))
  return perItem.reduce((sum, count) => sum + Math.min(room, count), 0)
}

/** `n^-damping` of every user, or nothing when all count alike. */
function dampedWeights(data: SparseMatrix, damping: number): Float64Array | undefined {
  if (damping === 0) return undefined
  const weights = new Float64Array(data.rows)
  for (let user = 0; user < data.rows; user++) {
    const count = data.offsets[user + 1]! - data.offsets[user]!
    weights[user] = count === 0 ? 0 : count ** -damping
  }
  return weights
}

function itemNorms(users: SparseMatrix, userWeights: Float64Array | undefined): Float64Array {
  const norms = new Float64Array(users.rows)
  for (let item = 0; item < users.rows; item++) {
    let sum = 0
    for (let at = users.offsets[item]!; at < users.offsets[item + 1]!; at++) {
      const value = users.values === undefined ? 1 : users.values[at]!
      sum += value * value * (userWeights === undefined ? 1 : userWeights[users.indices[at]!]!)
    }
    norms[item] = Math.sqrt(sum)
  }
  return norms
}

function complete(config: ItemNeighboursConfig): Required<ItemNeighboursConfig> {
  const { neighbours = 200, shrinkage = 0, damping = 0 } = config
  if (!(Number.isInteger(neighbours) && neighbours >= 1)) {
    throw new InvalidArgument("itemNeighbours", "neighbours of at least 1", String(neighbours), "Pass a whole number, such as 100.")
  }
  for (const [name, value] of Object.entries({ shrinkage, damping })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new InvalidArgument("itemNeighbours", `${name} of 0 or more`, String(value), "Pass 0 to switch it off.")
    }
  }
  return { neighbours, shrinkage, damping }
}
