import type { Candidates } from "../../core/index.ts"
import { BY_CHANCE } from "./chance.ts"
import type { LiveParts } from "./funnel.ts"
import { NEAREST } from "./item-vectors.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { Tastes } from "./tastes.ts"

/** Items of a history that are looked at for a reason: the newest. */
const LOOKED_AT = 50

/** Why an item is on a page, in words people read: what they had that speaks most for it, or what the item is. */
export function reasonsFor(options: Recommendation, causes: Tastes["causes"], live: LiveParts) {
  const title = titleOf(options, live)
  const known = new WeakMap<Candidates, Int32Array>()
  const causesOf = (query: RecommendationQuery, list: Candidates) => {
    const found = known.get(list) ?? causes(query.seeds.subarray(0, LOOKED_AT), list.ids.subarray(0, list.size))
    known.set(list, found)
    return found
  }
  return (query: RecommendationQuery, list: Candidates, place: number): string[] => {
    if (query.placement === "item")
      return (isScored(list, "content", place) || isScored(list, NEAREST, place)) && !isScored(list, "ease.rank", place)
        ? ["Alike in kind"]
        : ["Enjoyed by the same people"]
    if (list.scores.get(BY_CHANCE)?.[place] === 1 && !isScored(list, "new", place)) return ["Something different"]
    const cause = causesOf(query, list)[place] ?? -1
    if (cause >= 0) return [`Because of ${title(query.seeds[cause]!)}`]
    if (isScored(list, "new", place)) return ["New"]
    if (isScored(list, "trending", place)) return ["Trending now"]
    if (isScored(list, "content", place) || isScored(list, NEAREST, place)) return ["Like what you had before"]
    return ["Popular"]
  }
}

/** What people call an item: its `title` or `name`, else the first text field of the schema, else its id. */
export function titleOf({ collection, schema }: Recommendation, { ids, catalogue }: LiveParts): (dense: number) => string {
  const items = ids.collection(collection)
  const texts = Object.keys(schema.item).filter((name) => schema.item[name]!.type === "text")
  const names = ["title", "name", ...texts.slice(0, 1)]
  return (dense) => {
    const fields = catalogue.fields(collection, dense)
    const own = names.map((name) => fields[name]).find((value) => typeof value === "string")
    return own === undefined ? items.name(dense) : String(own)
  }
}

const isScored = (list: Candidates, column: string, place: number) => !Number.isNaN(list.scores.get(column)?.[place] ?? Number.NaN)
