import { type BundleReader, InvalidArgument, type Matrix, type Predictor } from "../../core/index.ts"
import { type Explainer, treeExplainer } from "./contributions.ts"
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
  /** Mean raw score over the training rows, as the covers of the nodes have it; shape `[outputs]`. */
  expected(): Float64Array
  /**
   * What each column adds to the raw score of one row (TreeSHAP, path-dependent), shape `[outputs, d]`: `expected` plus the sum over an output's
   * columns is its raw score, within 1e-6. Costs far more than a score: for explaining, not for ranking.
   */
  contributions(row: Float32Array, out?: Float64Array): Float64Array
}

/** The model of an ensemble. Its memory for scoring is laid out at the first row. */
export function treeModel(ensemble: Ensemble): TreeModel {
  const { columns, outputs } = ensemble
  const link = linkOf(ensemble)
  let scorer: Scorer | undefined
  let explainer: Explainer | undefined
  const explain = () => {
    explainer ??= treeExplainer(ensemble)
    return explainer
  }

  function check(cols: number, length: number, room: number): void {
    if (cols !== columns.length) {
      throw new InvalidArgument("trees", `${columns.length} columns`, `${cols}`, "Pass the columns it was fitted on, in their order.")
    }
    if (length !== room) throw new InvalidArgument("trees", `an \`out\` of ${room} numbers`, `${length}`, "Size it by rows and outputs.")
  }

  function score(rows: Matrix, isRaw: boolean, out: Float64Array | Float32Array): void {
    check(rows.cols, out.length, rows.rows * outputs)
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
    expected: () => explain().expected.slice(),
    contributions(row, out = new Float64Array(outputs * columns.length)) {
      check(row.length, out.length, outputs * columns.length)
      explain().explain(row, out)
      return out
    },
    save: (bundle) => saveEnsemble(ensemble, bundle),
  }
}

/** Restores what {@link TreeModel} saved. */
export function loadTreeModel(bundle: BundleReader): TreeModel {
  return treeModel(loadEnsemble(bundle))
}
