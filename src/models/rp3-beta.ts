import {
  type BundleReader,
  type BundleWriter,
  type Estimator,
  InvalidArgument,
  type NeighbourTable,
  type Saveable,
  type SparseMatrix,
} from "../core/index.ts"
import { similarRows } from "./similar-rows.ts"

/** How {@link rp3Beta} walks. */
export interface Rp3BetaConfig {
  /** Items kept a row; default 200. */
  readonly neighbours?: number
  /** Power of each step's probability; 1 (default) is the walk itself, less spreads it. */
  readonly alpha?: number
  /** How far popular items are held down, as a power of how many have them; default 0.6. */
  readonly beta?: number
}

/** Row `i`: where a walk from item `i` over its users to their items ends; `scoreHistory` sums the rows of a history. */
export interface Rp3BetaModel extends Saveable {
  readonly table: NeighbourTable
}

/**
 * Random walks of three steps, person to item to person to item, with popular ends held down:
 * `w(i, j) = sum over people of both (n_i n_person)^-alpha / n_j^beta`, `n` the counts of items and people.
 *
 * Data is a binary matrix of shape `[users, items]`; values are ignored. Costs the sum over users of the square of their items.
 * @throws {@link InvalidArgument} on a configuration out of range
 * @see Paudel et al. 2017, doi:10.1145/2955101 (RP3beta)
 */
export function rp3Beta(config: Rp3BetaConfig = {}): Estimator<SparseMatrix, Rp3BetaModel> {
  const full = { neighbours: 200, alpha: 1, beta: 0.6, ...config }
  if (!(Number.isInteger(full.neighbours) && full.neighbours >= 1)) {
    throw new InvalidArgument("rp3Beta", "neighbours of at least 1", String(full.neighbours), "Pass a whole number, such as 200.")
  }
  for (const name of ["alpha", "beta"] as const) {
    if (!(full[name] >= 0 && Number.isFinite(full[name]))) {
      throw new InvalidArgument("rp3Beta", `${name} of 0 or more`, String(full[name]), "Leave it out for the default.")
    }
  }
  return {
    config: full,
    async fit({ values: _, ...data }, options) {
      const counts = new Float64Array(data.cols)
      for (const item of data.indices) counts[item]!++
      const from = counts.map((count) => count ** -full.alpha)
      const to = counts.map((count) => count ** -full.beta)
      const similarity = (sum: number, item: number, other: number) => sum * from[item]! * to[other]!
      return model(await similarRows("rp3Beta", data, { neighbours: full.neighbours, damping: full.alpha, similarity }, options))
    },
  }
}

/** Restores what {@link Rp3BetaModel} saved. */
export function loadRp3Beta(bundle: BundleReader): Rp3BetaModel {
  const { items } = bundle.json("rp3-beta") as { items: number }
  const [offsets, indices] = [bundle.array("offsets") as Uint32Array, bundle.array("indices") as Uint32Array]
  return model({ rows: items, cols: items, offsets, indices, values: bundle.array("values") as Float32Array })
}

function model(table: NeighbourTable): Rp3BetaModel {
  return {
    table,
    save(bundle: BundleWriter) {
      bundle.json("rp3-beta", { items: table.rows })
      bundle.array("offsets", table.offsets)
      bundle.array("indices", table.indices)
      bundle.array("values", table.values)
    },
  }
}
