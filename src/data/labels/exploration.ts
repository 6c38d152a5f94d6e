import { fingerprint, InvalidArgument, type Random } from "../../core/index.ts"

/** How a small share of requests is shown a list by chance. */
export interface ExplorationOptions {
  /** Share of requests that explore, in (0, 1): 0.01 to 0.05 is usual. */
  readonly share: number
  /** Changes which requests explore. */
  readonly salt?: string
}

/** A list as it is shown, with the chance that each item stood where it stands. */
export interface ExploredList {
  readonly items: readonly string[]
  /** True when the list was drawn at random. */
  readonly explores: boolean
  /** In (0, 1]; shape `[items]`. To be logged with the list: what later weighs its clicks. */
  readonly propensities: Float64Array
}

/**
 * Shows a share of requests a list drawn evenly from a pool, and all others the ranking: what is clicked on the drawn lists does not depend on
 * what was on top before, and so tells what the ranking's own logs cannot.
 *
 * The chance of an item at a place is `(1 - share) [the ranking puts it there] + share / pool`, whichever of the two was shown.
 * @param ranked - the ranking, best first, at least `limit` long unless the pool is shorter
 * @param pool - what may be drawn, such as all candidates that passed the filters; holds the ranking's items
 */
export function exploreList(
  request: string,
  { ranked, pool, limit }: { readonly ranked: readonly string[]; readonly pool: readonly string[]; readonly limit: number },
  options: ExplorationOptions,
  draw: Random,
): ExploredList {
  const { share } = options
  if (!(share > 0 && share < 1)) throw new InvalidArgument("exploreList", "a share in (0, 1)", String(share), "Pass such as 0.02.")
  const isExploring = explores(request, options)
  const items = isExploring ? draw.shuffle([...pool]).slice(0, limit) : ranked.slice(0, limit)
  const propensities = Float64Array.from(items, (item, place) => (ranked[place] === item ? 1 - share : 0) + share / pool.length)
  return { items, explores: isExploring, propensities }
}

/** True for the requests that explore: decided by a hash of the id, so that it can be told again from the log. */
export function explores(request: string, { share, salt = "explore" }: ExplorationOptions): boolean {
  fingerprint(`${salt}/${request}`, halves)
  return halves[0]! / 2 ** 32 < share
}

const halves = new Uint32Array(2)

/** Weights from logged propensities, and how much they cost in certainty. */
export interface PropensityWeights {
  /** `min(cap, target / propensity)`; shape `[n]`. */
  readonly weights: Float32Array
  /** Rows that were capped. */
  readonly capped: number
  /** Rows of equal weight that would be as certain: `(sum w)^2 / sum w^2`. */
  readonly effectiveRows: number
}

/**
 * Weights rows of a logged policy as if items had been shown evenly (or as `target` would show them): inverse propensity weighting.
 *
 * @param propensities - chance with which each row's item was shown at its place, above 0; shape `[n]`
 * @param target - chance under the wanted policy; 1 without, which weighs all places of all items alike
 * @throws {@link InvalidArgument} on a propensity of 0: what is never shown says nothing
 * @see Horvitz & Thompson 1952; Swaminathan & Joachims 2015, arXiv:1502.02362
 */
export function propensityWeights(
  propensities: ArrayLike<number>,
  { target, cap = Infinity }: { target?: ArrayLike<number>; cap?: number } = {},
): PropensityWeights {
  const weights = new Float32Array(propensities.length)
  let [capped, sum, squares] = [0, 0, 0]
  for (let row = 0; row < weights.length; row++) {
    const propensity = propensities[row]!
    if (!(propensity > 0 && propensity <= 1)) {
      throw new InvalidArgument("propensityWeights", "propensities in (0, 1]", `${propensity} in row ${row}`, "Leave the row out.")
    }
    const weight = (target?.[row] ?? 1) / propensity
    if (weight > cap) capped++
    weights[row] = Math.min(cap, weight)
    sum += weights[row]!
    squares += weights[row]! ** 2
  }
  return { weights, capped, effectiveRows: squares === 0 ? 0 : sum ** 2 / squares }
}
