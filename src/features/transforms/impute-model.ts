import {
  type BundleReader,
  breathe,
  type FitOptions,
  InvalidArgument,
  invertSpd,
  type Matrix,
  matrix,
  throwIfCancelled,
} from "../../core/index.ts"
import { momentsOf } from "./column-stats.ts"
import { checkWidth, gatherColumns } from "./columnwise.ts"
import type { FittedTransform, TransformData, TransformStep } from "./transform.ts"

export interface ImputeModelConfig {
  /** Ridge of the regressions, in units of a standardised column's variance; default 0.01. */
  readonly ridge?: number
  /** Times that gaps are filled and the regressions fitted again; default 3. */
  readonly rounds?: number
}

/** Everything the filling needs: `weights[j, k]` is what standardised column k adds to the guess of column j. */
interface Parts {
  readonly config: Required<ImputeModelConfig>
  readonly means: Float64Array
  readonly deviations: Float64Array
  readonly weights: Float64Array
}

/**
 * Fills a missing number by a linear regression on the row's other columns, all fitted at once from one covariance matrix (a column's regression
 * is its row of the inverse). Better than the mean as far as columns are correlated, and useless otherwise; it hides that something was missing,
 * so keep an indicator. A row with nothing present gets the means. Costs `n d^2 / 2` a round; memory `8 n d` bytes.
 *
 * @throws {@link InvalidArgument} on more than 2,000 columns, a ridge that is not positive or rounds below 1
 * @see Buck 1960, doi:10.1111/j.2517-6161.1960.tb00375.x
 */
export function imputeModel({ ridge = 0.01, rounds = 3 }: ImputeModelConfig = {}): TransformStep {
  const config = { ridge, rounds }
  if (!(ridge > 0)) throw new InvalidArgument("imputeModel", "a ridge above 0", `${ridge}`, "Use 0.01.")
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new InvalidArgument("imputeModel", "1 round or more", `${rounds}`, "Use 3.")
  return { kind: "imputeModel", config, fit: (data, options) => fitRegressions(data, config, options) }
}

async function fitRegressions(
  { rows }: TransformData,
  config: Required<ImputeModelConfig>,
  { onProgress, signal }: FitOptions,
): Promise<FittedTransform> {
  throwIfCancelled(signal, "imputeModel")
  const d = rows.cols
  if (d > 2000) throw new InvalidArgument("imputeModel", "at most 2,000 columns", `${d}`, "Leave out those without gaps.")
  const columns = gatherColumns(rows)
  const moments = columns.map(momentsOf)
  const means = Float64Array.from(moments, ({ count, mean }) => (count === 0 ? 0 : mean))
  const deviations = Float64Array.from(moments, ({ variance }) => (variance > 0 ? Math.sqrt(variance) : 1))
  const gaps = columns.map((values, col) => standardise(values, means[col]!, deviations[col]!))
  let weights = new Float64Array(d * d)
  for (let round = 0; round < config.rounds; round++) {
    if (round > 0) refill(columns, gaps, weights)
    const covariance = await covarianceOf(columns, config.ridge, signal)
    const inverse = await invertSpd(covariance, d)
    weights = new Float64Array(d * d)
    for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) if (k !== j) weights[j * d + k] = -inverse[j * d + k]! / inverse[j * d + j]!
    onProgress?.((round + 1) / config.rounds)
  }
  onProgress?.(1)
  return fitted({ config, means, deviations, weights })
}

/** Standardises in place, gaps at 0, and returns their rows. */
function standardise(values: Float64Array, mean: number, deviation: number): Uint32Array {
  const rows: number[] = []
  for (let row = 0; row < values.length; row++) {
    const z = (values[row]! - mean) / deviation
    if (Number.isNaN(z)) rows.push(row)
    values[row] = Number.isNaN(z) ? 0 : z
  }
  return Uint32Array.from(rows)
}

function refill(columns: readonly Float64Array[], gaps: readonly Uint32Array[], weights: Float64Array): void {
  const d = columns.length
  for (let j = 0; j < d; j++) {
    for (const row of gaps[j]!) {
      let guess = 0
      for (let k = 0; k < d; k++) guess += weights[j * d + k]! * columns[k]![row]!
      columns[j]![row] = guess
    }
  }
}

async function covarianceOf(columns: readonly Float64Array[], ridge: number, signal: AbortSignal | undefined): Promise<Float64Array> {
  const d = columns.length
  const n = columns[0]?.length ?? 0
  const out = new Float64Array(d * d)
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) out[j * d + k] = out[k * d + j] = dot(columns[j]!, columns[k]!) / Math.max(1, n)
    out[j * d + j]! += ridge
    if (n * (j + 1) > 1e6) await breathe(signal, "imputeModel")
  }
  return out
}

function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + s2 + s3
}

/** Sweeps over a row with several gaps: each guess then sees the others. */
const SWEEPS = 3

function fitted(parts: Parts): FittedTransform {
  const { config, means, deviations, weights } = parts
  const d = means.length
  return {
    inputs: d,
    columns: (names) => names,
    transform(rows: Matrix) {
      checkWidth("imputeModel", rows, d)
      const out = rows.data.slice()
      const z = new Float64Array(d)
      const gaps: number[] = []
      for (let first = 0; first < out.length; first += d) {
        gaps.length = 0
        for (let col = 0; col < d; col++) if (Number.isNaN(out[first + col]!)) gaps.push(col)
        if (gaps.length > 0) fillRow(out, first, gaps, z)
      }
      return matrix(rows.rows, d, out)
    },
    save(bundle) {
      bundle.json("transform", { kind: "imputeModel", config })
      bundle.array("means", means)
      bundle.array("deviations", deviations)
      bundle.array("weights", weights)
    },
  }

  function fillRow(out: Float32Array, first: number, gaps: readonly number[], z: Float64Array): void {
    for (let col = 0; col < d; col++) {
      const value = (out[first + col]! - means[col]!) / deviations[col]!
      z[col] = Number.isNaN(value) ? 0 : value
    }
    for (let sweep = 0; sweep < (gaps.length === 1 ? 1 : SWEEPS); sweep++) {
      for (const col of gaps) {
        let guess = 0
        for (let k = 0; k < d; k++) guess += weights[col * d + k]! * z[k]!
        z[col] = guess
      }
    }
    for (const col of gaps) out[first + col] = means[col]! + z[col]! * deviations[col]!
  }
}

export function loadImputeModel(bundle: BundleReader): FittedTransform {
  const { config } = bundle.json("transform") as { config: Required<ImputeModelConfig> }
  const array = (name: string) => bundle.array(name) as Float64Array
  return fitted({ config, means: array("means"), deviations: array("deviations"), weights: array("weights") })
}
