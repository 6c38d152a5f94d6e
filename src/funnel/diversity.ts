import { type Candidates, InvalidArgument, scoreColumn, select, uint32 } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { keepTop, orderByScore } from "./keep.ts"

/** How alike two candidates are, by dense ids of one collection: in `[0, 1]`, symmetric; called only within a collection. */
export type ItemSimilarity = (a: number, b: number, collection: number) => number

/** What {@link diversityStage} takes. */
export interface DiversityConfig<Query> {
  readonly name?: string
  /** Items picked. */
  readonly limit: number
  /** Score column that says how relevant a candidate is; scaled to `[0, 1]` within the request. */
  readonly column: string
  /** Weight of relevance against difference, in `[0, 1]`; 1 is the score's own order. */
  readonly lambda: number | ((query: Query) => number)
  readonly similarity: ItemSimilarity
  readonly needMs?: number
  when?(query: Query): boolean
}

/**
 * Maximal marginal relevance: picks one by one the candidate with the largest `lambda * relevance - (1 - lambda) * likeness` to what was
 * picked, likeness being that to the most similar one.
 *
 * Equal values go to the better score, then the lower dense id; candidates without a score come last; items of different collections
 * are not alike. Tells what difference pushed off the page as dropped by `similar`, and how many picks are not where their score alone
 * would put them. When the deadline passes, the rest of the page is in score order, and the reason is told.
 * @see Carbonell & Goldstein 1998, doi:10.1145/290941.291025
 */
export function diversityStage<Query>(config: DiversityConfig<Query>): FunnelStage<Query> {
  const { name = "diversity", limit, column, similarity } = config
  return {
    name,
    limit,
    ...(config.needMs === undefined ? {} : { needMs: config.needMs }),
    ...(config.when === undefined ? {} : { when: (query: Query) => config.when!(query) }),
    async run(query, list, scope) {
      const lambda = typeof config.lambda === "function" ? config.lambda(query) : config.lambda
      if (!(lambda >= 0 && lambda <= 1)) {
        throw new InvalidArgument(name, "lambda in [0, 1]", String(lambda), "1 is the score's order, 0 only difference.")
      }
      const scores = scoreColumn(list, column)
      const { order, scored } = orderByScore(list, scores)
      if (lambda === 1) return keepTop(list, order, limit, name, scope.trace)
      const wanted = Math.min(limit, list.size)
      const picked = pick(
        list,
        order.subarray(0, scored),
        scaled(scores, order, scored),
        lambda,
        wanted,
        similarity,
        () => scope.deadline.passed,
      )
      if (picked.length < Math.min(wanted, scored)) scope.trace.degrade(name, `cut after ${picked.length} of ${wanted}`)
      const isPicked = new Uint8Array(list.size)
      for (const place of picked) isPicked[place] = 1
      const page = [...picked, ...order.filter((place) => isPicked[place] === 0)]
      const moved = picked.filter((place, at) => order[at] !== place).length
      if (moved > 0) scope.trace.note(name, "moved", moved)
      if (page.length <= limit) return select(list, page)
      const shown = new Set(page.slice(0, limit))
      const off = (places: Uint32Array) => places.filter((place) => !shown.has(place))
      scope.trace.drop(name, "similar", list, off(order.subarray(0, limit)))
      scope.trace.drop(name, "limit", list, off(order.subarray(limit)))
      return select(list, page.slice(0, limit))
    },
  }
}

/** Relevance of each entry of the order, in `[0, 1]`: 1 the best finite score, 0 the worst; all 1 when they are equal. */
function scaled(scores: Float32Array, order: Uint32Array, scored: number): Float64Array {
  let best = Number.NEGATIVE_INFINITY
  let worst = Number.POSITIVE_INFINITY
  for (let at = 0; at < scored; at++) {
    const score = scores[order[at]!]!
    if (!Number.isFinite(score)) continue
    best = Math.max(best, score)
    worst = Math.min(worst, score)
  }
  const relevance = new Float64Array(scored)
  for (let at = 0; at < scored; at++) {
    const score = scores[order[at]!]!
    relevance[at] = score >= best ? 1 : best > worst ? Math.max(0, (score - worst) / (best - worst)) : 0
  }
  return relevance
}

/**
 * Places picked, in order; fewer than wanted when time ran out. Likeness only grows, so what a candidate was worth is a bound: one is compared with the
 * picks since it was last looked at only when that bound may still win, and none behind the relevance that already loses is looked at.
 */
function pick(
  list: Candidates,
  order: Uint32Array,
  relevance: Float64Array,
  lambda: number,
  wanted: number,
  similarity: ItemSimilarity,
  isLate: () => boolean,
): Uint32Array {
  const { ids, collections } = list
  const picked = uint32(Math.min(wanted, order.length))
  const likeness = new Float64Array(order.length)
  /** Picks that each candidate was compared with. */
  const compared = uint32(order.length)
  const isPicked = new Uint8Array(order.length)
  /** Before it everything is picked. */
  let from = 0
  for (let count = 0; count < picked.length; count++) {
    if (isLate()) return picked.subarray(0, count)
    while (isPicked[from] === 1) from++
    let best = -1
    let bestValue = Number.NEGATIVE_INFINITY
    for (let at = from; at < order.length; at++) {
      const most = lambda * relevance[at]!
      if (best >= 0 && !(most > bestValue)) break
      if (isPicked[at] === 1 || (best >= 0 && !(most - (1 - lambda) * likeness[at]! > bestValue))) continue
      const place = order[at]!
      for (let p = compared[at]!; p < count; p++) {
        const other = picked[p]!
        if (collections[other] !== collections[place]) continue
        const alike = similarity(ids[place]!, ids[other]!, collections[place]!)
        if (alike > likeness[at]!) likeness[at] = alike
      }
      compared[at] = count
      const value = most - (1 - lambda) * likeness[at]!
      if (best >= 0 && !(value > bestValue)) continue
      best = at
      bestValue = value
    }
    isPicked[best] = 1
    picked[count] = order[best]!
  }
  return picked
}
