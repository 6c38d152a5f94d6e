import { quantileOf, selectRanks } from "../../core/index.ts"

/** Numbers present, their extremes, mean and population variance; NaN where nothing is present. */
export interface Moments {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly variance: number
}

/** Moments of the numbers that are present, in two passes so that a large mean costs no digits. */
export function momentsOf(values: Float64Array): Moments {
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    if (Number.isNaN(x)) continue
    count++
    sum += x
    if (x < min) min = x
    if (x > max) max = x
  }
  if (count === 0) return { count, min: Number.NaN, max: Number.NaN, mean: Number.NaN, variance: Number.NaN }
  const mean = sum / count
  let squares = 0
  let rest = 0
  for (let i = 0; i < values.length; i++) {
    const off = values[i]! - mean
    if (Number.isNaN(off)) continue
    squares += off * off
    rest += off
  }
  // What rounding left of the mean is taken off again.
  return { count, min, max, mean: mean + rest / count, variance: Math.max(0, squares - (rest * rest) / count) / count }
}

/** Third standardised moment of the numbers present: 0 for a symmetric column, NaN for a constant one. */
export function skewnessOf(values: Float64Array): number {
  return shapeOf(values).skewness
}

/** Skewness and excess kurtosis of the numbers present. */
export function shapeOf(values: Float64Array): { readonly skewness: number; readonly excessKurtosis: number } {
  const { count, mean, variance } = momentsOf(values)
  const scale = 1 / Math.sqrt(variance)
  let third = 0
  let fourth = 0
  for (let i = 0; i < values.length; i++) {
    const z = (values[i]! - mean) * scale
    if (Number.isNaN(z)) continue
    third += z * z * z
    fourth += z * z * z * z
  }
  return { skewness: variance > 0 ? third / count : Number.NaN, excessKurtosis: variance > 0 ? fourth / count - 3 : Number.NaN }
}

/** Moves missing numbers behind the present ones and returns a view of those. */
export function compact(values: Float64Array): Float64Array {
  let kept = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    if (!Number.isNaN(x)) values[kept++] = x
  }
  return values.subarray(0, kept)
}

/** Quantiles (type 7) of the numbers present, without sorting all of them; reorders `values`. */
export function quantilesOf(values: Float64Array, shares: readonly number[]): number[] {
  const present = compact(values)
  if (present.length === 0) return shares.map(() => Number.NaN)
  const ranks = shares.flatMap((share) => {
    const below = Math.floor(share * (present.length - 1))
    return [below, Math.min(present.length - 1, below + 1)]
  })
  selectRanks(
    present,
    [...new Set(ranks)].sort((a, b) => a - b),
  )
  return shares.map((share) => quantileOf(present, share))
}
