import type { Candidates, NeighbourTable } from "../../core/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** Items of a history that are looked at for a reason: the newest. */
const LOOKED_AT = 50

/** Why an item is on a page, in words people read: what they had that speaks most for it, or what the item is. */
export function reasonsFor(options: Recommendation, retrieval: ServedRetrieval, { ids, catalogue }: LiveParts) {
  const items = ids.collection(options.collection)
  const title = (dense: number) => {
    const { title: own, name } = catalogue.fields(options.collection, dense)
    return typeof own === "string" ? own : typeof name === "string" ? name : items.name(dense)
  }
  return (query: RecommendationQuery, list: Candidates, place: number): string[] => {
    const item = list.ids[place]!
    if (query.placement === "item")
      return isScored(list, "content", place) && !isScored(list, "ease.rank", place) ? ["Alike in kind"] : ["Enjoyed by the same people"]
    const cause = strongest(retrieval.ease, query.seeds, item)
    if (cause >= 0) return [`Because of ${title(cause)}`]
    if (isScored(list, "new", place)) return ["New"]
    if (isScored(list, "trending", place)) return ["Trending now"]
    if (isScored(list, "content", place)) return ["Like what you had before"]
    return ["Popular"]
  }
}

const isScored = (list: Candidates, column: string, place: number) => !Number.isNaN(list.scores.get(column)?.[place] ?? Number.NaN)

/** The item of the history with the largest positive weight for this one, -1 when none has any. */
function strongest(table: NeighbourTable, history: Uint32Array, item: number): number {
  let best = -1
  let weight = 0
  for (const from of history.subarray(0, LOOKED_AT)) {
    if (from >= table.rows) continue
    const at = find(table.indices, item, table.offsets[from]!, table.offsets[from + 1]!)
    if (at >= 0 && table.values[at]! > weight) {
      weight = table.values[at]!
      best = from
    }
  }
  return best
}

/** Place of a value in an ascending stretch, -1 when it is not there. */
function find(values: Uint32Array, wanted: number, start: number, end: number): number {
  let low = start
  let high = end - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (values[middle]! === wanted) return middle
    if (values[middle]! < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}
