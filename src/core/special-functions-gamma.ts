const HALF_LOG_2PI = 0.9189385332046727
/** B(2k) / (2k (2k - 1)): the Stirling series of log gamma. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400]
/** Above this the Stirling series gives full precision. */
const LARGE = 15

/**
 * log |gamma(x)|; absolute error about 1e-14 below 16 and relative 1e-15 above; Infinity at 0, -1, -2 ...
 * @see Abramowitz & Stegun 6.1.41 (Stirling), 6.1.15 (recurrence), 6.1.17 (reflection)
 */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0
  if (x < 0.5) {
    if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY
    // Near 0 the reflection formula would divide by a rounded sine; the recurrence does not.
    return x > 0 ? logGamma(x + 1) - Math.log(x) : Math.log(Math.PI / Math.abs(sinPi(x))) - logGamma(1 - x)
  }
  let product = 1
  let shifted = x
  while (shifted < LARGE) product *= shifted++
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_2PI + stirlingTail(shifted) - Math.log(product)
}

/** sin(pi x), exact at whole and half numbers. */
function sinPi(x: number): number {
  const turn = x - 2 * Math.round(x / 2)
  return Math.sin(Math.PI * turn)
}

function stirlingTail(x: number): number {
  const inverse = 1 / (x * x)
  let sum = 0
  for (let k = stirling.length - 1; k >= 0; k--) sum = sum * inverse + stirling[k]!
  return sum / x
}

/** log gamma(x) minus its leading Stirling terms `(x - 1/2) log x - x + log sqrt(2 pi)`, for x > 0: small and without cancellation when x is large. */
export function stirlingError(x: number): number {
  return x >= LARGE ? stirlingTail(x) : logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_2PI)
}

/** log(ratio) - u, where `u` is `ratio - 1` known with more digits: no cancellation near 1, nor near 0. */
export function logMinus(ratio: number, u: number): number {
  if (Math.abs(u) > 0.3) return Math.log(ratio) - u
  // log(1 + u) = 2 atanh(r), r = u / (2 + u); 2 r - u = -r u.
  const r = u / (2 + u)
  const square = r * r
  let power = 2 * r * square
  let sum = 0
  for (let k = 3; Math.abs(power) > 1e-18 * u * u; k += 2) {
    sum += power / k
    power *= square
  }
  return sum - r * u
}

/**
 * Derivative of log gamma; relative error about 1e-14 away from its zeros; NaN at 0, -1, -2 ...
 * @see Abramowitz & Stegun 6.3.18 (asymptotic), 6.3.5 (recurrence), 6.3.7 (reflection)
 */
export function digamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.NaN
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)))
  }
  let below = 0
  let shifted = x
  while (shifted < LARGE) below += 1 / shifted++
  const inverse = 1 / (shifted * shifted)
  // d/dx of the Stirling term c x^(1 - 2k) is c (1 - 2k) x^(-2k).
  let sum = 0
  for (let k = stirling.length; k >= 1; k--) sum = (sum + stirling[k - 1]! * (2 * k - 1)) * inverse
  return Math.log(shifted) - 0.5 / shifted - sum - below
}

/** log of `x^a e^-x / gamma(a)`, the density of the gamma distribution times x; accurate for large `a` near the mean. */
export function logGammaPower(a: number, x: number): number {
  return a * logMinus(x / a, (x - a) / a) + 0.5 * Math.log(a) - HALF_LOG_2PI - stirlingError(a)
}

/**
 * Regularised lower incomplete gamma function P(a, x), a > 0, x >= 0, in [0, 1].
 * @see Abramowitz & Stegun 6.5.29 (series), 6.5.31 (continued fraction)
 */
export function gammaP(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN
  if (x === 0) return 0
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
}

/** Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), accurate in its far tail. */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) return Number.NaN
  if (x === 0) return 1
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = a + 1; term > sum * 1e-17; n++) {
    term *= x / n
    sum += term
  }
  return Math.exp(logGammaPower(a, x)) * sum
}

/** Lentz's method on the even part of the fraction. */
function gammaFraction(a: number, x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let i = 1; i < 1_000_000; i++) {
    const numerator = -i * (i - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    const step = c * d
    h *= step
    if (Math.abs(step - 1) < 2e-16) break
  }
  return Math.exp(logGammaPower(a, x)) * h
}

/**
 * The `x` with P(a, x) = `p`, for `p` in [0, 1]; `upper` is `1 - p`, told apart so that either tail keeps its digits.
 *
 * Newton steps on the logarithm of the smaller tail over log x, where it is concave: they cannot cycle.
 */
export function gammaQuantile(a: number, p: number, upper: number): number {
  if (!(a > 0 && p >= 0 && upper >= 0)) return Number.NaN
  if (p === 0) return 0
  if (upper === 0) return Number.POSITIVE_INFINITY
  const isLower = p < upper
  const tail = (s: number) => (isLower ? gammaP(a, Math.exp(s)) : gammaQ(a, Math.exp(s)))
  const slope = (s: number, value: number) => ((isLower ? 1 : -1) * Math.exp(logGammaPower(a, Math.exp(s)))) / value
  return Math.exp(solveLogTail(Math.log(a), Math.min(p, upper), tail, slope))
}

/** Solves log tail(s) = log target by Newton from `start`; steps back halfway where the tail loses its digits. `slope` is d log tail / ds. */
export function solveLogTail(
  start: number,
  target: number,
  tail: (s: number) => number,
  slope: (s: number, value: number) => number,
): number {
  const least = Math.min(1e-280, target * 1e-3)
  let s = start
  let value = tail(s)
  for (let i = 0; i < 200; i++) {
    let next = s + Math.log(target / value) / slope(s, value)
    let found = tail(next)
    for (let halvings = 0; !(found > least && Math.abs(slope(next, found)) > 1e-280) && halvings < 200; halvings++) {
      next = (s + next) / 2
      found = tail(next)
    }
    const isDone = Math.abs(next - s) <= 4e-16 * Math.max(1, Math.abs(next))
    s = next
    value = found
    if (isDone) break
  }
  return s
}
