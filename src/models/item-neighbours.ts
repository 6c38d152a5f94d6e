import {
  type BundleReader,
  type BundleWriter,
  type Estimator,
  InvalidArgument,
  type NeighbourTable,
  type Saveable,
  type SparseMatrix,
  transpose,
} from "../core/index.ts"
import { additionsPerItem, dampedWeights, mostKept, similarRows } from "./similar-rows.ts"

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
      const norms = itemNorms(transpose(data), dampedWeights(data, full.damping))
      const cosine = (sum: number, item: number, other: number) => sum / (norms[item]! * norms[other]! + full.shrinkage)
      return model(await similarRows("itemNeighbours", data, { ...full, similarity: cosine }, options))
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
