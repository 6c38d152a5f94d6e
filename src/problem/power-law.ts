import { InvalidArgument, studentTQuantile } from "../core/index.ts"

/** A fitted law `y = coefficient * x^exponent`, with how sure the exponent is. */
export interface PowerLaw {
  readonly exponent: number
  /** Interval of the exponent at the confidence asked for; endless with two points. */
  readonly interval: readonly [low: number, high: number]
  readonly coefficient: number
  /** Share of the variance of `log y` that the law explains, in [0, 1]. */
  readonly r2: number
  /** Relative error to expect of one prediction inside the measured range: the residual's standard deviation in `log y`, as a share. */
  readonly relativeError: number
  readonly points: number
  predict(x: number): number
}

/**
 * Fits a straight line through `log y` over `log x`: the slope is the order of growth, to be set beside the theory.
 *
 * @param x - sizes, shape `[n]`, all above 0, n >= 2 and not all alike
 * @param y - what was measured at each, such as milliseconds; shape `[n]`, all above 0
 * @param confidence - of the interval, in (0, 1)
 * @throws {@link InvalidArgument} on fewer than two different sizes, lengths that differ, or a value that is not above 0
 * @see interval of a least-squares slope by Student's t with n - 2 degrees of freedom
 */
export function fitPowerLaw(x: readonly number[], y: readonly number[], confidence = 0.95): PowerLaw {
  if (x.length !== y.length)
    throw new InvalidArgument("fitPowerLaw", `${x.length} measurements`, String(y.length), "Pass one y for each x.")
  const bad = [...x, ...y].find((value) => !(value > 0 && Number.isFinite(value)))
  if (bad !== undefined) throw new InvalidArgument("fitPowerLaw", "values above 0", String(bad), "A logarithm is taken of each.")
  if (new Set(x).size < 2)
    throw new InvalidArgument("fitPowerLaw", "at least two different sizes", String(new Set(x).size), "Measure at more sizes.")
  if (!(confidence > 0 && confidence < 1)) {
    throw new InvalidArgument("fitPowerLaw", "a confidence in (0, 1)", String(confidence), "Pass 0.95.")
  }
  const n = x.length
  const logX = x.map(Math.log)
  const logY = y.map(Math.log)
  const meanX = mean(logX)
  const meanY = mean(logY)
  const sxx = sum(logX.map((value) => (value - meanX) ** 2))
  const syy = sum(logY.map((value) => (value - meanY) ** 2))
  const sxy = sum(logX.map((value, i) => (value - meanX) * (logY[i]! - meanY)))
  const exponent = sxy / sxx
  const intercept = meanY - exponent * meanX
  const residual = sum(logX.map((value, i) => (logY[i]! - intercept - exponent * value) ** 2))
  const sigma = n > 2 ? Math.sqrt(residual / (n - 2)) : 0
  const half = n > 2 ? studentTQuantile((1 + confidence) / 2, n - 2) * (sigma / Math.sqrt(sxx)) : Number.POSITIVE_INFINITY
  return {
    exponent,
    interval: [exponent - half, exponent + half],
    coefficient: Math.exp(intercept),
    r2: syy === 0 ? 1 : Math.max(0, 1 - residual / syy),
    relativeError: Math.expm1(sigma),
    points: n,
    predict: (size) => Math.exp(intercept + exponent * Math.log(size)),
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
