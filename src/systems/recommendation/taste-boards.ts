import type { ScoreBoard, Scored, Wanted } from "../../retrieval/index.ts"
import type { RecommendationQuery } from "./query.ts"

/** Requests under way whose scores are kept; one that is overtaken is scored again when it asks. */
const UNDER_WAY = 8

/** What one part of the board is to score for a request: a history, or a vector that it makes of it. */
export interface TastePart {
  readonly name: string
  readonly isTable: boolean
  by(query: RecommendationQuery): Wanted["by"]
}

/** Boards that {@link tasteBoards} needs for so many parts. */
export const boardsFor = (parts: number) => parts * (UNDER_WAY + 1)

/** Scores of the requests under way: each scored once, for its retrievers and for the ranker's inputs. */
export interface TasteBoards {
  /** The best of a part that the request's person has not seen, of those that score above 0. */
  best(part: number, query: RecommendationQuery, limit: number): Scored | Promise<Scored>
  /** How to read single scores of a part, and its best one; good until something else runs. */
  of(part: number, query: RecommendationQuery): { read(items: Uint32Array, out: Float32Array): Float32Array; readonly best: number }
}

/** The scores of one request, by part. */
interface Place {
  readonly boards: readonly number[]
  owner: RecommendationQuery | undefined
  /** Under way on the board's thread: its boards must be left alone. */
  coming: Promise<void> | undefined
  isFilled: boolean[]
  best: number[]
  found: (Scored | undefined)[]
  /** How many of each the thread was asked for. */
  asked: number
}

/**
 * Scores requests on a board's thread where it has one, all parts in one go while others are served; else part by part, when first asked.
 *
 * Places are taken in turn. There is one that the thread never has, so that there is always one to score at once.
 */
export function tasteBoards(board: ScoreBoard, parts: readonly TastePart[]): TasteBoards {
  const places = Array.from({ length: UNDER_WAY + 1 }, (_, place) => emptyPlace(parts.map((_, part) => part * (UNDER_WAY + 1) + place)))
  const spare = places[UNDER_WAY]!
  let next = 0

  const begin = (place: Place, query: RecommendationQuery) => {
    place.owner = query
    place.isFilled = parts.map(() => false)
    place.best = parts.map(() => Number.NaN)
    place.found = []
    place.asked = 0
    return place
  }
  /** The next place that the thread is not at. */
  const freePlace = (): Place | undefined => {
    for (let tried = 0; tried < UNDER_WAY; tried++) {
      const place = places[next]!
      next = (next + 1) % UNDER_WAY
      if (place.coming === undefined) return place
    }
    return undefined
  }
  /** The place of a request that may be read or written now. */
  const placeNow = (query: RecommendationQuery): Place =>
    places.find(({ owner, coming }) => owner === query && coming === undefined) ?? begin(freePlace() ?? spare, query)

  /** Has the thread score all parts for a request, once; undefined where it does not. */
  const coming = (query: RecommendationQuery, limit: number): Promise<void> | undefined => {
    const known = places.find(({ owner }) => owner === query)
    if (known !== undefined) return known.coming
    const place = query.seeds.length === 0 ? undefined : freePlace()
    if (place === undefined) return undefined
    const wanted = parts.map(
      ({ name, by }, part): Wanted => ({ part: name, by: by(query), board: place.boards[part]!, k: limit, skip: query.seen }),
    )
    const done = board.beside(wanted)
    if (done === undefined) return undefined
    begin(place, query)
    place.coming = done.then((found) => {
      place.coming = undefined
      if (found === undefined) return
      place.isFilled = parts.map(() => true)
      place.found = [...found]
      place.asked = limit
      place.best = found.map(({ scores }) => scores[0] ?? 0)
    })
    return place.coming
  }
  const bestNow = (part: number, query: RecommendationQuery, limit: number): Scored => {
    const place = placeNow(query)
    const known = place.found[part]
    // What the thread found is all there is when it found fewer than it was asked for.
    if (known !== undefined && known.ids.length >= limit)
      return { ids: known.ids.subarray(0, limit), scores: known.scores.subarray(0, limit) }
    fill(place, part, query)
    const found = board.best(place.boards[part]!, limit, { skip: query.seen })
    if (limit > 0) place.best[part] = found.scores[0] ?? 0
    return found
  }
  const fill = (place: Place, part: number, query: RecommendationQuery) => {
    if (place.isFilled[part] === true) return
    const { name, isTable, by } = parts[part]!
    const from = by(query)
    const to = place.boards[part]!
    if ("vector" in from) board.project(name, from.vector, to)
    else if (isTable) board.sum(name, from.history, to)
    else board.projectHistory(name, from.history, to)
    place.isFilled[part] = true
  }
  return {
    best(part, query, limit) {
      const wait = coming(query, limit)
      return wait === undefined ? bestNow(part, query, limit) : wait.then(() => bestNow(part, query, limit))
    },
    of(part, query) {
      let place = placeNow(query)
      fill(place, part, query)
      if (Number.isNaN(place.best[part]!)) {
        bestNow(part, query, 1)
        place = placeNow(query)
      }
      return { read: (items, out) => board.read(place.boards[part]!, items, out), best: place.best[part]! }
    },
  }
}

function emptyPlace(boards: readonly number[]): Place {
  return { boards, owner: undefined, coming: undefined, isFilled: [], best: [], found: [], asked: 0 }
}
