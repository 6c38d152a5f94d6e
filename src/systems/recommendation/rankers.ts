import type { BundleReader, FitOptions, Matrix, Saveable } from "../../core/index.ts"
import { gradientBoosting, type LogisticData, loadLogistic, loadTreeModel, logistic, type TreeModel } from "../../models/index.ts"

/** A fitted ranker: what the funnel and `explain` need of it. */
export interface RankerModel extends Saveable {
  /** Log-odds that the person engages with each row's item, shape `[n]`. */
  logits(rows: Matrix, out?: Float64Array): Float64Array
  /** What each column adds to the log-odds of one row, shape `[d]`. */
  contributions(row: Float32Array): Float64Array
}

/** A way to rank by features: fits labelled rows, restores what it saved. */
export interface RankerKind {
  fit(data: LogisticData, options: FitOptions): Promise<RankerModel>
  load(bundle: BundleReader): RankerModel
}

/** Rankers by name. Adding one is a key here. */
export const rankers = {
  logistic: {
    fit: (data, options) => logistic({ missingIndicators: true }).fit(data, options),
    load: loadLogistic,
  },
  /** Small trees with a slow rate: lists of one person are alike, so leaves need many rows. */
  trees: {
    fit: async (data, options) => fromTrees(await gradientBoosting(TREES).fit(data, options)),
    load: (bundle) => fromTrees(loadTreeModel(bundle)),
  },
} as const satisfies Record<string, RankerKind>

export type RankerName = keyof typeof rankers

const TREES = { objective: "logistic", rounds: 200, leaves: 15, learningRate: 0.05, minRows: 100, l2: 10, columnShare: 0.5 } as const

/** Raw scores of the logistic objective are log-odds. */
function fromTrees(model: TreeModel): RankerModel {
  return { logits: model.raw, contributions: (row) => model.contributions(row), save: model.save }
}
