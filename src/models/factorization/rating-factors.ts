import { breathe, type Estimator, type FitOptions, InvalidArgument, type Random, random } from "../../core/index.ts"
import { stopped } from "./factor-model.ts"
import { type RatingModel, ratingModel } from "./rating-model.ts"

/** Who rated what, and how: `n` ratings. */
export interface RatingData {
  /** Shape `[n]` each; users below `userCount`, items below `itemCount`. */
  readonly users: Uint32Array
  readonly items: Uint32Array
  readonly ratings: Float32Array
  readonly userCount: number
  readonly itemCount: number
}

/** How {@link ratingFactors} learns. */
export interface RatingFactorsConfig {
  /** Default 50. */
  readonly factors?: number
  /** Passes over the ratings; default 40. */
  readonly epochs?: number
  /** Default 0.007, times `decay` after every pass. */
  readonly learningRate?: number
  /** Default 0.98. */
  readonly decay?: number
  /** Ridge of biases and factors, a rating; default 0.1. */
  readonly l2?: number
  /** Whether what somebody rated counts beside how they rated it; default true. */
  readonly implicit?: boolean
}

/**
 * Ratings as mean, biases and factors, by stochastic gradient steps on the squared error, person after person in a seeded order; with the implicit
 * term what a person rated at all speaks too.
 *
 * A pass costs about `6 n factors` multiplications. One thread, so that the seed decides every byte. People's rows are dropped: see
 * {@link RatingModel.foldIn}.
 * @throws {@link InvalidArgument} on lengths that differ, ids outside their counts, ratings that are not finite, no rating at all
 * @see Koren 2008, doi:10.1145/1401890.1401944 (SVD++); Paterek 2007 (regularised SVD with biases)
 */
export function ratingFactors(config: RatingFactorsConfig = {}): Estimator<RatingData, RatingModel> {
  const full = { factors: 50, epochs: 40, learningRate: 0.007, decay: 0.98, l2: 0.1, implicit: true, ...config }
  for (const name of ["factors", "epochs"] as const) {
    if (!(Number.isInteger(full[name]) && full[name] >= 1)) {
      throw new InvalidArgument("ratingFactors", `${name} of at least 1`, String(full[name]), "Pass a whole number, or leave it out.")
    }
  }
  if (!(full.learningRate > 0 && full.decay > 0 && full.decay <= 1 && full.l2 >= 0)) {
    const came = `${full.learningRate}, ${full.decay}, ${full.l2}`
    throw new InvalidArgument("ratingFactors", "a learningRate above 0, a decay in (0, 1] and an l2 of 0 or more", came, "Leave them out.")
  }
  return { config: full, fit: (data, options) => learn(data, full, options) }
}

async function learn(data: RatingData, config: Required<RatingFactorsConfig>, options: FitOptions): Promise<RatingModel> {
  stopped(options.signal)
  checkRatings(data)
  const { factors, epochs, implicit } = config
  const { userCount, itemCount, ratings } = data
  const chance = random(options.seed).split("rating-factors")
  const noise = (rows: number) => Float32Array.from({ length: rows * factors }, () => (0.1 / Math.sqrt(factors)) * chance.normal())
  const state: Sgd = {
    ...byUser(data),
    mean: ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length,
    userBias: new Float32Array(userCount),
    itemBias: new Float32Array(itemCount),
    users: noise(userCount),
    items: noise(itemCount),
    implicit: implicit ? new Float32Array(itemCount * factors) : new Float32Array(0),
    factors,
    l2: config.l2,
  }
  const order = Uint32Array.from({ length: userCount }, (_, user) => user)
  let rate = config.learningRate
  for (let epoch = 0; epoch < epochs; epoch++, rate *= config.decay) {
    chance.shuffle(order)
    pass(state, order, rate, chance)
    options.onProgress?.((epoch + 1) / epochs)
    await breathe(options.signal, "ratingFactors")
  }
  return ratingModel({
    items: itemCount,
    factors,
    range: [ratings.reduce((a, b) => Math.min(a, b)), ratings.reduce((a, b) => Math.max(a, b))],
    mean: state.mean,
    itemBias: state.itemBias,
    itemFactors: state.items,
    implicitFactors: state.implicit,
    l2: config.l2,
  })
}

