import { type NeighbourTable, type Retriever, scoreHistory, topK } from "../../core/index.ts"
import { retriever, type Scored } from "../../retrieval/index.ts"
import type { RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** What one table says of every item for a request: summed once, then read by its retriever and by the ranker's inputs. */
export interface Taste {
  readonly name: "ease" | "neighbours"
  /** Score of every item the table knows, 0 for those that nothing of the request's seeds names. Do not write to it. */
  of(query: RecommendationQuery): Float32Array
}

/** The tastes of a release. A request's sums are dropped with its query. */
export function tastesOf(retrieval: ServedRetrieval): readonly Taste[] {
  return [taste("ease", retrieval.ease), taste("neighbours", retrieval.neighbours)]
}

function taste(name: Taste["name"], table: NeighbourTable): Taste {
  const sums = new WeakMap<RecommendationQuery, Float32Array>()
  return {
    name,
    of(query) {
      const known = sums.get(query)
      if (known !== undefined) return known
      const scores = new Float32Array(table.cols)
      scoreHistory(table, query.seeds, undefined, scores)
      sums.set(query, scores)
      return scores
    },
  }
}

/** The best of a taste that are not seen yet. Only what scores above 0 is proposed. */
export function tasteRetriever(taste: Taste, collection: number): Retriever<RecommendationQuery> {
  let skip = new Uint8Array(0)
  return retriever({ name: taste.name, collection }, (query, limit): Scored => {
    const scores = taste.of(query)
    if (skip.length < scores.length) skip = new Uint8Array(scores.length)
    mark(skip, query.seen, 1)
    const places = topK(scores, limit, { skip })
    mark(skip, query.seen, 0)
    const end = places.findIndex((place) => !(scores[place]! > 0))
    const ids = end < 0 ? places : places.subarray(0, end)
    return { ids, scores: Float32Array.from(ids, (id) => scores[id]!) }
  })
}

function mark(skip: Uint8Array, items: Uint32Array, value: number): void {
  for (const item of items) if (item < skip.length) skip[item] = value
}
