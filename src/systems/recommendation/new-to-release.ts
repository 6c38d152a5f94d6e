import { type Candidates, ScoreColumns, select, withScore } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { type LiveParts, orderColumn, type RecommendationModels } from "./funnel.ts"
import { bestOf, scoreOfOdds } from "./odds-scale.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, rankerRows, TASTE_COLUMNS } from "./ranker.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** How long an item that no release knows is taken for one that nobody could have had, rather than one that nobody wants. */
const NEW_FOR_MS = 14 * 86_400_000
/** New items that are judged in one request where no model reads features anyway: the first by all lists together. */
const MOST_JUDGED = 32

/**
 * Tells what came in lately, and the release was trained without, from what nobody wants: what tastes say of either is 0. Where a model orders, the tastes
 * of what is new are missing instead, and the ranker judges it by what it is; where a retriever or the fused lists order, it has the score there that its
 * odds are worth, unless what was done with it since says more.
 *
 * @returns no stage where nothing has a time: then nothing is new
 */
export function newToRelease(
  { collection }: Recommendation,
  { retrieval, ranker, capture }: RecommendationModels,
  { tables, features }: Pick<LiveParts, "tables" | "features">,
): FunnelStage<RecommendationQuery>[] {
  const declared = features.declarations.find(({ name }) => name === `${collection}.first-seen`)
  const model = ranker?.modelOfNew
  if (declared === undefined || (model === undefined && capture === undefined)) return []
  const { counts }: ServedRetrieval["spectral"] = retrieval.spectral
  const firstSeen = tables.fixed(declared.name)
  const isNew = (item: number, now: number) => !(counts[item]! > 0) && now - latestValue(firstSeen, item) < NEW_FOR_MS
  return [
    {
      name: "newness",
      limit: Number.POSITIVE_INFINITY,
      when: (query) => query.seeds.length > 0 && (query.sort === "recommended" || query.sort === "score"),
      async run(query, list, scope) {
        const fresh: number[] = []
        for (let at = 0; at < list.size; at++) if (isNew(list.ids[at]!, scope.now)) fresh.push(at)
        if (fresh.length === 0) return list
        const column = orderColumn(query, ranker, list)
        if (column === LOGIT || model === undefined) return withoutTastes(list, fresh)
        // Without a history, or with nothing to say of the list, another column orders than the one whose odds are known.
        if (column !== ranker?.column || ranker.scale === undefined) return list
        return scored(list, fresh.slice(0, MOST_JUDGED), column, query)
      },
    },
  ]

  function scored(list: Candidates, fresh: readonly number[], column: string, { features: request }: RecommendationQuery): Candidates {
    const few = select(list, fresh)
    // Not through the scope: what is logged of a request is what its model read of all candidates.
    const rows = features.read(tables, request, few)
    const logits = model!.logits(rankerRows(rows, features.columns, { ...few, scores: new Map() }))
    const scores = new Float32Array(list.size).fill(Number.NaN)
    scores.set(list.scores.get(column)?.subarray(0, list.size) ?? [])
    const best = bestOf(scores)
    for (const [row, at] of fresh.entries()) {
      const score = scoreOfOdds(ranker!.scale!, logits[row]!, best)
      if (!(scores[at]! >= score)) scores[at] = score
    }
    return withScore(list, column, scores)
  }
}

function withoutTastes(list: Candidates, fresh: readonly number[]): Candidates {
  const columns = TASTE_COLUMNS.map((name) => {
    const column = Float32Array.from(list.scores.get(name)!.subarray(0, list.size))
    for (const at of fresh) column[at] = Number.NaN
    return [name, column] as const
  })
  return { ...list, scores: ScoreColumns.with(list.scores, columns) }
}
