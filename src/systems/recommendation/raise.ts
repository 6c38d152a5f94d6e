import { type Candidates, float32, withScore } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import { type FunnelStage, rankBy } from "../../funnel/index.ts"
import { ASIDE, carryOver, KEPT, MOST_ASIDE } from "./carry.ts"
import { FRESH } from "./chance.ts"
import { type LiveParts, orderColumn } from "./funnel.ts"
import { NEW_LOGIT } from "./new-to-release.ts"
import { bestOf, scoreOfOdds } from "./odds-scale.ts"
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
      const place = placeOfNew(list, made.ranker, column, scores)
      if (firstSeen === undefined && place === undefined)
        return carryOver(withScore(list, PAGE, scores), (main) => order.run(query, main, scope))
      const fresh: number[] = []
      const aside = list.scores.get(ASIDE)
      for (let at = 0; at < list.size; at++) {
        const left = firstSeen === undefined ? 0 : 1 - (scope.now - latestValue(firstSeen, list.ids[at]!)) / (hours * HOUR_MS)
        const isFresh = left > 0 && left <= 1 && aside?.[at] !== 1
        const share = isFresh ? boost * left : 0
        if (isFresh) {
          scores[at] = raised(scores[at]!, share, column)
          fresh.push(at)
        }
        place?.(at, share)
      }
      if (least > 0 && fresh.length > 0)
        return carryOver(withFresh(withScore(list, PAGE, scores), fresh, fitsOf(list, made.ranker, column, scores)), (main) =>
          order.run(query, main, scope),
        )
      return carryOver(withScore(list, PAGE, scores), (main) => order.run(query, main, scope))
    },
  }
}

/** Odds times `1 + share` where the score is their logarithm, else the score times as much. */
function raised(score: number, share: number, column: string): number {
  return column === LOGIT ? score + Math.log1p(share) : score * (1 + share)
}

/**
 * Puts what is new to the release where its log-odds belong among scores that are none: it has none of those, or small ones for what was done since.
 *
 * @returns what writes the score of one item, its odds raised by a share, where it is new and better so; undefined where nothing is new
 */
function placeOfNew(
  list: Candidates,
  ranker: Ranker | undefined,
  column: string,
  scores: Float32Array,
): ((at: number, share: number) => void) | undefined {
  const logits = list.scores.get(NEW_LOGIT)
  const scale = ranker?.scale
  if (logits === undefined || scale === undefined || column !== ranker?.column) return undefined
  const best = bestOf(scores)
  return (at, share) => {
    if (Number.isNaN(logits[at]!)) return
    const score = scoreOfOdds(scale, logits[at]! + Math.log1p(share), best)
    if (!(scores[at]! >= score)) scores[at] = score
  }
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
