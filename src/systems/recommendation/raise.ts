import { type Candidates, float32, withScore } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import { type FunnelStage, rankBy } from "../../funnel/index.ts"
import { ASIDE, carryOver, KEPT, MOST_ASIDE } from "./carry.ts"
import { FRESH } from "./chance.ts"
import { type LiveParts, orderColumn } from "./funnel.ts"
import { bestOf, raisedScore } from "./odds-scale.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, type Ranker } from "./ranker.ts"

/** The column that a page is made by: the score that ranked, raised. */
export const PAGE = "page"

const HOUR_MS = 3_600_000
/** New items that stay at hand for a draw, at most. */
const MOST_FRESH = 100

/**
 * Raises the odds of new items, a little less with each hour, notes which of them fit best, and cuts the list to what the page's other stages look at.
 */
export function raiseStage(
  options: Recommendation,
  { tables, features }: LiveParts,
  made: {
    readonly ranker: Ranker | undefined
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
    limit: made.limit + MOST_ASIDE,
    when: (query) => made.when(query),
    run(query, list, scope) {
      const column = orderColumn(query, made.ranker, list)
      const scores = float32(list.size).fill(Number.NaN)
      scores.set(list.scores.get(column)?.subarray(0, list.size) ?? [])
      if (firstSeen === undefined) return carryOver(withScore(list, PAGE, scores), (main) => order.run(query, main, scope))
      const fresh: number[] = []
      const aside = list.scores.get(ASIDE)
      const raised = raising(made.ranker, column, scores)
      for (let at = 0; at < list.size; at++) {
        const left = 1 - (scope.now - latestValue(firstSeen, list.ids[at]!)) / (hours * HOUR_MS)
        if (!(left > 0 && left <= 1) || aside?.[at] === 1) continue
        scores[at] = raised(scores[at]!, boost * left)
        fresh.push(at)
      }
      if (least > 0 && fresh.length > 0)
        return carryOver(withFresh(withScore(list, PAGE, scores), fresh, fitsOf(list, made.ranker, column, scores)), (main) =>
          order.run(query, main, scope),
        )
      return carryOver(withScore(list, PAGE, scores), (main) => order.run(query, main, scope))
    },
  }
}

/** Odds times `1 + share`: where the score is their logarithm, or where it is known what odds it has; else the score times as much. */
function raising(ranker: Ranker | undefined, column: string, scores: Float32Array): (score: number, share: number) => number {
  if (column === LOGIT) return (score, share) => score + Math.log1p(share)
  const scale = column === ranker?.column ? ranker.scale : undefined
  if (scale === undefined) return (score, share) => score * (1 + share)
  const best = bestOf(scores)
  return (score, share) => raisedScore(scale, score, share, best)
}

/**
 * What says which new items fit best: the page's own score where it judges them by what they are, else the route of new items, which does. A score that
 * goes by what people did says nothing, for nobody did anything with them yet.
 */
function fitsOf(list: Candidates, ranker: Ranker | undefined, column: string, scores: Float32Array): Float32Array {
  return ranker?.modelOfNew !== undefined && column === ranker.column ? scores : (list.scores.get("new") ?? scores)
}

/** Notes the place of each new item among those that fit best, and keeps the first of them at hand. */
function withFresh(list: Candidates, fresh: readonly number[], fits: Float32Array): Candidates {
  const ranks = float32(list.size).fill(Number.NaN)
  const kept = list.scores.get(KEPT)?.slice(0, list.size) ?? new Float32Array(list.size)
  const scores = list.scores.get(PAGE)!
  const best = fresh.toSorted((a, b) => byScore(fits[a]!, fits[b]!) || byScore(scores[a]!, scores[b]!) || list.ids[a]! - list.ids[b]!)
  for (const [rank, at] of best.slice(0, MOST_FRESH).entries()) {
    ranks[at] = rank + 1
    kept[at] = 1
  }
  return withScore(withScore(list, FRESH, ranks), KEPT, kept)
}

/** Best first, what has no score last. */
function byScore(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return b - a
}
