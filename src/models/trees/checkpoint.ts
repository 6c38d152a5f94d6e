import type { BundleReader, BundleWriter } from "../../core/index.ts"
import { type Ensemble, loadEnsemble, saveEnsemble } from "./ensemble.ts"

/** Everything training needs to go on: the trees so far, and what was measured. */
export interface Checkpoint {
  readonly ensemble: Ensemble
  /** Rounds that are done. */
  readonly rounds: number
  readonly history: readonly Measured[]
}

/** Loss or metric on the validation rows after a round, counted from 1. */
export interface Measured {
  readonly round: number
  readonly value: number
}

/** Writes a checkpoint; {@link loadCheckpoint} gives the same back. */
export function saveCheckpoint({ ensemble, rounds, history }: Checkpoint, bundle: BundleWriter): void {
  bundle.json("checkpoint", { rounds, measured: history.map(({ round }) => round) })
  bundle.array(
    "values",
    Float64Array.from(history, ({ value }) => value),
  )
  saveEnsemble(ensemble, bundle.child("trees"))
}

/** Restores what {@link saveCheckpoint} wrote. */
export function loadCheckpoint(bundle: BundleReader): Checkpoint {
  const { rounds, measured } = bundle.json("checkpoint") as { rounds: number; measured: readonly number[] }
  const values = bundle.array("values")
  const history = measured.map((round, i) => ({ round, value: values[i]! }))
  return { ensemble: loadEnsemble(bundle.child("trees")), rounds, history }
}
