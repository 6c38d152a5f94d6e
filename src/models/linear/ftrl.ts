import { breathe, type Estimator, InvalidArgument, type SparseMatrix, throwIfCancelled, unknownName } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"
import { type FtrlLearner, openFtrl } from "./ftrl-learner.ts"
import type { FtrlModel } from "./ftrl-model.ts"
import { checkSparseData, type SparseData } from "./sparse-data.ts"

/** How FTRL-proximal learns. */
export interface FtrlConfig {
  /** What is minimised. Default `logistic`. */
  readonly family?: FamilyName
  /** The model has `2^bits` weights, 8 bytes each while learning; 1 to 28, default 18. */
  readonly bits?: number
  /** Step size of each coordinate, and what damps its first steps. Defaults 0.1 and 1. */
  readonly alpha?: number
  readonly beta?: number
  /** Penalties: a weight stays exactly 0 until its gradients add up to `l1`. Defaults 0 and 0. */
  readonly l1?: number
  readonly l2?: number
  /** Passes over the rows by `fit`, in their order. Default 1: a stream is seen once. */
  readonly epochs?: number
  /** Memory of the learner; more is refused. Default 2 GiB. */
  readonly maxBytes?: number
}

/**
 * A linear, logistic or Poisson model over hashed sparse rows, learned in one pass by FTRL-proximal: each weight has a step size of its own, and
 * L1 keeps rare ones at exactly 0. For rows that keep coming, {@link openStream} gives the learner itself.
 *
 * Costs about 20 multiplications an entry. A column that occurs twice in a row counts twice in the score and learns once.
 * @throws {@link InvalidArgument} on targets out of range or columns past `2^bits`, before anything is learned
 * @see McMahan et al. 2013, Ad click prediction: a view from the trenches, doi:10.1145/2487575.2488200
 */
export function ftrl(config: FtrlConfig = {}): Estimator<SparseData, FtrlModel> {
  const full = complete(config)
  return {
    config: full,
    async fit({ rows, targets, weights }, { signal, onProgress }) {
      throwIfCancelled(signal, "ftrl")
      checkSparseData("ftrl", weights === undefined ? { rows, targets } : { rows, targets, weights }, families[full.family])
      const learner = await openFtrl(full)
      let model = learner.snapshot()
      for (let epoch = 0; epoch < full.epochs; epoch++) {
        for (let from = 0; from < rows.rows; from += CHUNK) {
          const to = Math.min(rows.rows, from + CHUNK)
          learner.update(slice(rows, from, to), targets.subarray(from, to), weights?.subarray(from, to))
          onProgress?.((epoch + to / rows.rows) / full.epochs)
          await breathe(signal, "ftrl")
        }
        model = learner.snapshot()
      }
      onProgress?.(1)
      return model
    },
  }
}

/** A learner for rows as they come; see `openOnline` for one that is served from while it learns. */
export function openStream(config: FtrlConfig = {}): Promise<FtrlLearner> {
  return openFtrl(complete(config))
}

/** Rows learned between two turns of the event loop: some ten milliseconds. */
const CHUNK = 32_768

/** Rows `from .. to - 1` without copying their entries. */
export function slice({ cols, offsets, indices, values }: SparseMatrix, from: number, to: number): SparseMatrix {
  const part = { rows: to - from, cols, offsets: offsets.subarray(from, to + 1), indices }
  return values === undefined ? part : { ...part, values }
}

function complete(config: FtrlConfig): Required<FtrlConfig> {
  const full = { family: "logistic" as const, bits: 18, alpha: 0.1, beta: 1, l1: 0, l2: 0, epochs: 1, maxBytes: 2 ** 31, ...config }
  if (!Object.hasOwn(families, full.family)) throw unknownName("ftrl", "family", full.family, Object.keys(families))
  if (!(Number.isInteger(full.bits) && full.bits >= 1 && full.bits <= 28)) {
    throw new InvalidArgument("ftrl", "bits from 1 to 28", String(full.bits), "Pass 18 for some 50,000 values.")
  }
  if (!(full.alpha > 0)) throw new InvalidArgument("ftrl", "an alpha above 0", String(full.alpha), "Pass 0.1.")
  for (const name of ["beta", "l1", "l2"] as const) {
    if (!(full[name] >= 0)) throw new InvalidArgument("ftrl", `${name} of 0 or more`, String(full[name]), "Pass 0 for none.")
  }
  if (!(full.beta > 0 || full.l2 > 0)) throw new InvalidArgument("ftrl", "beta or l2 above 0", "both 0", "Pass beta 1.")
  if (!(Number.isInteger(full.epochs) && full.epochs >= 1)) {
    throw new InvalidArgument("ftrl", "epochs of 1 or more", String(full.epochs), "Pass 1.")
  }
  return full
}