/** Everything a pass reads and moves; ratings in the order of users. */
interface Sgd {
  readonly offsets: Uint32Array
  readonly rated: Uint32Array
  readonly ratings: Float32Array
  readonly mean: number
  readonly userBias: Float32Array
  readonly itemBias: Float32Array
  readonly users: Float32Array
  readonly items: Float32Array
  readonly implicit: Float32Array
  readonly factors: number
  readonly l2: number
}

/** One pass over everybody. The implicit factors of a person's items move once a person, by the sum of what their ratings ask. */
function pass(state: Sgd, order: Uint32Array, rate: number, chance: Random): void {
  const { offsets, rated, ratings, mean, userBias, itemBias, users, items, implicit, factors, l2 } = state
  const hasImplicit = implicit.length > 0
  const sum = new Float64Array(factors)
  const asked = new Float64Array(factors)
  const places = new Uint32Array(rated.length)
  for (const user of order) {
    const begin = offsets[user]!
    const n = offsets[user + 1]! - begin
    if (n === 0) continue
    const scale = 1 / Math.sqrt(n)
    sum.fill(0)
    asked.fill(0)
    if (hasImplicit) {
      for (let at = begin; at < begin + n; at++)
        for (let f = 0, y = rated[at]! * factors; f < factors; f++) sum[f] = sum[f]! + scale * implicit[y + f]!
    }
    const own = places.subarray(0, n)
    for (let k = 0; k < n; k++) own[k] = begin + k
    chance.shuffle(own)
    const p = user * factors
    for (const at of own) {
      const item = rated[at]!
      const q = item * factors
      let guess = mean + userBias[user]! + itemBias[item]!
      for (let f = 0; f < factors; f++) guess += items[q + f]! * (users[p + f]! + sum[f]!)
      const error = ratings[at]! - guess
      userBias[user] = userBias[user]! + rate * (error - l2 * userBias[user]!)
      itemBias[item] = itemBias[item]! + rate * (error - l2 * itemBias[item]!)
      for (let f = 0; f < factors; f++) {
        const [x, y] = [users[p + f]!, items[q + f]!]
        users[p + f] = x + rate * (error * y - l2 * x)
        items[q + f] = y + rate * (error * (x + sum[f]!) - l2 * y)
        asked[f] = asked[f]! + error * y
      }
    }
    if (!hasImplicit) continue
    for (let at = begin; at < begin + n; at++) {
      const y = rated[at]! * factors
      for (let f = 0; f < factors; f++) implicit[y + f] = implicit[y + f]! + rate * (scale * asked[f]! - l2 * implicit[y + f]!)
    }
  }
}

function byUser({ users, items, ratings, userCount }: RatingData) {
  const offsets = new Uint32Array(userCount + 1)
  for (const user of users) offsets[user + 1]!++
  for (let user = 0; user < userCount; user++) offsets[user + 1]! += offsets[user]!
  const next = offsets.slice()
  const rated = new Uint32Array(items.length)
  const sorted = new Float32Array(items.length)
  for (let at = 0; at < users.length; at++) {
    const place = next[users[at]!]!++
    rated[place] = items[at]!
    sorted[place] = ratings[at]!
  }
  return { offsets, rated, ratings: sorted }
}

function checkRatings({ users, items, ratings, userCount, itemCount }: RatingData): void {
  const n = ratings.length
  if (n === 0 || users.length !== n || items.length !== n) {
    throw new InvalidArgument(
      "ratingFactors",
      "as many users and items as ratings, at least one",
      `${users.length}, ${items.length}, ${n}`,
      "Give every rating both.",
    )
  }
  const bad = ratings.findIndex((rating, at) => !(Number.isFinite(rating) && users[at]! < userCount && items[at]! < itemCount))
  if (bad >= 0) {
    throw new InvalidArgument(
      "ratingFactors",
      `a finite rating, a user below ${userCount} and an item below ${itemCount}`,
      `${ratings[bad]} by ${users[bad]} of ${items[bad]} in place ${bad}`,
      "Leave the rating out, or raise the counts.",
    )
  }
}
