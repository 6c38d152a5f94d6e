import { InvalidArgument, unknownName } from "./errors.ts"

/** The most retrievers a funnel can name: each owns one bit of {@link Candidates.sources}. */
export const MAX_SOURCES = 32

/**
 * The items one request is still considering: a struct of arrays, never an array of objects.
 *
 * The first `size` entries of every column count. `ids` are dense ids of the item's collection; `collections` holds the number of that
 * collection; `sources` has bit `s` set when retriever `s` proposed the item. Named score columns are `Float32Array`s, NaN = not scored.
 * `order` of the entries is the ranking, best first, whenever a stage says it ranks.
 */
export interface Candidates {
  readonly size: number
  readonly ids: Uint32Array
  readonly collections: Uint16Array
  readonly sources: Uint32Array
  readonly scores: ReadonlyMap<string, Float32Array>
}

/** Allocates `size` candidates with the named score columns, all NaN. */
export function candidates(size: number, scoreNames: readonly string[] = []): Candidates {
  return {
    size,
    ids: new Uint32Array(size),
    collections: new Uint16Array(size),
    sources: new Uint32Array(size),
    scores: new Map(scoreNames.map((name) => [name, new Float32Array(size).fill(Number.NaN)])),
  }
}

/** The score column of that name. @throws {@link NotFound} listing the columns there are. */
export function scoreColumn(list: Candidates, name: string): Float32Array {
  const column = list.scores.get(name)
  if (column === undefined) throw unknownName("candidates", "score column", name, list.scores.keys())
  return column
}

/** The same candidates with one column added or replaced; `values` has shape `[size]`. */
export function withScore(list: Candidates, name: string, values: Float32Array): Candidates {
  if (values.length < list.size) {
    throw new InvalidArgument("withScore", `${list.size} scores`, `${values.length}`, "Give every candidate a score, NaN for none.")
  }
  return { ...list, scores: new Map(list.scores).set(name, values) }
}

/** The candidates at the given places, in that order; `places` has values in `[0, list.size)`. */
export function select(list: Candidates, places: ArrayLike<number>): Candidates {
  const size = places.length
  const ids = new Uint32Array(size)
  const collections = new Uint16Array(size)
  const sources = new Uint32Array(size)
  for (let to = 0; to < size; to++) {
    const from = places[to]!
    ids[to] = list.ids[from]!
    collections[to] = list.collections[from]!
    sources[to] = list.sources[from]!
  }
  const scores = new Map<string, Float32Array>()
  for (const [name, column] of list.scores) {
    const picked = new Float32Array(size)
    for (let to = 0; to < size; to++) picked[to] = column[places[to]!]!
    scores.set(name, picked)
  }
  return { size, ids, collections, sources, scores }
}
