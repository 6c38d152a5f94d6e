import { logGamma, normalSf } from "../special-functions.ts"
import { sortedPresent } from "./bins.ts"
import { checkedSamples } from "./samples.ts"

/** The values of both lists together, ascending and distinct, with how often each side holds them. */
interface Ladder {
  readonly n: number
  readonly m: number
  readonly steps: readonly { readonly a: number; readonly b: number }[]
}

function ladder(where: string, reference: ArrayLike<number>, current: ArrayLike<number>): Ladder {
  const [a, b] = checkedSamples(where, sortedPresent(reference), sortedPresent(current))
  const steps: { a: number; b: number }[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const value = Math.min(i < a.length ? a[i]! : Number.POSITIVE_INFINITY, j < b.length ? b[j]! : Number.POSITIVE_INFINITY)
    const [from, fromOther] = [i, j]
    while (i < a.length && a[i]! <= value) i++
    while (j < b.length && b[j]! <= value) j++
    steps.push({ a: i - from, b: j - fromOther })
  }
  return { n: a.length, m: b.length, steps }
}

/** A rank-sum test; `auc` is the chance that a number of the reference is above one of the current list, ties half. */
export interface MannWhitneyTest {
  readonly u: number
  readonly auc: number
  readonly p: number
}

/**
 * Mann-Whitney U test, two-sided, normal approximation with corrections for ties and continuity: did the middle move?
 * @throws {@link InvalidArgument} when a side has no numbers
 * @see Mann & Whitney 1947, doi:10.1214/aoms/1177730491
 */
export function mannWhitney(reference: ArrayLike<number>, current: ArrayLike<number>): MannWhitneyTest {
  const { n, m, steps } = ladder("mannWhitney", reference, current)
  let u = 0
  let below = 0
  let ties = 0
  for (const { a, b } of steps) {
    u += a * (below + b / 2)
    below += b
    ties += (a + b) ** 3 - (a + b)
  }
  const size = n + m
  const deviation = Math.sqrt(((n * m) / 12) * (size + 1 - ties / (size * (size - 1))))
  const z = (Math.max(u, n * m - u) - (n * m) / 2 - 0.5) / deviation
  return { u, auc: u / (n * m), p: deviation > 0 ? Math.min(1, 2 * normalSf(z)) : 1 }
}

/**
 * Two-sample Cramér-von Mises test: the mean squared gap of the distribution functions; `p` by the limit distribution.
 * @throws {@link InvalidArgument} when a side has no numbers
 * @see Anderson 1962, doi:10.1214/aoms/1177704477
 */
export function cramerVonMises(reference: ArrayLike<number>, current: ArrayLike<number>): { readonly t: number; readonly p: number } {
  const { n, m, steps } = ladder("cramerVonMises", reference, current)
  const product = n * m
  const size = n + m
  let u = 0
  let rank = 0
  let seenA = 0
  let seenB = 0
  for (const { a, b } of steps) {
    // Ties share the mean of their ranks.
    const middle = rank + (a + b + 1) / 2
    for (let i = 1; i <= a; i++) u += n * (middle - (seenA + i)) ** 2
    for (let j = 1; j <= b; j++) u += m * (middle - (seenB + j)) ** 2
    rank += a + b
    seenA += a
    seenB += b
  }
  const t = u / (product * size) - (4 * product - 1) / (6 * size)
  const mean = (1 + 1 / size) / 6
  const variance = ((size + 1) * (4 * product * size - 3 * (n * n + m * m) - 2 * product)) / (45 * size * size * 4 * product)
  const standard = 1 / 6 + (t - mean) / Math.sqrt(45 * variance)
  return { t, p: standard < 0.003 ? 1 : Math.max(0, 1 - limitCdf(standard)) }
}

/** Distribution function of the Cramér-von Mises limit: a series in Bessel functions. @see Anderson & Darling 1952, doi:10.1214/aoms/1177729437 */
function limitCdf(x: number): number {
  let sum = 0
  for (let k = 0; k < 100; k++) {
    const y = 4 * k + 1
    const q = (y * y) / (16 * x)
    const scale = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))
    const term = scale * Math.sqrt(y) * scaledBessel(q)
    sum += term
    if (Math.abs(term) < 1e-12) break
  }
  return sum
}

/** `exp(-q) K_{1/4}(q)` by the trapezoid rule on its integral, which converges faster than any power of the step. */
function scaledBessel(q: number): number {
  const step = 1 / 32
  let sum = Math.exp(-2 * q) / 2
  for (let t = step; ; t += step) {
    const exponent = -q * (1 + Math.cosh(t)) + t / 4
    if (exponent < -745) break
    sum += Math.exp(-q * (1 + Math.cosh(t))) * Math.cosh(t / 4)
  }
  return sum * step
}

/**
 * Two-sample Anderson-Darling statistic over midranks, less its mean and in its standard deviations: as the gap of distribution functions,
 * but the tails count in full. Above 1.96 the lists differ at 5 %.
 * @throws {@link InvalidArgument} when a side has no numbers
 * @see Scholz & Stephens 1987, doi:10.1080/01621459.1987.10478517
 */
export function andersonDarling(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const { n, m, steps } = ladder("andersonDarling", reference, current)
  const size = n + m
  let statistic = 0
  const sides = [
    { count: n, of: (step: { a: number; b: number }) => step.a },
    { count: m, of: (step: { a: number; b: number }) => step.b },
  ]
  for (const { count, of } of sides) {
    let mine = 0
    let all = 0
    let sum = 0
    for (const step of steps) {
      const here = of(step)
      const both = step.a + step.b
      const mineSoFar = mine + here / 2
      const allSoFar = all + both / 2
      const bottom = allSoFar * (size - allSoFar) - (size * both) / 4
      if (bottom > 0) sum += ((both / size) * (size * mineSoFar - allSoFar * count) ** 2) / bottom
      mine += here
      all += both
    }
    statistic += sum / count
  }
  statistic *= (size - 1) / size
  return (statistic - 1) / Math.sqrt(andersonVariance(n, m))
}

function andersonVariance(n: number, m: number): number {
  const size = n + m
  const k = 2
  const inverses = 1 / n + 1 / m
  let tail = 0
  let g = 0
  for (let j = size - 1; j >= 2; j--) {
    tail += 1 / j
    g += tail / (size - (j - 1))
  }
  const h = tail + 1
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverses
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverses - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverses + 4 * h
  const d = (2 * h + 6) * k * k - 4 * h * k
  return (a * size ** 3 + b * size ** 2 + c * size + d) / ((size - 1) * (size - 2) * (size - 3))
}
