import { betaQuantileParts, regularizedBeta } from "./special-functions-beta.ts"
import { gammaP, gammaQ, gammaQuantile, logGamma } from "./special-functions-gamma.ts"
import { normalCdf, normalSf } from "./special-functions-normal.ts"

/** P(T > t) of Student's t with `df` > 0 degrees of freedom (fractions allowed), accurate in the far tail. A & S 26.7.1. */
export function studentTSf(t: number, df: number): number {
  if (t < 0) return 1 - studentTSf(-t, df)
  if (df === Number.POSITIVE_INFINITY) return normalSf(t)
  if (t === Number.POSITIVE_INFINITY) return 0
  const square = t * t
  return 0.5 * regularizedBeta(df / 2, 0.5, df / (df + square), square / (df + square))
}

/** P(T <= t) of Student's t with `df` degrees of freedom. */
export function studentTCdf(t: number, df: number): number {
  return studentTSf(-t, df)
}

/** The `t` with P(T <= t) = `p` of Student's t with `df` degrees of freedom; `p` in [0, 1]. */
export function studentTQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN
  if (p === 0.5) return 0
  const { x, y } = betaQuantileParts(2 * Math.min(p, 1 - p), Math.abs(2 * p - 1), df / 2, 0.5)
  const t = Math.sqrt((df * y) / x)
  return p < 0.5 ? -t : t
}

/** P(X > x) of the chi-square distribution with `df` > 0 degrees of freedom. A & S 26.4.19. */
export function chiSquareSf(x: number, df: number): number {
  return x <= 0 ? 1 : gammaQ(df / 2, x / 2)
}

/** P(X <= x) of the chi-square distribution. */
export function chiSquareCdf(x: number, df: number): number {
  return x <= 0 ? 0 : gammaP(df / 2, x / 2)
}

/** The `x` with P(X <= x) = `p` of the chi-square distribution with `df` degrees of freedom. */
export function chiSquareQuantile(p: number, df: number): number {
  return 2 * gammaQuantile(df / 2, p, 1 - p)
}

/** P(X > x) of the F distribution with `df1` and `df2` degrees of freedom. A & S 26.6.2. */
export function fSf(x: number, df1: number, df2: number): number {
  if (x <= 0) return 1
  const scaled = df1 * x
  return regularizedBeta(df2 / 2, df1 / 2, df2 / (df2 + scaled), scaled / (df2 + scaled))
}

/**
 * P(sqrt(n) D > x) of Kolmogorov's limit distribution, `D` the two-sided Kolmogorov-Smirnov distance.
 * @see Marsaglia, Tsang & Wang 2003, doi:10.18637/jss.v008.i18 (both series)
 */
export function kolmogorovSf(x: number): number {
  if (x <= 0) return 1
  if (x < 1) {
    const exponent = -(Math.PI * Math.PI) / (8 * x * x)
    let sum = 0
    for (let k = 1; k <= 9; k += 2) sum += Math.exp(k * k * exponent)
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum
  }
  let sum = 0
  for (let k = 5; k >= 1; k--) sum = Math.exp(-2 * k * k * x * x) * (k % 2 === 1 ? 1 : -1) + sum
  return Math.max(0, 2 * sum)
}

/**
 * P(T > t) of the noncentral t distribution with `df` degrees of freedom and noncentrality `delta`: the power of a t test.
 *
 * Absolute error about 1e-12; relative 1e-9 unless `t` and `delta` have opposite signs and the value is tiny.
 * @see Lenth 1989, Algorithm AS 243, doi:10.2307/2347693; summed outward from the largest Poisson weight
 */
export function noncentralTSf(t: number, df: number, delta: number): number {
  if (t < 0) return 1 - noncentralTSf(-t, df, -delta)
  if (delta === 0) return studentTSf(t, df)
  if (t === 0) return normalCdf(delta)
  const x = (t * t) / (df + t * t)
  const y = df / (df + t * t)
  const half = (delta * delta) / 2
  const sign = delta < 0 ? -1 : 1
  const centre = Math.floor(half)
  const term = (j: number) => {
    const even = Math.exp(-half + j * Math.log(half) - logGamma(j + 1))
    const odd = sign * Math.exp(-half + (j + 0.5) * Math.log(half) - logGamma(j + 1.5))
    const value = even * regularizedBeta(df / 2, j + 0.5, y, x) + odd * regularizedBeta(df / 2, j + 1, y, x)
    return { value, weight: even }
  }
  let sum = 0
  for (let j = centre, isOver = false; !isOver; j++) {
    const { value, weight } = term(j)
    sum += value
    isOver = weight < 1e-18
  }
  for (let j = centre - 1, isOver = false; j >= 0 && !isOver; j--) {
    const { value, weight } = term(j)
    sum += value
    isOver = weight < 1e-18
  }
  return Math.min(1, Math.max(0, sum / 2))
}
