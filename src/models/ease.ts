import {
  type BundleReader,
  type BundleWriter,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  type NeighbourTable,
  type Saveable,
  type SparseMatrix,
} from "../core/index.ts"
import { type EaseJob, layOut } from "./ease-memory.ts"
import { fillTable } from "./ease-solve.ts"

/** How {@link ease} learns. */
export interface EaseConfig {
  /** Ridge added to the diagonal; default 500. `train` picks it on an inner split: the best value grows with the data. */
  readonly l2?: number
  /** Weights kept in each item's row, the largest by absolute value; default 200. */
  readonly keep?: number
  /** Fitting is refused when it would take more memory; default 2 GB. See {@link easeMemoryBytes}. */
  readonly memoryCapBytes?: number
}

/** What {@link ease} learns from: shape `[users, items]`; values, when present, weigh the interactions. */
export interface EaseData {
  readonly interactions: SparseMatrix
}

/** Item-to-item weights: the score of item `j` is the sum of `table[i, j]` over the history. */
export interface EaseModel extends Saveable {
  readonly table: NeighbourTable
  readonly l2: number
}

/** Interactions made ready once, from which models of several ridges are fitted without counting again. Holds its memory until dropped. */
export interface PreparedEase {
  /** Ridges below this cannot be told from singular in 32 bits for these interactions. */
  readonly leastL2: number
  /** @throws {@link InvalidArgument} when `l2` is below `leastL2`; {@link Cancelled} on the signal */
  fit(l2: number, options: FitOptions): Promise<EaseModel>
}

/**
 * EASE: the linear item-to-item model that rebuilds every history from its other items, in closed form.
 *
 * `B = I - P diag(P)^-1`, `P = (X^T X + l2 I)^-1`, which has a zero diagonal. The system is solved on the smaller side: items x items, or
 * users x users through the Woodbury identity when there are fewer users. Each row keeps its `keep` largest weights, then every column is
 * refitted by least squares on the rows it kept: cutting alone loses what the many small weights carried together.
 *
 * f32: counts are exact in it, and the ridge bounds the condition number (`leastL2`). One thread: same bytes on every machine.
 * @throws {@link TooLarge} from `fit`, before anything is allocated, naming the bytes it would take
 * @see Steck 2019, doi:10.1145/3308558.3313710
 */
export function ease(config: EaseConfig = {}): Estimator<EaseData, EaseModel> {
  const full = complete(config)
  return {
    config: full,
    async fit({ interactions }, options) {
      const prepared = await prepareEase(interactions, full)
      return prepared.fit(full.l2, options)
    },
  }
}

/** Counts co-occurrences once, for fitting several ridges; `config.l2` is not used. @throws {@link TooLarge} as {@link ease} */
export async function prepareEase(interactions: SparseMatrix, config: EaseConfig = {}): Promise<PreparedEase> {
  const { keep, memoryCapBytes } = complete(config)
  const bad = interactions.values?.findIndex((value) => !Number.isFinite(value)) ?? -1
  if (bad >= 0) throw new InvalidArgument("ease", "finite values", String(interactions.values![bad]), "Leave out what is no interest.")
  const job = await layOut(interactions, keep, memoryCapBytes)
  let running: Promise<unknown> = Promise.resolve()
  return {
    leastL2: job.leastL2,
    fit(l2, options) {
      // One memory, one fit at a time: a second call waits for the first.
      const fitted = running.then(() => fitOne(job, l2, options))
      running = fitted.catch(() => undefined)
      return fitted
    },
  }
}

/** Restores what {@link EaseModel} saved. */
export function loadEase(bundle: BundleReader): EaseModel {
  const { items, l2 } = bundle.json("ease") as { items: number; l2: number }
  const table = {
    rows: items,
    cols: items,
    offsets: bundle.array("offsets") as Uint32Array,
    indices: bundle.array("indices") as Uint32Array,
    values: bundle.array("values") as Float32Array,
  }
  return easeModel(table, l2)
}

async function fitOne(job: EaseJob, l2: number, options: FitOptions): Promise<EaseModel> {
  if (!(l2 >= job.leastL2 && Number.isFinite(l2))) {
    const expected = `l2 of at least ${Number(job.leastL2.toPrecision(3))} for these interactions in 32 bits`
    throw new InvalidArgument("ease", expected, String(l2), "Raise l2.")
  }
  return easeModel(await fillTable(job, l2, options), l2)
}

/** A model of weights that are known, such as those fitted over a part of the items. */
export function easeModel(table: NeighbourTable, l2: number): EaseModel {
  return {
    table,
    l2,
    save(bundle: BundleWriter) {
      bundle.json("ease", { items: table.rows, l2 })
      bundle.array("offsets", table.offsets)
      bundle.array("indices", table.indices)
      bundle.array("values", table.values)
    },
  }
}

function complete(config: EaseConfig): Required<EaseConfig> {
  const { l2 = 500, keep = 200, memoryCapBytes = 2e9 } = config
  if (!(l2 > 0 && Number.isFinite(l2))) throw new InvalidArgument("ease", "l2 above 0", String(l2), "Pass a ridge, such as 500.")
  if (!(Number.isInteger(keep) && keep >= 1)) {
    throw new InvalidArgument("ease", "keep of at least 1", String(keep), "Pass a whole number, such as 200.")
  }
  if (!(memoryCapBytes > 0)) throw new InvalidArgument("ease", "memoryCapBytes above 0", String(memoryCapBytes), "Pass a number of bytes.")
  return { l2, keep, memoryCapBytes }
}
