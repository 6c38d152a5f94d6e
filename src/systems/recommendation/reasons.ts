import type { Candidates, NeighbourTable } from "../../core/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** Items of a history that are looked at for a reason: the newest. */
const LOOKED_AT = 50

/** Why an item is on a page, in words people read: what they had that speaks most for it, or what the item is. */
export function reasonsFor(options: Recommendation, ease: NeighbourTable, { ids, catalogue }: LiveParts) {
  const items = ids.collection(options.collection)
  const title = (dense: number) => {
    const { title: own, name } = catalogue.fields(options.collection, dense)
    return typeof own === "string" ? own : typeof name === "string" ? name : items.name(dense)
  }
  const known = new WeakMap<Candidates, ReadonlyMap<number, number>>()
  const causesOf = (query: RecommendationQuery, list: Candidates) => {
    const found = known.get(list) ?? causes(ease, query.seeds.subarray(0, LOOKED_AT), list)
    known.set(list, found)
    return found
  }
  return (query: RecommendationQuery, list: Candidates, place: number): string[] => {
    const item = list.ids[place]!
    if (query.placement === "item")
      return isScored(list, "content", place) && !isScored(list, "ease.rank", place) ? ["Alike in kind"] : ["Enjoyed by the same people"]
    const cause = causesOf(query, list).get(item)
    if (cause !== undefined) return [`Because of ${title(cause)}`]
    if (isScored(list, "new", place)) return ["New"]
    if (isScored(list, "trending", place)) return ["Trending now"]
    if (isScored(list, "content", place)) return ["Like what you had before"]
    return ["Popular"]
  }
}

const isScored = (list: Candidates, column: string, place: number) => !Number.isNaN(list.scores.get(column)?.[place] ?? Number.NaN)

/** For each candidate the item of the history with the largest positive weight for it; those that none speaks for are left out. */
function causes({ rows, offsets, indices, values }: NeighbourTable, history: Uint32Array, { ids, size }: Candidates): Map<number, number> {
  const wanted = ids.slice(0, size).sort()
  const cause = new Map<number, number>()
  const weights = new Float32Array(size)
  for (const from of history) {
    if (from >= rows) continue
    // Both ascend: one walk over the row finds all.
    for (let at = offsets[from]!, place = 0; at < offsets[from + 1]! && place < size; at++) {
      const item = indices[at]!
      while (place < size && wanted[place]! < item) place++
      if (place === size || wanted[place] !== item || !(values[at]! > weights[place]!)) continue
      weights[place] = values[at]!
      cause.set(item, from)
    }
  }
  return cause
}
