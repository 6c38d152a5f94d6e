import { InvalidArgument, random } from "../../core/index.ts"

/** Pairs of users and items that were not together, each with the rate at which such a pair was drawn. Columns run in parallel. */
export interface Negatives {
  readonly users: Uint32Array
  readonly items: Uint32Array
  /** How often this very pair was to be expected among the rows; divide by it, or {@link correctedProbability}, to undo the sampling. */
  readonly rates: Float32Array
}

/** What each user did: items of user `u` are `items[offsets[u] .. offsets[u + 1]]`. */
export interface UserItems {
  readonly offsets: Uint32Array
  readonly items: Uint32Array
}

/** How many negatives, and how likely each item. */
export interface NegativeOptions {
  readonly seed: number
  /** Negatives drawn for each of a user's items. Default 4. */
  readonly perPositive?: number
  /** Weight of each item, at least 0: all alike when absent, or {@link popularityWeights}. Shape `[n]`. */
  readonly weights?: Float64Array
}

/**
 * Draws items that a user had nothing to do with, with replacement, in proportion to their weights.
 *
 * @param positives - what users did; their own items are never drawn
 * @param itemCount - items there are: ids are `0 .. itemCount - 1`
 * @returns no rows for users who had to do with every item
 * @throws {@link InvalidArgument} on weights that do not fit
 */
export function sampleNegatives(positives: UserItems, itemCount: number, options: NegativeOptions): Negatives {
  const { seed, perPositive = 4, weights = new Float64Array(itemCount).fill(1) } = options
  if (weights.length !== itemCount || weights.some((weight) => !(weight >= 0 && weight < Infinity))) {
    throw new InvalidArgument(
      "sampleNegatives",
      `${itemCount} weights of at least 0`,
      `${weights.length} others`,
      "Pass popularityWeights(counts, alpha).",
    )
  }
  const cumulative = new Float64Array(itemCount)
  let total = 0
  for (let i = 0; i < itemCount; i++) cumulative[i] = total += weights[i]!
  const chance = random(seed).split("sampleNegatives")
  const rows = positives.items.length * perPositive
  const [users, items, rates] = [new Uint32Array(rows), new Uint32Array(rows), new Float32Array(rows)]
  const mine = new Uint32Array(itemCount)
  let count = 0
  for (let user = 0; user + 1 < positives.offsets.length; user++) {
    const [start, end] = [positives.offsets[user]!, positives.offsets[user + 1]!]
    let left = total
    for (let i = start; i < end; i++) {
      const item = positives.items[i]!
      if (mine[item] !== user + 1) left -= weights[item]!
      mine[item] = user + 1
    }
    // Rejecting one's own items is quick unless little else is left; then the rest is summed anew, for subtraction leaves crumbs.
    const others = left < total / 8 ? cumulativeOthers(weights, mine, user + 1) : undefined
    if (others !== undefined) left = others[itemCount - 1]!
    if (!(left > 0)) continue
    const draws = (end - start) * perPositive
    for (let i = 0; i < draws; i++) {
      let item = indexOf(others ?? cumulative, chance.next())
      while (mine[item] === user + 1) item = indexOf(others ?? cumulative, chance.next())
      users[count] = user
      items[count] = item
      rates[count++] = (draws * weights[item]!) / left
    }
  }
  return { users: users.slice(0, count), items: items.slice(0, count), rates: rates.slice(0, count) }
}

/** Weights `count^alpha`: 0 draws uniformly, 1 by popularity, 0.75 in between. @param counts - of each item, at least 0 */
export function popularityWeights(counts: ArrayLike<number>, alpha: number): Float64Array {
  return Float64Array.from(counts, (count) => (count === 0 && alpha > 0 ? 0 : count ** alpha))
}

/** Rows that were kept, ascending, with the rate at which each was: 1 for what is never dropped. */
export interface KeptRows {
  readonly rows: Uint32Array
  readonly rates: Float32Array
}

/**
 * Thins out what was shown and not chosen: keeps every row with a label above 0 and each other row with probability `rate`. Rows whose label is NaN
 * are left out.
 *
 * @param labels - of each shown item, as {@link joinLabels} gives them; shape `[n]`
 * @param rate - in (0, 1]
 */
export function thinNegatives(labels: Float32Array, rate: number, { seed }: { readonly seed: number }): KeptRows {
  if (!(rate > 0 && rate <= 1)) throw new InvalidArgument("thinNegatives", "a rate in (0, 1]", String(rate), "Pass such as 0.1.")
  const chance = random(seed).split("thinNegatives")
  const rows: number[] = []
  const rates: number[] = []
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    if (Number.isNaN(label)) continue
    const isPositive = label > 0
    if (!isPositive && chance.next() >= rate) continue
    rows.push(row)
    rates.push(isPositive ? 1 : rate)
  }
  return { rows: Uint32Array.from(rows), rates: Float32Array.from(rates) }
}

/**
 * The probability that a model trained on thinned negatives means: `q / (q + (1 - q) / rate)`.
 *
 * @param probability - what the model says, in [0, 1]
 * @param rate - at which negatives were kept, above 0
 * @see He et al. 2014, doi:10.1145/2648584.2648589, section 6.3
 */
export function correctedProbability(probability: number, rate: number): number {
  return probability / (probability + (1 - probability) / rate)
}

function cumulativeOthers(weights: Float64Array, mine: Uint32Array, mark: number): Float64Array {
  const cumulative = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < weights.length; i++) cumulative[i] = total += mine[i] === mark ? 0 : weights[i]!
  return cumulative
}

/** The first index whose cumulative weight is above a share of the total: never one of weight 0. */
function indexOf(cumulative: Float64Array, share: number): number {
  const target = share * cumulative[cumulative.length - 1]!
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cumulative[middle]! > target) high = middle
    else low = middle + 1
  }
  return low
}
