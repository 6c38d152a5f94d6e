// The exponential function and the inverse links built on it.

export const LOGISTIC = 1
export const POISSON = 2

/** exp(x) in f64 to a few units of the last place for |x| <= 700: 2^k times a polynomial on [-ln2/2, ln2/2]. */
export function exponential(x: f64): f64 {
  const k = nearest(x * 1.4426950408889634)
  const t = x - k * 0.6931471805599453
  let p = 1 + t * (1.0 / 13)
  for (let i = 12; i > 0; i--) p = 1 + t * p / <f64>i
  return reinterpret<f64>((<i64>k + 1023) << 52) * p
}

/** What a score stands for: itself, a probability, or a rate. Scores past 35 mean no more than 35. */
// @ts-ignore: decorator
@inline export function meanOf(family: i32, score: f64): f64 {
  if (family == LOGISTIC) return 1 / (1 + exponential(-min(max(score, -35), 35)))
  if (family == POISSON) return exponential(min(max(score, -35), 35))
  return score
}
