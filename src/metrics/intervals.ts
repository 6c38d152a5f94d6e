import { InvalidArgument, random } from "../core/index.ts"

/** A mean with the interval it lies in at the level asked for; all NaN without values. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** How an interval is drawn: `level` in (0, 1), 0.95 without; `resamples` 1,000 without. Same seed, same interval. */
export interface IntervalOptions {
  readonly seed: number
  readonly resamples?: number
  readonly level?: number
}

/**
 * Percentile bootstrap interval of a mean, over per-query values; NaN values (undefined for that query) are left out.
 *
 * @param values - one a query, the unit that is sampled; shape `[queries]`
 * @throws {@link InvalidArgument} on a level outside (0, 1) or fewer than 100 resamples
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapInterval(values: ArrayLike<number>, options: IntervalOptions): Interval {
  const { seed, resamples = 1000, level = 0.95 } = options
  if (!(level > 0 && level < 1)) throw new InvalidArgument("bootstrapInterval", "a level in (0, 1)", String(level), "Pass 0.95.")
  if (!(Number.isInteger(resamples) && resamples >= 100)) {
    throw new InvalidArgument("bootstrapInterval", "at least 100 resamples", String(resamples), "Pass 1000.")
  }
  const defined = Float64Array.from(values).filter((value) => !Number.isNaN(value))
  const n = defined.length
  if (n === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN }
  const draw = random(seed)
  const means = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += defined[Math.floor(draw.next() * n)]!
    means[r] = sum / n
  }
  means.sort()
  return { mean: mean(defined), low: quantileOfSorted(means, (1 - level) / 2), high: quantileOfSorted(means, (1 + level) / 2) }
}

/** Mean of the values that are not NaN; NaN when there is none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    sum += values[i]!
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

/** Quantile by linear interpolation between the two nearest of sorted values; `share` in [0, 1]. */
function quantileOfSorted(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}
