import type { Retriever, StateTables } from "../../core/index.ts"
import { retriever, type Scored } from "../../retrieval/index.ts"

/** Half of what was taken up counts after so long. */
const HALF_LIFE_MS = 86_400_000
/** Milliseconds for which a place's list stands, items it has, and places whose lists are kept. */
const REFRESH_MS = 30_000
const DEPTH = 100
const MOST_PLACES = 256

/**
 * What is taken up now where a request comes from: the newest events of a ring of (place, item, time), newer ones counting more.
 *
 * A place's list is made when it is asked for and stands for half a minute; making it reads the ring once.
 */
export function placesTrending<Query>(config: {
  readonly collection: number
  readonly tables: StateTables
  /** Name of the ring; see `states.takenAt`. */
  readonly ring: string
  /** The place of a request, -1 for none. */
  of(query: Query): number
}): Retriever<Query> {
  const { collection, tables, ring, of } = config
  const lists = new Map<number, { readonly madeAt: number; readonly list: Scored }>()
  return retriever({ name: "trending-here", collection }, (query, limit, scope) => {
    const place = of(query)
    if (place < 0) return undefined
    let known = lists.get(place)
    if (known === undefined || scope.now - known.madeAt >= REFRESH_MS || scope.now < known.madeAt) {
      if (lists.size >= MOST_PLACES) lists.clear()
      known = { madeAt: scope.now, list: listOf(tables, ring, place, scope.now) }
      lists.set(place, known)
    }
    const { ids, scores } = known.list
    return { ids: ids.slice(0, limit), scores: scores.slice(0, limit) }
  })
}

function listOf(tables: StateTables, ring: string, place: number, now: number): Scored {
  const table = tables.fixed(ring)
  const counts = new Map<number, number>()
  if (table.has(0)) {
    const page = table.page(0)
    const start = table.offset(0) + 1
    const held = Math.min(page[start - 1]!, (table.stride - 1) / 3)
    for (let at = start; at < start + held * 3; at += 3) {
      const age = now - page[at + 2]!
      if (page[at] !== place || age < 0) continue
      counts.set(page[at + 1]!, (counts.get(page[at + 1]!) ?? 0) + 2 ** (-age / HALF_LIFE_MS))
    }
  }
  const best = [...counts].sort(([a, x], [b, y]) => y - x || a - b).slice(0, DEPTH)
  return { ids: Uint32Array.from(best, ([id]) => id), scores: Float32Array.from(best, ([, count]) => count) }
}
