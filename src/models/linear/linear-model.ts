import { type BundleReader, type BundleWriter, InvalidArgument, type Matrix, type Predictor, type SparseMatrix } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"
import type { Scaling } from "./standardise.ts"

/** A fitted linear, logistic or Poisson regression. */
export interface LinearModel extends Predictor {
  readonly family: FamilyName
  /** Names of the `d` input columns; empty when it was fitted on sparse rows without names. */
  readonly columns: readonly string[]
  /** Change of the score for one unit of each column, in standard deviations where it was fitted on those; shape `[d]`. */
  readonly coefficients: Float64Array
  /** Score of a row whose every column is at its training mean, or at 0 where columns were not centred. */
  readonly intercept: number
  /** Penalised loss before training and after each iteration. */
  readonly losses: Float64Array
  /** What is expected of each row, shape `[n]`: a value, a probability or a rate. @throws {@link InvalidArgument} on another number of columns */
  predict(rows: Matrix, out?: Float32Array): Float32Array
  /** Values before the inverse link (logits, log rates), shape `[n]`. Add an offset here, if the model was fitted with one. */
  scores(rows: Matrix, out?: Float64Array): Float64Array
  /** {@link predict} and {@link scores} of sparse rows; only models that were fitted on sparse rows or without centring take them. */
  predictSparse(rows: SparseMatrix, out?: Float32Array): Float32Array
  scoresSparse(rows: SparseMatrix, out?: Float64Array): Float64Array
  /** What each column adds to the score of one row, shape `[d]`: `intercept` plus their sum is the score. Missing or infinite counts as missing. */
  contributions(row: Float32Array, out?: Float64Array): Float64Array
}

/** A {@link LinearModel} whose scores are logits and whose predictions are probabilities. */
export interface LogisticModel extends LinearModel {
  /** Log-odds, shape `[n]`: what `predict` puts through `1 / (1 + exp(-logit))`. */
  logits(rows: Matrix, out?: Float64Array): Float64Array
}

/** Everything a model is made of; saved as it is. */
export interface LinearParts {
  readonly family: FamilyName
  readonly columns: readonly string[]
  readonly scaling: Scaling
  /** Standardised coefficients, then those of the indicators, then the intercept. */
  readonly point: Float64Array
  readonly losses: Float64Array
}

/** The model of these parts. */
export function linearModel(parts: LinearParts): LinearModel {
  const { columns, scaling, point, losses } = parts
  const { means, scales, indicators, missingShares, missingScales } = scaling
  const family = families[parts.family]
  const d = means.length
  const intercept = point[point.length - 1]!
  const slopes = new Float64Array(d)
  let isCentred = false
  // A loop, for sparse models have millions of columns.
  for (let col = 0; col < d; col++) {
    slopes[col] = scales[col]! * point[col]!
    if (means[col] !== 0) isCentred = true
  }
  /** What a present and a missing value add through the column's indicator; 0 without one. */
  const whenPresent = new Float64Array(d)
  const whenMissing = new Float64Array(d)
  indicators.forEach((col, i) => {
    const weight = point[d + i]! * missingScales[i]!
    whenPresent[col] = -missingShares[i]! * weight
    whenMissing[col] = (1 - missingShares[i]!) * weight
  })

  /** What one value adds; a product that is no finite number counts as missing. */
  function part(col: number, x: number): number {
    const value = (x - means[col]!) * slopes[col]!
    return value - value === 0 ? value + whenPresent[col]! : whenMissing[col]!
  }

  function check(cols: number): void {
    if (cols === d) return
    const shown = columns.length > 0 && d <= 20 ? `: ${columns.join(", ")}` : ""
    throw new InvalidArgument(parts.family, `${d} columns${shown}`, `${cols}`, "Pass the columns it was fitted on.")
  }

  function scoreAt(data: Float32Array, start: number): number {
    let sum = intercept
    for (let col = 0; col < d; col++) sum += part(col, data[start + col]!)
    return sum
  }

  function sparseScore({ offsets, indices, values }: SparseMatrix, row: number): number {
    let sum = intercept
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) sum += slopes[indices[at]!]! * (values === undefined ? 1 : values[at]!)
    return sum
  }

  function checkSparse(rows: SparseMatrix): void {
    check(rows.cols)
    if (isCentred || indicators.length > 0) {
      throw new InvalidArgument(parts.family, "dense rows, for its columns are centred", "sparse rows", "Fit it on sparse rows.")
    }
  }

  return {
    family: parts.family,
    columns,
    coefficients: point.slice(0, d),
    intercept,
    losses,
    scores(rows, out = new Float64Array(rows.rows)) {
      check(rows.cols)
      for (let row = 0; row < rows.rows; row++) out[row] = scoreAt(rows.data, row * d)
      return out
    },
    predict(rows, out = new Float32Array(rows.rows)) {
      check(rows.cols)
      for (let row = 0; row < rows.rows; row++) out[row] = family.mean(scoreAt(rows.data, row * d))
      return out
    },
    scoresSparse(rows, out = new Float64Array(rows.rows)) {
      checkSparse(rows)
      for (let row = 0; row < rows.rows; row++) out[row] = sparseScore(rows, row)
      return out
    },
    predictSparse(rows, out = new Float32Array(rows.rows)) {
      checkSparse(rows)
      for (let row = 0; row < rows.rows; row++) out[row] = family.mean(sparseScore(rows, row))
      return out
    },
    contributions(row, out = new Float64Array(d)) {
      check(row.length)
      for (let col = 0; col < d; col++) out[col] = part(col, row[col]!)
      return out
    },
    save(bundle: BundleWriter) {
      bundle.json("linear", { family: parts.family, columns })
      bundle.array("point", point)
      bundle.array("losses", losses)
      bundle.array("means", means)
      bundle.array("scales", scales)
      bundle.array("indicators", indicators)
      bundle.array("missingShares", missingShares)
      bundle.array("missingScales", missingScales)
    },
  }
}

/** The same model with its scores under the name they have in logistic regression. */
export function asLogistic(model: LinearModel): LogisticModel {
  return { ...model, logits: model.scores }
}

/** Restores what {@link LinearModel} saved. */
export function loadLinear(bundle: BundleReader): LinearModel {
  const { family, columns } = bundle.json("linear") as { family: FamilyName; columns: readonly string[] }
  const doubles = (name: string) => bundle.array(name) as Float64Array
  const scaling: Scaling = {
    means: doubles("means"),
    scales: doubles("scales"),
    indicators: bundle.array("indicators") as Uint32Array,
    missingShares: doubles("missingShares"),
    missingScales: doubles("missingScales"),
  }
  return linearModel({ family, columns, scaling, point: doubles("point"), losses: doubles("losses") })
}

/** Restores what {@link LogisticModel} saved. */
export function loadLogistic(bundle: BundleReader): LogisticModel {
  return asLogistic(loadLinear(bundle))
}
