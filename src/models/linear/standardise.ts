import { InvalidArgument, type Matrix } from "../../core/index.ts"

/**
 * How raw columns become standardised ones, learned on training rows alone: `z = (x - mean) * scale`, missing = 0, the mean.
 *
 * `d` raw columns, then one indicator (1 = missing), standardised alike, for each column in `indicators`.
 */
export interface Scaling {
  readonly means: Float64Array
  /** 1 / standard deviation; 0 for a constant column, which then says nothing. Shape `[d]`, like `means`. */
  readonly scales: Float64Array
  /** Raw columns that have a missing indicator, ascending. */
  readonly indicators: Uint32Array
  /** Share of missing values of those columns, and 1 / its standard deviation. */
  readonly missingShares: Float64Array
  readonly missingScales: Float64Array
}

/** Learns means and deviations over rows, weighted when weights are given. @throws {@link InvalidArgument} on an infinite value. */
export function fitScaling(rows: Matrix, weights: Float32Array | undefined, withIndicators: boolean): Scaling {
  const { data, cols } = rows
  const means = new Float64Array(cols)
  const scales = new Float64Array(cols)
  const present = new Float64Array(cols)
  const largest = new Float64Array(cols)
  let total = 0
  for (let row = 0, at = 0; row < rows.rows; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    total += weight
    for (let col = 0; col < cols; col++, at++) {
      const x = data[at]!
      if (Number.isNaN(x)) continue
      if (x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY) {
        throw new InvalidArgument(
          "regression",
          "finite numbers, NaN for missing",
          `${x} in row ${row}, column ${col}`,
          "Mark it as missing.",
        )
      }
      present[col]! += weight
      means[col]! += weight * x
      largest[col] = Math.max(largest[col]!, Math.abs(x))
    }
  }
  for (let col = 0; col < cols; col++) means[col] = present[col]! > 0 ? means[col]! / present[col]! : 0
  for (let row = 0, at = 0; row < rows.rows; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    for (let col = 0; col < cols; col++, at++) {
      const off = data[at]! - means[col]!
      if (!Number.isNaN(off)) scales[col]! += weight * off * off
    }
  }
  for (let col = 0; col < cols; col++) {
    const deviation = present[col]! > 0 ? Math.sqrt(scales[col]! / present[col]!) : 0
    // Below this the deviation is the rounding of the mean.
    scales[col] = deviation > 1e-10 * largest[col]! ? 1 / deviation : 0
  }
  const shares = Array.from(present, (weight) => (total > 0 ? 1 - weight / total : 0))
  const indicators = Uint32Array.from(
    [...shares.keys()].filter((col) => withIndicators && shares[col]! > 1e-12 && shares[col]! < 1 - 1e-12),
  )
  const missingShares = Float64Array.from(indicators, (col) => shares[col]!)
  return { means, scales, indicators, missingShares, missingScales: missingShares.map((share) => 1 / Math.sqrt(share * (1 - share))) }
}

/** Columns as they are: centred, so that missing means the mean, when the intercept can make up for it; never scaled. */
export function plainScaling(rows: Matrix, weights: Float32Array | undefined, isCentred: boolean): Scaling {
  const scaling = fitScaling(rows, weights, false)
  if (isCentred) return { ...scaling, scales: scaling.scales.map((scale) => (scale === 0 ? 0 : 1)) }
  return { ...scaling, means: new Float64Array(rows.cols), scales: new Float64Array(rows.cols).fill(1) }
}

/** Standardised columns including indicators, without the constant. */
export function scaledColumns(scaling: Scaling): number {
  return scaling.means.length + scaling.indicators.length
}

/** Writes rows `from .. from + count - 1` standardised into `block`, one column after another, each `stride` long. */
export function fillBlock(rows: Matrix, from: number, count: number, scaling: Scaling, block: Float64Array, stride: number): void {
  const { data, cols } = rows
  const { means, scales, indicators, missingShares, missingScales } = scaling
  for (let col = 0; col < cols; col++) {
    const mean = means[col]!
    const scale = scales[col]!
    const column = col * stride
    for (let row = 0, at = from * cols + col; row < count; row++, at += cols) {
      const z = (data[at]! - mean) * scale
      block[column + row] = Number.isNaN(z) ? 0 : z
    }
  }
  for (let i = 0; i < indicators.length; i++) {
    const column = (cols + i) * stride
    const absent = -missingShares[i]! * missingScales[i]!
    const missing = (1 - missingShares[i]!) * missingScales[i]!
    for (let row = 0, at = from * cols + indicators[i]!; row < count; row++, at += cols)
      block[column + row] = Number.isNaN(data[at]) ? missing : absent
  }
}
