import { type BundleReader, type BundleWriter, InvalidArgument, type Matrix, type Predictor } from "../../core/index.ts"
import type { Scaling } from "./standardise.ts"

/** A fitted logistic regression. */
export interface LogisticModel extends Predictor {
  /** Names of the `d` input columns. */
  readonly columns: readonly string[]
  /** Change of the logit for one standard deviation of each column, shape `[d]`; 0 for a column that was constant in training. */
  readonly coefficients: Float64Array
  /** Logit of a row whose every column is at its training mean. */
  readonly intercept: number
  /** Probabilities in [0, 1], shape `[n]`. @throws {@link InvalidArgument} when the rows have another number of columns */
  predict(rows: Matrix, out?: Float32Array): Float32Array
  /** Log-odds, shape `[n]`: what `predict` puts through `1 / (1 + exp(-logit))`. */
  logits(rows: Matrix, out?: Float64Array): Float64Array
  /** What each column adds to the logit of one row, shape `[d]`: `intercept` plus their sum is the logit. Missing or infinite counts as missing. */
  contributions(row: Float32Array, out?: Float64Array): Float64Array
}

/** Everything a model is made of; saved as it is. */
export interface LogisticParts {
  readonly columns: readonly string[]
  readonly scaling: Scaling
  /** Standardised coefficients, then those of the indicators, then the intercept. */
  readonly point: Float64Array
}

/** The model of these parts. */
export function logisticModel(parts: LogisticParts): LogisticModel {
  const { columns, scaling, point } = parts
  const { means, scales, indicators, missingShares, missingScales } = scaling
  const d = columns.length
  const intercept = point[point.length - 1]!
  const slopes = Float64Array.from(scales, (scale, col) => scale * point[col]!)
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
    if (cols !== d)
      throw new InvalidArgument("logistic", `${d} columns: ${columns.join(", ")}`, `${cols}`, "Pass the columns it was fitted on.")
  }

  function logits(rows: Matrix, out: Float64Array = new Float64Array(rows.rows)): Float64Array {
    check(rows.cols)
    for (let row = 0, at = 0; row < rows.rows; row++) {
      let sum = intercept
      for (let col = 0; col < d; col++, at++) sum += part(col, rows.data[at]!)
      out[row] = sum
    }
    return out
  }

  return {
    columns,
    coefficients: point.slice(0, d),
    intercept,
    logits,
    predict(rows, out = new Float32Array(rows.rows)) {
      check(rows.cols)
      for (let row = 0, at = 0; row < rows.rows; row++) {
        let sum = intercept
        for (let col = 0; col < d; col++, at++) sum += part(col, rows.data[at]!)
        out[row] = 1 / (1 + Math.exp(-sum))
      }
      return out
    },
    contributions(row, out = new Float64Array(d)) {
      check(row.length)
      for (let col = 0; col < d; col++) out[col] = part(col, row[col]!)
      return out
    },
    save(bundle: BundleWriter) {
      bundle.json("logistic", { columns })
      bundle.array("point", point)
      bundle.array("means", means)
      bundle.array("scales", scales)
      bundle.array("indicators", indicators)
      bundle.array("missingShares", missingShares)
      bundle.array("missingScales", missingScales)
    },
  }
}

/** Restores what {@link LogisticModel} saved. */
export function loadLogistic(bundle: BundleReader): LogisticModel {
  const { columns } = bundle.json("logistic") as { columns: readonly string[] }
  const doubles = (name: string) => bundle.array(name) as Float64Array
  const scaling: Scaling = {
    means: doubles("means"),
    scales: doubles("scales"),
    indicators: bundle.array("indicators") as Uint32Array,
    missingShares: doubles("missingShares"),
    missingScales: doubles("missingScales"),
  }
  return logisticModel({ columns, scaling, point: doubles("point") })
}
