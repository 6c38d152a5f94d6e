import { type Candidates, type Random, withScore } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import { type FunnelStage, rankBy } from "../../funnel/index.ts"
import { type LiveParts, orderColumn } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, type Ranker } from "./ranker.ts"

/** The column that a page is made by: the score that ranked, raised. */
export const PAGE = "page"

const HOUR_MS = 3_600_000
/** Places of a page that `least` is said for, and from which share of a page on new items are placed. */
const FULL_PAGE = 20
const FRESH_FROM = 0.6
/** New items beside those with a place that the draw is among. */
const DRAWN_FROM = 5

/**
 * Raises the odds of new items, a little less with each hour, gives what chance brought a place on the page, and cuts the list to what the page's
 * other stages look at.
 */
export function raiseStage(
  options: Recommendation,
  { tables, features }: LiveParts,
  made: {
    readonly ranker: Ranker | undefined
    readonly depth: number
    readonly limit: number
    when(query: RecommendationQuery): boolean
  },
): FunnelStage<RecommendationQuery> {
  const { boost, hours, least } = options.newItems
  const declared = features.declarations.find(({ name }) => name === `${options.collection}.first-seen`)
  const firstSeen = declared === undefined || (boost === 0 && least === 0) ? undefined : tables.fixed(declared.name)
  const order = rankBy<RecommendationQuery>(PAGE, { name: "raise", limit: made.limit })
  return {
    name: "raise",
    limit: made.limit,
    when: (query) => made.when(query),
    run(query, list, scope) {
      const column = orderColumn(query, made.ranker)
      const scores = new Float32Array(list.size).fill(Number.NaN)
      scores.set(list.scores.get(column)?.subarray(0, list.size) ?? [])
      if (firstSeen !== undefined) {
        const fresh: number[] = []
        for (let at = 0; at < list.size; at++) {
          const left = 1 - (scope.now - latestValue(firstSeen, list.ids[at]!)) / (hours * HOUR_MS)
          if (!(left > 0 && left <= 1)) continue
          scores[at] = raised(scores[at]!, boost * left, column)
          fresh.push(at)
        }
        placeFresh(fresh, scores, made.depth, Math.floor((least * made.depth) / FULL_PAGE + 0.5), scope.random.split("new"))
      }
      if (options.explore > 0) placeByChance(list, scores, made.depth, scope.random.split("places"))
      return order.run(query, withScore(list, PAGE, scores), scope)
    },
  }
}

/** Odds times `1 + share` where the score is their logarithm, else the score times as much. */
function raised(score: number, share: number, column: string): number {
  return column === LOGIT ? score + Math.log1p(share) : score * (1 + share)
}

/**
 * New ones get `least` places in the page's second half, drawn from those that fit best: the first to be clicked would otherwise keep out all that came
 * after it.
 */
function placeFresh(fresh: readonly number[], scores: Float32Array, depth: number, least: number, chance: Random): void {
  if (least === 0 || fresh.length === 0) return
  const sorted = scores
    .filter((score) => !Number.isNaN(score))
    .sort()
    .reverse()
  const best = fresh.toSorted((a, b) => (Number.isNaN(scores[b]!) ? -1 : scores[b]! - scores[a]!) || a - b)
  for (const [rank, at] of chance
    .shuffle(best.slice(0, least + DRAWN_FROM))
    .slice(0, least)
    .entries()) {
    const score = sorted[Math.min(sorted.length - 1, Math.floor(depth * FRESH_FROM) + rank)]!
    if (!(scores[at]! >= score)) scores[at] = score
  }
}

/** What chance proposed gets the score of a place drawn from those after the first quarter of the page. */
function placeByChance(list: Candidates, scores: Float32Array, depth: number, chance: { integer(below: number): number }): void {
  const proposed = list.scores.get("explore")
  if (proposed === undefined) return
  const sorted = scores
    .filter((score) => !Number.isNaN(score))
    .sort()
    .reverse()
  const first = Math.floor(depth / 4)
  for (let at = 0; at < list.size; at++) {
    if (Number.isNaN(proposed[at]!)) continue
    const place = Math.min(sorted.length - 1, first + chance.integer(Math.max(1, depth - first)))
    if (!(sorted[place]! <= scores[at]!)) scores[at] = sorted[place]!
  }
}
