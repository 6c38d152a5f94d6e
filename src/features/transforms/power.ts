import { InvalidArgument } from "../../core/index.ts"
import { compact, momentsOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { minimiseBounded } from "./minimise-bounded.ts"

export interface PowerConfig {
  /** `yeoJohnson` (default) takes any number; `boxCox` positive ones, others become missing. */
  readonly method?: "yeoJohnson" | "boxCox"
  /** Then centre on the mean and divide by the deviation. Default true. */
  readonly standardise?: boolean
}

export interface PowerParams {
  readonly lambda: number
  readonly mean: number
  readonly deviation: number
}

const LOWEST = -5
const HIGHEST = 5

const rule = (config: Required<PowerConfig>): ColumnRule<PowerParams> => {
  const bend = config.method === "boxCox" ? boxCox : yeoJohnson
  return {
    kind: "power",
    config,
    learn(values) {
      const present = usable(values, config.method)
      const { count, min, max } = momentsOf(present)
      if (count === 0 || min === max) return { lambda: 1, mean: count === 0 ? 0 : bend(min, 1), deviation: 1 }
      const lambda = config.method === "boxCox" ? fitBoxCox(present) : fitYeoJohnson(present)
      for (let i = 0; i < present.length; i++) present[i] = bend(present[i]!, lambda)
      const { mean, variance } = momentsOf(present)
      return { lambda, mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 }
    },
    apply({ lambda, mean, deviation }, values) {
      const [shift, scale] = config.standardise ? [mean, 1 / deviation] : [0, 1]
      for (let i = 0; i < values.length; i++) values[i] = (bend(values[i]!, lambda) - shift) * scale
    },
  }
}

/**
 * Bends each column towards a normal distribution by the power that maximises its likelihood, then standardises it.
 * The power is searched in [-5, 5]. Missing stays missing.
 *
 * @see Yeo & Johnson 2000, doi:10.1093/biomet/87.4.954; Box & Cox 1964, doi:10.1111/j.2517-6161.1964.tb00553.x
 */
export function power({ method = "yeoJohnson", standardise = true }: PowerConfig = {}): ColumnwiseStep<PowerParams> {
  return columnwise(rule({ method, standardise }))
}

export const loadPower = loadColumns(rule)

/** The Yeo-Johnson transform of one number; NaN stays NaN. */
export function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? Math.log1p(x) : Math.expm1(lambda * Math.log1p(x)) / lambda
  const rest = 2 - lambda
  return rest === 0 ? -Math.log1p(-x) : -Math.expm1(rest * Math.log1p(-x)) / rest
}

/** The Box-Cox transform of a positive number; others become NaN. */
export function boxCox(x: number, lambda: number): number {
  if (!(x > 0)) return Number.NaN
  return lambda === 0 ? Math.log(x) : Math.expm1(lambda * Math.log(x)) / lambda
}

function usable(values: Float64Array, method: "yeoJohnson" | "boxCox"): Float64Array {
  if (method === "boxCox") for (let i = 0; i < values.length; i++) if (!(values[i]! > 0)) values[i] = Number.NaN
  return compact(values)
}

/** The power with the greatest likelihood, to 1e-7. @param values - no NaN */
export function fitYeoJohnson(values: Float64Array): number {
  // Logarithms once; every trial is then one exponential a number.
  const logs = new Float64Array(values.length)
  let jacobian = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    logs[i] = x >= 0 ? Math.log1p(x) : -Math.log1p(-x)
    jacobian += logs[i]!
  }
  return minimiseBounded((lambda) => loss(logs, lambda, 2 - lambda, jacobian), LOWEST, HIGHEST, 1e-7)
}

/** The power with the greatest likelihood, to 1e-7. @param values - positive. @throws {@link InvalidArgument} otherwise */
export function fitBoxCox(values: Float64Array): number {
  let jacobian = 0
  const logs = values.map((x) => {
    if (!(x > 0)) throw new InvalidArgument("fitBoxCox", "positive numbers", `${x}`, "Use yeoJohnson.")
    const log = Math.log(x)
    jacobian += log
    return log
  })
  // Negative logarithms belong to numbers below 1, which take the same power.
  return minimiseBounded((lambda) => loss(logs, lambda, -lambda, jacobian), LOWEST, HIGHEST, 1e-7)
}

/**
 * Negative log likelihood, a row: half the log variance of the bent numbers less (lambda - 1) times the mean logarithm.
 * A logarithm above 0 bends to `expm1(lambda l) / lambda`; one below to `-expm1(negative |l|) / negative`.
 */
function loss(logs: Float64Array, lambda: number, negative: number, jacobian: number): number {
  const n = logs.length
  const above = Math.abs(lambda) > 1e-12 ? 1 / lambda : 0
  const below = Math.abs(negative) > 1e-12 ? 1 / negative : 0
  let sum = 0
  let squares = 0
  let first = Number.NaN
  for (let i = 0; i < n; i++) {
    const log = logs[i]!
    const bent =
      log >= 0 ? (above === 0 ? log : (Math.exp(lambda * log) - 1) * above) : below === 0 ? log : -(Math.exp(-negative * log) - 1) * below
    // Sums around the first number keep the variance's digits.
    if (i === 0) first = bent
    const off = bent - first
    sum += off
    squares += off * off
  }
  const variance = (squares - (sum * sum) / n) / n
  return 0.5 * Math.log(Math.max(variance, 1e-300)) - ((lambda - 1) * jacobian) / n
}
