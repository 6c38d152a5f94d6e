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
  checkOptions("bootstrapInterval", options)
  const defined = Float64Array.from(values).filter((value) => !Number.isNaN(value))
  const n = defined.length
  if (n === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN }
  const draw = random(options.seed)
  const means = new Float64Array(options.resamples ?? RESAMPLES)
  for (let r = 0; r < means.length; r++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += defined[Math.floor(draw.next() * n)]!
    means[r] = sum / n
  }
  return { mean: mean(defined), ...spread(means, options) }
}

/**
 * Percentile bootstrap interval of what is no mean of per-query values: coverage, a ratio of sums, the F1 of two means.
 *
 * Units are drawn with replacement. A statistic that grows with distinct units, as coverage does with distinct people, is lower in every resample;
 * `centred` moves the interval by what the resamples are off on average, so that it lies about the statistic itself.
 * @param units - how many there are, such as queries
 * @param statistic - of the units in these places, of which some repeat; shape `[units]`. NaN = undefined there, left out
 * @returns `mean` is the statistic of all units, each once
 * @throws {@link InvalidArgument} on fewer than one unit, and as {@link bootstrapInterval}
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 10 and 13
 */
export function bootstrapStatistic(
  units: number,
  statistic: (places: Uint32Array) => number,
  options: IntervalOptions & { readonly centred?: boolean },
): Interval {
  checkOptions("bootstrapStatistic", options)
  if (!(Number.isInteger(units) && units >= 1)) {
    throw new InvalidArgument("bootstrapStatistic", "at least one unit", String(units), "Measure something first.")
  }
  const whole = statistic(Uint32Array.from({ length: units }, (_, place) => place))
  const draw = random(options.seed)
  const places = new Uint32Array(units)
  const drawn = new Float64Array(options.resamples ?? RESAMPLES)
  for (let r = 0; r < drawn.length; r++) {
    for (let i = 0; i < units; i++) places[i] = Math.floor(draw.next() * units)
    drawn[r] = statistic(places)
  }
  const defined = drawn.filter((value) => !Number.isNaN(value))
  if (Number.isNaN(whole) || defined.length === 0) return { mean: whole, low: Number.NaN, high: Number.NaN }
  const { low, high } = spread(defined, options)
  const off = options.centred === true ? whole - mean(defined) : 0
  return { mean: whole, low: low + off, high: high + off }
}

const RESAMPLES = 1000

function checkOptions(where: string, { resamples = RESAMPLES, level = 0.95 }: IntervalOptions): void {
  if (!(level > 0 && level < 1)) throw new InvalidArgument(where, "a level in (0, 1)", String(level), "Pass 0.95.")
  if (!(Number.isInteger(resamples) && resamples >= 100)) {
    throw new InvalidArgument(where, "at least 100 resamples", String(resamples), "Pass 1000.")
  }
}

/** Sorts what was drawn; its quantiles about the level. */
function spread(drawn: Float64Array, { level = 0.95 }: IntervalOptions): { readonly low: number; readonly high: number } {
  drawn.sort()
  return { low: quantileOfSorted(drawn, (1 - level) / 2), high: quantileOfSorted(drawn, (1 + level) / 2) }
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
