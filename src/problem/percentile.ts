import { InvalidArgument } from "../core/index.ts"

/**
 * A percentile by nearest rank: the smallest value with at least the share `q` of all at or below it.
 *
 * The rank is `ceil(q n)` with `q n` taken as the exact decimal product, so that 0.07 of 100 is 7 and not 7.000000000000001.
 * @param values - shape `[n]`, n >= 1, any order, unchanged
 * @param q - share in (0, 1]
 * @throws {@link InvalidArgument} on no values or a share outside (0, 1]
 */
export function nearestRankPercentile(values: ArrayLike<number>, q: number): number {
  const sorted = checked(values, q)
  const rank = Math.ceil(Number((q * sorted.length).toPrecision(14)))
  return sorted[Math.max(1, rank) - 1]!
}

/**
 * A percentile with linear interpolation between the two values around place `q (n - 1)`, as numpy does by default.
 *
 * @param values - shape `[n]`, n >= 1, any order, unchanged
 * @param q - share in (0, 1]
 * @throws {@link InvalidArgument} on no values or a share outside (0, 1]
 */
export function linearPercentile(values: ArrayLike<number>, q: number): number {
  const sorted = checked(values, q)
  const place = q * (sorted.length - 1)
  const low = Math.floor(place)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!)
}

function checked(values: ArrayLike<number>, q: number): Float64Array {
  if (values.length === 0) throw new InvalidArgument("percentile", "at least one value", "none", "Measure something first.")
  if (!(q > 0 && q <= 1)) throw new InvalidArgument("percentile", "a share in (0, 1]", String(q), "Pass 0.99 for the 99th percentile.")
  return Float64Array.from(values).sort()
}
