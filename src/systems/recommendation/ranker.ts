import {
  type BundleReader,
  type BundleWriter,
  type Candidates,
  type Matrix,
  matrix,
  select,
  type Trace,
  withScore,
} from "../../core/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { type LogisticModel, loadLogistic } from "../../models/index.ts"
import { ItemNeighbours } from "../../retrieval/index.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"

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
  retrieval: ServedRetrieval,
  { retrieve, rank }: Pick<Recommendation, "retrieve" | "rank">,
): FunnelStage<RecommendationQuery> {
  const tables = { ease: new ItemNeighbours(retrieval.ease), neighbours: new ItemNeighbours(retrieval.neighbours) }
  const places = (list: Candidates, name: string) =>
    Float32Array.from({ length: list.size }, (_, at) => {
      const rank = list.scores.get(`${name}.rank`)?.[at] ?? Number.NaN
      return Math.log(Number.isNaN(rank) ? retrieve + 1 : rank)
    })
  return {
    name: "scores",
    limit: rank,
    async run(query, merged, scope) {
      const list = merged.size <= rank ? merged : firstOf(merged, rank, scope.trace)
      const ids = list.ids.subarray(0, list.size)
      let scored = list
      for (const [name, table] of Object.entries(tables)) scored = withScore(scored, name, table.score(query.seeds, ids))
      for (const name of SCORED_BY) scored = withScore(scored, placeOf(name), places(list, name))
      return scored
    },
  }
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
