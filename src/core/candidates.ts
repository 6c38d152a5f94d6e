import { InvalidArgument, unknownName } from "./errors.ts"
import { float32, uint16, uint32 } from "./room.ts"
import { ScoreColumns } from "./score-columns.ts"

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
  const numbers = float32(size * scoreNames.length).fill(Number.NaN)
  return {
    size,
    ids: uint32(size),
    collections: uint16(size),
    sources: uint32(size),
    scores: new Map(scoreNames.map((name, at) => [name, numbers.subarray(at * size, (at + 1) * size)])),
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
  return { ...list, scores: ScoreColumns.with(list.scores, [[name, values]]) }
}

/** The candidates at the given places, in that order; `places` has values in `[0, list.size)`. Score columns are gathered when asked for. */
export function select(list: Candidates, places: ArrayLike<number>): Candidates {
  const size = places.length
  const ids = uint32(size)
  const collections = uint16(size)
  const sources = uint32(size)
  for (let to = 0; to < size; to++) {
    const from = places[to]!
    ids[to] = list.ids[from]!
    collections[to] = list.collections[from]!
    sources[to] = list.sources[from]!
  }
  return { size, ids, collections, sources, scores: ScoreColumns.picked(list.scores, places) }
}
