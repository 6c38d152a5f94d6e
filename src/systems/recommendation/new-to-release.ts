import { type Candidates, ScoreColumns, select, withScore } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { type LiveParts, orderColumn, type RecommendationModels } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, rankerRows, TASTE_COLUMNS } from "./ranker.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** Log-odds of what is new to the release, where no model orders the rest: by what each item is. */
export const NEW_LOGIT = "new.logit"
/** How long an item that no release knows is taken for one that nobody could have had, rather than one that nobody wants. */
const NEW_FOR_MS = 14 * 86_400_000

/**
 * Tells what came in lately, and the release was trained without, from what nobody wants: what tastes say of either is 0. Where a model orders, the tastes
 * of what is new are missing instead, and the ranker judges it by what it is; where a retriever or the fused lists order, its log-odds come in a column
 * of their own.
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
        if (model === undefined || orderColumn(query, ranker) === LOGIT) return withoutTastes(list, fresh)
        const few = select(list, fresh)
        // Not through the scope: what is logged of a request is what its model read of all candidates.
        const rows = features.read(tables, query.features, few)
        const logits = model.logits(rankerRows(rows, features.columns, { ...few, scores: new Map() }))
        const column = new Float32Array(list.size).fill(Number.NaN)
        for (const [row, at] of fresh.entries()) column[at] = logits[row]!
        return withScore(list, NEW_LOGIT, column)
      },
    },
  ]
}

function withoutTastes(list: Candidates, fresh: readonly number[]): Candidates {
  const columns = TASTE_COLUMNS.map((name) => {
    const column = Float32Array.from(list.scores.get(name)!.subarray(0, list.size))
    for (const at of fresh) column[at] = Number.NaN
    return [name, column] as const
  })
  return { ...list, scores: ScoreColumns.with(list.scores, columns) }
}
