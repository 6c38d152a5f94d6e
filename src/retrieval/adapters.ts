import { type Candidates, candidates, type RequestScope, type Retriever } from "../core/index.ts"
import type { ContentNeighbours } from "./content-neighbours.ts"
import type { ItemNeighbours } from "./item-neighbours.ts"
import type { PopularityList } from "./lists.ts"
import type { Scored } from "./scored.ts"
import type { TopList } from "./top-list.ts"
import type { VectorIndex } from "./vectors/vector-index.ts"

/** Name of a retriever, and number of the collection its dense ids are of. */
export interface RetrieverName {
  readonly name: string
  readonly collection: number
}

/** Items with weights that stand for somebody's taste; weights 1 when absent. */
export interface Profile {
  readonly items: ArrayLike<number>
  readonly weights?: ArrayLike<number>
}

/** A retriever from a function over dense ids: its answer, best first, becomes candidates with the score in the column `name`. */
export function retriever<Query>(
  { name, collection }: RetrieverName,
  find: (query: Query, limit: number, scope: RequestScope) => Scored | undefined | Promise<Scored | undefined>,
): Retriever<Query> {
  return {
    name,
    async retrieve(query, limit, scope) {
      const found = find(query, limit, scope)
      return asCandidates(name, collection, found instanceof Promise ? await found : found, limit)
    },
  }
}

/** {@link ItemNeighbours} for the history that `profile` selects; nothing without one. */
export function neighbourRetriever<Query>(
  config: RetrieverName & { readonly neighbours: ItemNeighbours; profile(query: Query): Profile | undefined },
): Retriever<Query> {
  return retriever(config, (query, limit) => {
    const profile = config.profile(query)
    return profile && config.neighbours.retrieve(profile.items, limit, profile.weights === undefined ? {} : { weights: profile.weights })
  })
}

/** {@link ContentNeighbours} for the history, or the page's item, that `profile` selects; nothing without one. */
export function contentRetriever<Query>(
  config: RetrieverName & { readonly content: ContentNeighbours; profile(query: Query): Profile | undefined },
): Retriever<Query> {
  return retriever(config, (query, limit) => {
    const profile = config.profile(query)
    return profile && config.content.forHistory(profile.items, limit, profile.weights === undefined ? {} : { weights: profile.weights })
  })
}

/** Nearest vectors to the one that `vector` selects; nothing without one. */
export function vectorRetriever<Query>(
  config: RetrieverName & { readonly index: VectorIndex; vector(query: Query): ArrayLike<number> | undefined },
): Retriever<Query> {
  return retriever(config, (query, limit) => {
    const vector = config.vector(query)
    return vector && config.index.search(vector, limit)
  })
}

/** A list that moves with time, such as {@link trending} or {@link newItems}, as of the request. */
export function topListRetriever<Query>(config: RetrieverName & { readonly list: TopList }): Retriever<Query> {
  return retriever(config, (_query, limit, scope) => config.list.retrieve(limit, scope.now))
}

/** The most popular items of a release: the usual fallback. */
export function popularityRetriever<Query>(config: RetrieverName & { readonly list: PopularityList }): Retriever<Query> {
  return retriever(config, (_query, limit) => config.list.retrieve(limit))
}

/** Items that the query names itself, or that the house pins, in that order with falling scores from 1. */
export function givenRetriever<Query>(config: RetrieverName & { items(query: Query): ArrayLike<number> | undefined }): Retriever<Query> {
  return retriever(config, (query, limit) => {
    const ids = Uint32Array.from(config.items(query) ?? []).subarray(0, limit)
    return { ids, scores: Float32Array.from(ids, (_, place) => 1 / (place + 1)) }
  })
}

function asCandidates(name: string, collection: number, found: Scored | undefined, limit: number): Candidates {
  const size = Math.min(limit, found?.ids.length ?? 0)
  const list = candidates(size, [name])
  if (found === undefined) return list
  list.ids.set(found.ids.subarray(0, size))
  list.collections.fill(collection)
  list.scores.get(name)!.set(found.scores.subarray(0, size))
  return list
}
