import { kolmogorovSf, logGamma } from "../special-functions.ts"
import { sortedPresent } from "./bins.ts"
import { checkedSamples } from "./samples.ts"

/** A two-sample Kolmogorov-Smirnov test. */
export interface KsTest {
  /** Greatest distance of the two empirical distribution functions, in [0, 1]. */
  readonly d: number
  /** By the one-sample distribution at the effective size `round(n m / (n + m))`. */
  readonly pAsymptotic: number
  /** By counting lattice paths, ties taken as they are; null when `n m` is above 10,000. */
  readonly pExact: number | null
}

/** Path counting costs `n m` steps; above this the asymptotic distribution is as good. */
const EXACT_MOST = 10_000

/**
 * The two-sample Kolmogorov-Smirnov test: are two lists of numbers drawn from one distribution? Missing ones are left out.
 *
 * @throws {@link InvalidArgument} when a side has no numbers
 * @see Hodges 1958, doi:10.1007/BF02589501; Marsaglia, Tsang & Wang 2003, doi:10.18637/jss.v008.i18
 */
export function kolmogorovSmirnov(reference: ArrayLike<number>, current: ArrayLike<number>): KsTest {
  const [a, b] = checkedSamples("kolmogorovSmirnov", sortedPresent(reference), sortedPresent(current))
  const [n, m] = [a.length, b.length]
  // In units of 1 / (n m), a whole number: no rounding decides between two distances.
  let widest = 0
  for (let i = 0, j = 0; i < n && j < m; ) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < n && a[i]! <= value) i++
    while (j < m && b[j]! <= value) j++
    widest = Math.max(widest, Math.abs(i * m - j * n))
  }
  const d = widest / (n * m)
  return { d, pAsymptotic: ksSf(d, Math.round((n * m) / (n + m))), pExact: n * m > EXACT_MOST ? null : exactSf(widest, n, m) }
}

/** The share of lattice paths from (0, 0) to (n, m) that touch distance `widest` or more. */
function exactSf(widest: number, n: number, m: number): number {
  if (widest === 0) return 1
  const inside = new Float64Array(m + 1)
  // Probability of staying inside, by adding one draw at a time; dividing at each step keeps it in range.
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (i === 0 && j === 0) {
        inside[0] = 1
        continue
      }
      const left = j === 0 ? 0 : inside[j - 1]! * (j / (i + j))
      const below = i === 0 ? 0 : inside[j]! * (i / (i + j))
      inside[j] = Math.abs(i * m - j * n) >= widest ? 0 : left + below
    }
  }
  return Math.max(0, Math.min(1, 1 - inside[m]!))
}

/**
 * P(D_n >= d) of the two-sided one-sample statistic: exact up to 140 numbers, beyond within about 1e-4 by a corrected limit.
 *
 * @see Vrbik 2018, doi:10.1155/2018/5834206 (the correction)
 */
export function ksSf(d: number, n: number): number {
  if (d <= 0 || n < 1) return 1
  if (d >= 1) return 0
  // The one-sided probability twice: exact from 0.5 on, and closer than 1e-9 in the tail.
  if (d >= 0.5 || n * d * d > 9) return Math.min(1, 2 * oneSidedSf(d, n))
  if (n <= 140) return Math.max(0, Math.min(1, 1 - matrixCdf(d, n)))
  const x = Math.sqrt(n) * d
  return kolmogorovSf(x + 1 / (6 * Math.sqrt(n)) + (x - 1) / (4 * n))
}

/** Smirnov's one-sided tail: `d sum C(n, j) (1 - d - j/n)^(n-j) (d + j/n)^(j-1)`. */
function oneSidedSf(d: number, n: number): number {
  let sum = 0
  for (let j = 0; j <= n * (1 - d); j++) {
    const rest = 1 - d - j / n
    if (rest <= 0) break
    const logChoose = logGamma(n + 1) - logGamma(j + 1) - logGamma(n - j + 1)
    sum += Math.exp(logChoose + (n - j) * Math.log(rest) + (j - 1) * Math.log(d + j / n))
  }
  return d * sum
}

/** P(D_n < d) as an entry of the n-th power of a small matrix. */
function matrixCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1
  const size = 2 * k - 1
  const h = k - n * d
  const step = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) step[i * size + j] = i - j + 1 < 0 ? 0 : 1
  for (let i = 0; i < size; i++) {
    step[i * size]! -= h ** (i + 1)
    step[(size - 1) * size + i]! -= h ** (size - i)
  }
  step[(size - 1) * size]! += 2 * h - 1 > 0 ? (2 * h - 1) ** size : 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let g = 1; g <= i - j + 1; g++) step[i * size + j]! /= g
    }
  }
  const power = matrixPower(step, size, n)
  let value = power[(k - 1) * size + k - 1]!
  for (let i = 1; i <= n; i++) value *= i / n
  return value
}

/** Sizes here are at most 2 * 140 * 0.5, and entries stay in range because `n!/n^n` is undone at the end for n <= 140. */
function matrixPower(matrix: Float64Array, size: number, exponent: number): Float64Array {
  if (exponent === 1) return matrix
  const half = matrixPower(matrix, size, exponent >> 1)
  const squared = product(half, half, size)
  return exponent % 2 === 0 ? squared : product(squared, matrix, size)
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const scale = a[i * size + k]!
      if (scale !== 0) for (let j = 0; j < size; j++) out[i * size + j]! += scale * b[k * size + j]!
    }
  }
  return out
}
