import { rankQuery } from "./queries.ts"

/** What a pair of documents weighs, and how. */
export interface PairRules {
  /** Steepness of the logistic loss of a pair. */
  readonly sigma: number
  /** A pair counts when its better-placed document is among the first so many. */
  readonly truncation: number
  /** Divides a pair by 0.01 + its score difference, and scales the query by `log2(1 + S) / S`, S its sum of lambdas twice. */
  readonly norm: boolean
  /** Weight of a pair by its gains and places. */
  readonly weight: (gainHigh: number, gainLow: number, placeHigh: number, placeLow: number) => number
}

/**
 * Gradient and hessian of one query's pairwise loss, written to rows `[from, from + n)` of `gradients` and `hessians`; the plain form of the
 * kernel's `lambdas`. For a pair with the better gain at `i`, `lambda = sigma * w / (1 + e^(sigma (s_i - s_j)))` is taken off the gradient of `i`.
 * @returns the loss, `w ln(1 + e^(-sigma (s_i - s_j)))` summed over pairs
 * @see Burges 2010, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82
 */
export function lambdaPairs(
  scores: ArrayLike<number>,
  gains: ArrayLike<number>,
  from: number,
  n: number,
  rules: PairRules,
  gradients: Float64Array | Float32Array,
  hessians: Float64Array | Float32Array,
): number {
  const { sigma, truncation, norm, weight } = rules
  const order = rankQuery(scores, from, n)
  const [g, h] = [new Float64Array(n), new Float64Array(n)]
  const divides = norm && n > 1 && scores[from + order[0]!] !== scores[from + order[n - 1]!]
  let [loss, total] = [0, 0]
  for (let a = 0; a < Math.min(truncation, n - 1); a++) {
    for (let b = a + 1; b < n; b++) {
      const isBetter = gains[from + order[a]!]! > gains[from + order[b]!]!
      const [high, low] = isBetter ? [order[a]!, order[b]!] : [order[b]!, order[a]!]
      const [placeHigh, placeLow] = isBetter ? [a, b] : [b, a]
      if (gains[from + high] === gains[from + low]) continue
      const apart = scores[from + high]! - scores[from + low]!
      let w = weight(gains[from + high]!, gains[from + low]!, placeHigh, placeLow)
      if (divides) w /= 0.01 + Math.abs(apart)
      const rho = 1 / (1 + Math.exp(sigma * apart))
      const lambda = sigma * rho * w
      g[high]! -= lambda
      g[low]! += lambda
      const curvature = sigma * lambda * (1 - rho)
      h[high]! += curvature
      h[low]! += curvature
      total += 2 * lambda
      loss += w * (apart > 0 ? Math.log1p(Math.exp(-sigma * apart)) : -sigma * apart + Math.log1p(Math.exp(sigma * apart)))
    }
  }
  const factor = norm && total > 0 ? Math.log2(1 + total) / total : 1
  for (let i = 0; i < n; i++) {
    gradients[from + i] = g[i]! * factor
    hessians[from + i] = h[i]! * factor
  }
  return loss
}

/** `|gain_i - gain_j| |discount_i - discount_j| / ideal`: what swapping the two would change in NDCG. */
export function ndcgWeight(discounts: ArrayLike<number>, inverseIdeal: number): PairRules["weight"] {
  return (gainHigh, gainLow, placeHigh, placeLow) =>
    Math.abs(gainHigh - gainLow) * Math.abs(discounts[placeHigh]! - discounts[placeLow]!) * inverseIdeal
}
