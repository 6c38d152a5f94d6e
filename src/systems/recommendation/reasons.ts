import type { Candidates } from "../../core/index.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { Tastes } from "./tastes.ts"

/** Items of a history that are looked at for a reason: the newest. */
const LOOKED_AT = 50

/** Why an item is on a page, in words people read: what they had that speaks most for it, or what the item is. */
export function reasonsFor(options: Recommendation, causes: Tastes["causes"], { ids, catalogue }: LiveParts) {
  const items = ids.collection(options.collection)
  const title = (dense: number) => {
    const { title: own, name } = catalogue.fields(options.collection, dense)
    return typeof own === "string" ? own : typeof name === "string" ? name : items.name(dense)
  }
  const known = new WeakMap<Candidates, Int32Array>()
  const causesOf = (query: RecommendationQuery, list: Candidates) => {
    const found = known.get(list) ?? causes(query.seeds.subarray(0, LOOKED_AT), list.ids.subarray(0, list.size))
    known.set(list, found)
    return found
  }
  return (query: RecommendationQuery, list: Candidates, place: number): string[] => {
    if (query.placement === "item")
      return isScored(list, "content", place) && !isScored(list, "ease.rank", place) ? ["Alike in kind"] : ["Enjoyed by the same people"]
    const cause = causesOf(query, list)[place] ?? -1
    if (cause >= 0) return [`Because of ${title(query.seeds[cause]!)}`]
    if (isScored(list, "new", place)) return ["New"]
    if (isScored(list, "trending", place)) return ["Trending now"]
    if (isScored(list, "content", place)) return ["Like what you had before"]
    return ["Popular"]
  }
}

const isScored = (list: Candidates, column: string, place: number) => !Number.isNaN(list.scores.get(column)?.[place] ?? Number.NaN)
