import {
  type BundleReader,
  type BundleWriter,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  type Saveable,
  throwIfCancelled,
} from "../core/index.ts"

/** What people did with items: parallel columns, shape `[n]`, in any order. */
export interface PopularityData {
  /** Dense item ids, below `itemCount`. */
  readonly items: Uint32Array
  readonly itemCount: number
  /** When each happened, epoch milliseconds; absent for timeless data. */
  readonly times?: Float64Array
  /** How much each counts; 1 when absent. */
  readonly weights?: Float32Array
}

/** How {@link popularity} counts. */
export interface PopularityConfig {
  /**
   * Days after which an interaction counts half. `none`: all count the same. `auto` (default) takes the one of {@link HALF_LIVES_DAYS} that
   * best predicts the newest tenth of the interactions from those before; `none` where there are no times.
   */
  readonly halfLifeDays?: number | "auto" | "none"
  /** Interactions every item is given beforehand, so that a new item is not impossible; default 1. */
  readonly smoothing?: number
}

/** The half-lives `auto` chooses among, in days; and none. */
export const HALF_LIVES_DAYS: readonly number[] = [0.25, 1, 3, 7, 14, 30, 90, 365]

const DAY_MS = 86_400_000

/** Popularity as of the newest interaction it saw. */
export interface PopularityModel extends Saveable {
  /** Chance that the next interaction is with the item, by dense id; shape `[itemCount]`, sums to 1. */
  readonly scores: Float32Array
  /** The half-life used, in days; `null` when every interaction counts the same. */
  readonly halfLifeDays: number | null
}

/**
 * Popularity with exponential decay: the decayed share of interactions each item had, smoothed.
 *
 * `score = (sum of weight * 2^(-age / halfLife) + smoothing) / (the same over all items)`; age is counted from the newest interaction.
 */
export function popularity(config: PopularityConfig = {}): Estimator<PopularityData, PopularityModel> {
  const { halfLifeDays = "auto", smoothing = 1 } = config
  if (typeof halfLifeDays === "number" && !(halfLifeDays > 0)) {
    throw new InvalidArgument(
      "popularity",
      "halfLifeDays above 0, auto or none",
      String(halfLifeDays),
      "Pass a number of days, such as 14.",
    )
  }
  if (!(smoothing >= 0 && Number.isFinite(smoothing))) {
    throw new InvalidArgument("popularity", "smoothing of 0 or more", String(smoothing), "Pass a number of interactions, such as 1.")
  }
  return {
    config: { halfLifeDays, smoothing },
    async fit(data: PopularityData, options: FitOptions): Promise<PopularityModel> {
      check(data)
      throwIfCancelled(options.signal, "popularity")
      const chosen = halfLifeDays === "auto" ? chooseHalfLife(data, smoothing) : halfLifeDays === "none" ? null : halfLifeDays
      const scores = shares(data, data.times === undefined ? null : chosen, smoothing, Number.POSITIVE_INFINITY)
      options.onProgress?.(1)
      return model(Float32Array.from(scores), data.times === undefined ? null : chosen)
    },
  }
}

/** Restores what {@link PopularityModel} saved. */
export function loadPopularity(bundle: BundleReader): PopularityModel {
  const { halfLifeDays } = bundle.json("popularity") as { halfLifeDays: number | null }
  return model(bundle.array("scores") as Float32Array, halfLifeDays)
}

function model(scores: Float32Array, halfLifeDays: number | null): PopularityModel {
  return {
    scores,
    halfLifeDays,
    save(bundle: BundleWriter) {
      bundle.json("popularity", { halfLifeDays })
      bundle.array("scores", scores)
    },
  }
}

/** Decayed, smoothed shares of what happened before `end`; equal shares when nothing counts at all. */
function shares(data: PopularityData, halfLifeDays: number | null, smoothing: number, end: number): Float64Array {
  const { items, itemCount, times, weights } = data
  const sums = new Float64Array(itemCount).fill(smoothing)
  let newest = Number.NEGATIVE_INFINITY
  if (times !== undefined) for (const time of times) if (time < end && time > newest) newest = time
  const rate = halfLifeDays === null ? 0 : 1 / (halfLifeDays * DAY_MS)
  for (let i = 0; i < items.length; i++) {
    if (times !== undefined && !(times[i]! < end)) continue
    const decay = rate === 0 ? 1 : 2 ** ((times![i]! - newest) * rate)
    const item = items[i]!
    sums[item] = sums[item]! + decay * (weights === undefined ? 1 : weights[i]!)
  }
  let total = 0
  for (const sum of sums) total += sum
  for (let item = 0; item < itemCount; item++) sums[item] = total > 0 ? sums[item]! / total : 1 / itemCount
  return sums
}

/** The half-life under which the newest tenth is most likely; ties go to the longer one. */
function chooseHalfLife(data: PopularityData, smoothing: number): number | null {
  const { times, items, weights } = data
  if (times === undefined || times.length < 20) return null
  const sorted = times.toSorted()
  const cut = sorted[Math.floor(sorted.length * 0.9)]!
  if (!(cut > sorted[0]!)) return null
  // Without smoothing an item first seen in the newest tenth would make every choice impossible.
  const prior = Math.max(smoothing, 1e-3)
  let best: number | null = null
  let bestLikelihood = Number.NEGATIVE_INFINITY
  for (const candidate of [null, ...HALF_LIVES_DAYS.toReversed()]) {
    const probability = shares(data, candidate, prior, cut)
    let likelihood = 0
    for (let i = 0; i < items.length; i++) {
      if (times[i]! >= cut) likelihood += Math.log(probability[items[i]!]!) * (weights === undefined ? 1 : weights[i]!)
    }
    if (likelihood > bestLikelihood) {
      best = candidate
      bestLikelihood = likelihood
    }
  }
  return best
}

function check({ items, itemCount, times, weights }: PopularityData): void {
  for (const [name, column] of Object.entries({ times, weights })) {
    if (column !== undefined && column.length !== items.length) {
      throw new InvalidArgument("popularity", `${items.length} ${name}`, `${column.length}`, "Give every interaction one.")
    }
    const bad = column?.findIndex((value) => !Number.isFinite(value) || (name === "weights" && value < 0)) ?? -1
    if (bad >= 0) throw new InvalidArgument("popularity", `finite ${name}`, `${column![bad]} at ${bad}`, "Leave the interaction out.")
  }
  const outside = items.findIndex((item) => item >= itemCount)
  if (outside >= 0) {
    throw new InvalidArgument(
      "popularity",
      `items below ${itemCount}`,
      `${items[outside]} at ${outside}`,
      "Raise itemCount, or drop the interaction.",
    )
  }
}
