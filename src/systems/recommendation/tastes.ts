import { type Retriever, scoreHistory, topK } from "../../core/index.ts"
import { spectralScores } from "../../models/index.ts"
import { retriever, type Scored } from "../../retrieval/index.ts"
import type { RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** What one model says of every item for a request: summed once, then read by its retriever and by the ranker's inputs. */
export interface Taste {
  readonly name: (typeof TASTES)[number]
  of(query: RecommendationQuery): TasteScores
}

/** Scores of all items for one request, and the scale they are on: sums over a long history are larger than those over a short one. */
export interface TasteScores {
  /** Score of every item the model knows, 0 for those that nothing of the request's seeds names. Do not write to it. */
  readonly scores: Float32Array
  /** The best score of an item not seen yet, 0 when none is above that. */
  readonly best: number
}

/** The tastes of a release, by name. */
export const TASTES = ["ease", "neighbours", "spectral"] as const

/** The tastes of a release. A request's sums are dropped with its query. */
export function tastesOf(retrieval: ServedRetrieval): readonly Taste[] {
  const { ease, neighbours, spectral } = retrieval
  return [
    taste("ease", ease.cols, (seeds, out) => scoreHistory(ease, seeds, undefined, out)),
    taste("neighbours", neighbours.cols, (seeds, out) => scoreHistory(neighbours, seeds, undefined, out)),
    taste("spectral", spectral.counts.length, (seeds, out) => spectralScores(spectral, seeds, out)),
  ]
}

function taste(name: Taste["name"], items: number, score: (seeds: Uint32Array, out: Float32Array) => void): Taste {
  const sums = new WeakMap<RecommendationQuery, TasteScores>()
  const skip = new Uint8Array(items)
  return {
    name,
    of(query) {
      const known = sums.get(query)
      if (known !== undefined) return known
      const scores = new Float32Array(items)
      score(query.seeds, scores)
      mark(skip, query.seen, 1)
      const scaled = { scores, best: bestOf(scores, skip) }
      mark(skip, query.seen, 0)
      sums.set(query, scaled)
      return scaled
    },
  }
}

function bestOf(scores: Float32Array, skip: Uint8Array): number {
  let best = 0
  for (let item = 0; item < scores.length; item++) if (skip[item] === 0 && scores[item]! > best) best = scores[item]!
  return best
}

/** The best of a taste that are not seen yet. Only what scores above 0 is proposed. */
export function tasteRetriever(taste: Taste, collection: number): Retriever<RecommendationQuery> {
  let skip = new Uint8Array(0)
  return retriever({ name: taste.name, collection }, (query, limit): Scored => {
    const { scores } = taste.of(query)
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
