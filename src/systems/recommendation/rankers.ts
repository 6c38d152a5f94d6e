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

export type RankerName = "logistic" | "trees" | "blend"

/** Rankers by name. Adding one is a key here and in {@link RankerName}. */
export const rankers: Readonly<Record<RankerName, RankerKind>> = {
  logistic: {
    fit: (data, options) => logistic({ missingIndicators: true }).fit({ ...data, rows: finite(data.rows) }, options),
    load: loadLogistic,
  },
  /** Small trees with a slow rate: lists of one person are alike, so leaves need many rows. */
  trees: {
    fit: async (data, options) => fromTrees(await gradientBoosting(TREES).fit({ ...data, rows: finite(data.rows) }, options)),
    load: (bundle) => fromTrees(loadTreeModel(bundle)),
  },
  /** The mean log-odds of both: they err on different lists. */
  blend: {
    fit: async (data, options) => {
      const halfway = (from: number) => ({ ...options, onProgress: (done: number) => options.onProgress?.(from + done / 2) })
      return mean([await rankers.logistic.fit(data, halfway(0)), await rankers.trees.fit(data, halfway(0.5))])
    },
    load: (bundle) => mean(["0", "1"].map((name, i) => (i === 0 ? loadLogistic : rankers.trees.load)(bundle.child(name)))),
  },
}

const TREES = { objective: "logistic", rounds: 200, leaves: 15, learningRate: 0.05, minRows: 100, l2: 10, columnShare: 0.5 } as const

/** Raw scores of the logistic objective are log-odds. */
function fromTrees(model: TreeModel): RankerModel {
  return {
    logits: (rows, out) => model.raw(finite(rows), out),
    contributions: (row) => model.contributions(finite({ data: row, rows: 1, cols: row.length }).data),
    save: model.save,
  }
}

/** The rows themselves when they are finite or missing; else a copy in which infinite values are missing. */
function finite(rows: Matrix): Matrix {
  const isInfinite = (x: number) => Math.abs(x) === Number.POSITIVE_INFINITY
  if (!rows.data.some(isInfinite)) return rows
  return { ...rows, data: rows.data.map((x) => (isInfinite(x) ? Number.NaN : x)) }
}

/** The mean of several rankers' log-odds, and of their parts. */
function mean(models: readonly RankerModel[]): RankerModel {
  const average = (parts: readonly Float64Array[], out: Float64Array) => {
    for (let i = 0; i < out.length; i++) out[i] = parts.reduce((sum, part) => sum + part[i]!, 0) / parts.length
    return out
  }
  return {
    logits: (rows, out = new Float64Array(rows.rows)) =>
      average(
        models.map((model) => model.logits(rows)),
        out,
      ),
    contributions: (row) =>
      average(
        models.map((model) => model.contributions(row)),
        new Float64Array(row.length),
      ),
    save(bundle) {
      for (const [i, model] of models.entries()) model.save(bundle.child(String(i)))
    },
  }
}
