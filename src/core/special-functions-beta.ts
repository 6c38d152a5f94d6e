import { logMinus, solveLogTail, stirlingError } from "./special-functions-gamma.ts"

const HALF_LOG_2PI = 0.9189385332046727

/**
 * Regularised incomplete beta function I_x(a, b), the distribution function of a beta(a, b) variable.
 *
 * @param a - > 0
 * @param b - > 0
 * @param x - in [0, 1]
 * @param y - 1 - x; pass it where x is near 1 and 1 - x is known with more digits
 * @returns a value in [0, 1], relative error about 1e-13 (1e-11 for parameters in the millions), NaN outside the ranges
 * @see continued fraction: Abramowitz & Stegun 26.5.8; its leading factor: Loader 2000, Fast and accurate computation of binomial probabilities
 */
export function regularizedBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && y >= 0)) return Number.NaN
  if (x === 0 || y === 0) return x === 0 ? 0 : 1
  return x < (a + 1) / (a + b + 2) ? fraction(a, b, x, y) : 1 - fraction(b, a, y, x)
}

/** log of `x^a y^b / B(a, b)`, with `x + y = 1`: the first-order terms cancel before they are rounded. */
export function logBetaPower(a: number, b: number, x: number, y: number): number {
  const d = x * b - y * a
  const scale = 0.5 * (Math.log(a) + Math.log(b / (a + b))) - HALF_LOG_2PI
  const exponent = a * logMinus((x / a) * (a + b), d / a) + b * logMinus((y / b) * (a + b), -d / b)
  return exponent + scale + stirlingError(a + b) - stirlingError(a) - stirlingError(b)
}

/** Lentz's method; about sqrt(max(a, b)) steps. */
function fraction(a: number, b: number, x: number, y: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 2e-16) break
  }
  return (Math.exp(logBetaPower(a, b, x, y)) * h) / a
}

const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)

/** The `x` with I_x(a, b) = `p`: a quantile of the beta distribution; `p` in [0, 1]. */
export function betaQuantile(p: number, a: number, b: number): number {
  return betaQuantileParts(p, 1 - p, a, b).x
}

/**
 * A beta quantile as `x` and `y = 1 - x`, each with full relative precision, from both tail probabilities.
 *
 * Newton steps on the logarithm of the smaller tail over log(x / y), where it is concave: they cannot cycle.
 */
export function betaQuantileParts(lower: number, upper: number, a: number, b: number): { readonly x: number; readonly y: number } {
  if (!(a > 0 && b > 0 && lower >= 0 && upper >= 0)) return { x: Number.NaN, y: Number.NaN }
  if (lower === 0 || upper === 0) return lower === 0 ? { x: 0, y: 1 } : { x: 1, y: 0 }
  if (upper < lower) {
    const turned = betaQuantileParts(upper, lower, b, a)
    return { x: turned.y, y: turned.x }
  }
  const xOf = (s: number) => 1 / (1 + Math.exp(-s))
  const yOf = (s: number) => 1 / (1 + Math.exp(s))
  const tail = (s: number) => regularizedBeta(a, b, xOf(s), yOf(s))
  const slope = (s: number, value: number) => Math.exp(logBetaPower(a, b, xOf(s), yOf(s))) / value
  const s = solveLogTail(Math.log(a / b), lower, tail, slope)
  return { x: xOf(s), y: yOf(s) }
}
