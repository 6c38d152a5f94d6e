import { type BundleReader, type BundleWriter, type Candidates, type Matrix, matrix, select, type Trace } from "../../core/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { type LogisticModel, loadLogistic } from "../../models/index.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { Taste } from "./tastes.ts"

/** Retrievers whose score and place are inputs of the ranker, beside the features. */
export const SCORED_BY = ["ease", "neighbours", "content", "popular"] as const
/** The ranker's column: log-odds that the person engages with the item. */
export const LOGIT = "logit"

/** Names of the ranker's inputs: the features, then what each retriever said. */
export function rankerColumns(features: readonly string[]): string[] {
  return [...features, ...SCORED_BY.flatMap((name) => [name, placeOf(name)])]
}

const placeOf = (name: string) => `${name}.place`

/**
 * Puts score columns of the candidates beside their feature rows, in the order of the ranker's inputs; a column nobody gave is missing.
 * @param features - rows of the list, one column a name of `names`
 * @returns shape `[list.size, rankerColumns(names).length]`
 */
export function rankerRows(features: Matrix, names: readonly string[], list: Candidates): Matrix {
  const columns = rankerColumns(names)
  const rows = matrix(list.size, columns.length)
  for (let row = 0; row < list.size; row++)
    rows.data.set(features.data.subarray(row * names.length, (row + 1) * names.length), row * columns.length)
  for (let col = names.length; col < columns.length; col++) {
    const scores = list.scores.get(columns[col]!)
    for (let row = 0; row < list.size; row++) rows.data[row * columns.length + col] = scores?.[row] ?? Number.NaN
  }
  return rows
}

/**
 * Gives every candidate the score of both neighbour tables, whoever proposed it, and the logarithm of its place in each retriever's list
 * (that after the last where it was not proposed): the ranker compares like with like.
 */
export function completeScores(
  tastes: readonly Taste[],
  { retrieve, rank }: Pick<Recommendation, "retrieve" | "rank">,
): FunnelStage<RecommendationQuery> {
  const places = (list: Candidates, name: string) => {
    const ranks = list.scores.get(`${name}.rank`)
    const places = new Float32Array(list.size).fill(Math.log(retrieve + 1))
    if (ranks !== undefined) for (let at = 0; at < list.size; at++) if (ranks[at]! > 0) places[at] = Math.log(ranks[at]!)
    return places
  }
  return {
    name: "scores",
    limit: rank,
    async run(query, merged, scope) {
      const list = merged.size <= rank ? merged : firstOf(merged, rank, scope.trace)
      const scores = new Map(list.scores)
      for (const taste of tastes) scores.set(taste.name, pick(taste.of(query), list))
      for (const name of SCORED_BY) scores.set(placeOf(name), places(list, name))
      return { ...list, scores }
    },
  }
}

/** Scores of the candidates; 0 for an item that came after the release was trained. */
function pick(scores: Float32Array, list: Candidates): Float32Array {
  const picked = new Float32Array(list.size)
  for (let at = 0; at < list.size; at++) picked[at] = scores[list.ids[at]!] ?? 0
  return picked
}

/** The best by fusion; the others are told as dropped. */
function firstOf(list: Candidates, size: number, trace: Trace): Candidates {
  trace.drop(
    "scores",
    "limit",
    list,
    Uint32Array.from({ length: list.size - size }, (_, at) => size + at),
  )
  return select(
    list,
    Uint32Array.from({ length: size }, (_, at) => at),
  )
}

/** What a release ranks by: the logistic model, or one retriever's own score where the model was not better. */
export interface Ranker {
  readonly column: string
  readonly model: LogisticModel | undefined
}

/** Writes the ranker. */
export function saveRanker(ranker: Ranker, bundle: BundleWriter): void {
  bundle.json("ranker", { column: ranker.column })
  ranker.model?.save(bundle.child("logistic"))
}

/** Restores what {@link saveRanker} wrote. */
export function loadRanker(bundle: BundleReader): Ranker {
  const { column } = bundle.json("ranker") as { column: string }
  return { column, model: column === LOGIT ? loadLogistic(bundle.child("logistic")) : undefined }
}
