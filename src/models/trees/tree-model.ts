import { type BundleReader, InvalidArgument, type Matrix, type Predictor } from "../../core/index.ts"
import { type Ensemble, loadEnsemble, saveEnsemble } from "./ensemble.ts"
import { linkOf } from "./links.ts"
import { openScorer, type Scorer } from "./scorer.ts"

/** A fitted or imported ensemble of trees, ready to score. Fitted and immutable; scoring is synchronous, one call at a time. */
export interface TreeModel extends Predictor {
  readonly ensemble: Ensemble
  /** Names of the `d` input columns. */
  readonly columns: readonly string[]
  /**
   * Predictions, what the link makes of raw scores (probabilities for `logistic` and `softmax`); shape `[n, outputs]`, row-major.
   * Allocates nothing when `out` is given and the rows are 256 or fewer, else a view for every 256 rows.
   * @throws {@link InvalidArgument} when the rows have another number of columns or `out` another length
   */
  predict(rows: Matrix, out?: Float32Array): Float32Array
  /** Raw scores, before the link; shape `[n, outputs]`, row-major. Otherwise like `predict`. */
  raw(rows: Matrix, out?: Float64Array): Float64Array
}

/** The model of an ensemble. Its memory for scoring is laid out at the first row. */
export function treeModel(ensemble: Ensemble): TreeModel {
  const { columns, outputs } = ensemble
  const link = linkOf(ensemble)
  let scorer: Scorer | undefined

  function score(rows: Matrix, isRaw: boolean, out: Float64Array | Float32Array): void {
    if (rows.cols !== columns.length) {
      throw new InvalidArgument("trees", `${columns.length} columns`, `${rows.cols}`, "Pass the columns it was fitted on, in their order.")
    }
    if (out.length !== rows.rows * outputs) {
      throw new InvalidArgument("trees", `room for ${rows.rows} x ${outputs} numbers`, `${out.length}`, "Size `out` rows times outputs.")
    }
    scorer ??= openScorer(ensemble)
    scorer.score(rows.data, rows.rows, isRaw ? undefined : link, out)
  }

  return {
    ensemble,
    columns,
    predict(rows, out = new Float32Array(rows.rows * outputs)) {
      score(rows, false, out)
      return out
    },
    raw(rows, out = new Float64Array(rows.rows * outputs)) {
      score(rows, true, out)
      return out
    },
    save: (bundle) => saveEnsemble(ensemble, bundle),
  }
}

/** Restores what {@link TreeModel} saved. */
export function loadTreeModel(bundle: BundleReader): TreeModel {
  return treeModel(loadEnsemble(bundle))
}
