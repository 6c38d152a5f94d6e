import type { Estimator } from "../../core/index.ts"
import { boost, sizesOf } from "./boost.ts"
import type { Checkpoint, Measured } from "./checkpoint.ts"
import { type BoostingConfig, completeConfig, type FullConfig } from "./config.ts"
import { trainingBytes } from "./layout.ts"
import type { TreesMetric } from "./measure.ts"
import { type CustomObjective, custom } from "./objectives/custom.ts"
import { objectiveOf } from "./objectives/index.ts"
import type { BoundObjective } from "./objectives/objective.ts"
import { type TreeModel, treeModel } from "./tree-model.ts"
import type { TreesData } from "./trees-data.ts"

/** What is told and asked while boosting; functions, so no part of the config. */
export interface BoostingHooks {
  /** Fitted instead of the config's objective. */
  readonly objective?: CustomObjective
  /** Measured on the validation rows instead of the objective's own loss. */
  readonly metric?: TreesMetric
  /** Given a checkpoint every `checkpointEvery` rounds; training waits until it is kept. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>
  /** Hears each measurement on the validation rows. */
  readonly onMeasured?: (measured: Measured) => void
}

/** A boosted ensemble, with what was measured on the way. */
export interface BoostedModel extends TreeModel {
  /** Measurements on the validation rows; not saved. */
  readonly history: readonly Measured[]
  /** Position propensities, where the objective estimates them; not saved. */
  readonly propensities: BoundObjective["propensities"]
}

/**
 * Gradient boosted trees on histograms: LambdaMART and its relatives, regression and classification.
 *
 * Each round fits a tree to the gradients of the objective, summed by column and bin; a node's larger child gets its histogram by subtraction.
 * Costs about `rows * columns * levels / 2` additions a tree. Sums are of whole numbers, so that a seed gives the same bytes on every machine and
 * any number of threads (pointwise objectives of one's own permitting).
 * @throws {@link TooLarge} from `fit`, before anything is allocated, naming the bytes it would take: see {@link treesMemoryBytes}
 * @throws {@link InvalidArgument} on lengths that differ, infinite values, labels the objective does not take
 * @see Friedman 2001, doi:10.1214/aos/1013203451; Chen & Guestrin 2016, doi:10.1145/2939672.2939785; Ke et al. 2017 (LightGBM)
 */
export function gradientBoosting(config: BoostingConfig = {}, hooks: BoostingHooks = {}): Estimator<TreesData, BoostedModel> {
  const where = "gradientBoosting"
  const full: FullConfig = completeConfig(where, config)
  const objective = hooks.objective === undefined ? objectiveOf(full.objective) : custom(hooks.objective)
  const { metric, onCheckpoint, onMeasured } = hooks
  const plan = {
    where,
    config: full,
    objective,
    ...(metric === undefined ? {} : { metric }),
    ...(onCheckpoint === undefined ? {} : { onCheckpoint }),
    ...(onMeasured === undefined ? {} : { onMeasured }),
  }
  return {
    config: full,
    async fit(data, options) {
      const { ensemble, history, propensities } = await boost(data, plan, options)
      return { ...treeModel(ensemble), history, propensities }
    },
  }
}

/** Bytes that training takes beside the rows themselves, an upper bound; print it before starting. */
export function treesMemoryBytes(config: BoostingConfig, shape: Pick<TreesData, "rows" | "queries" | "validation" | "weights">): number {
  const full = completeConfig("treesMemoryBytes", config)
  return trainingBytes(sizesOf(full, objectiveOf(full.objective).outputs, shape.weights !== undefined, shape))
}
