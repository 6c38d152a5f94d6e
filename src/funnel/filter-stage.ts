import { type RequestScope, select } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { keepFirst, placesOf } from "./keep.ts"

/** Says something of an item by its dense id and the number of its collection. */
export type ItemTest = (id: number, collection: number) => boolean

/** A named reason to drop items. */
export interface FilterRule<Query> {
  readonly name: string
  /** The test of this request, true = dropped; undefined when the rule has nothing to say for this query. */
  prepare(query: Query, scope: RequestScope): ItemTest | undefined
}

/**
 * Drops items by rules, in the order of the rules; the first that drops an item is the one that is told.
 *
 * It is a required stage: nothing is served that did not pass it, and a rule that throws lets nothing through.
 * @param config - `name`, default `filters`; `limit`, default none; the rules
 */
export function filterStage<Query>(config: {
  readonly name?: string
  readonly limit?: number
  readonly rules: readonly FilterRule<Query>[]
}): FunnelStage<Query> {
  const { name = "filters", limit = Number.POSITIVE_INFINITY, rules } = config
  return {
    name,
    limit,
    required: true,
    async run(query, list, scope) {
      let kept = placesOf(list.size)
      for (const rule of rules) {
        const isDropped = rule.prepare(query, scope)
        if (isDropped === undefined) continue
        // One array for both: those that pass from its front, those dropped from its back.
        const sorted = new Uint32Array(kept.length)
        let front = 0
        let back = kept.length
        for (const place of kept) {
          if (isDropped(list.ids[place]!, list.collections[place]!)) sorted[--back] = place
          else sorted[front++] = place
        }
        if (back < kept.length) scope.trace.drop(name, rule.name, list, sorted.subarray(back).reverse())
        kept = sorted.subarray(0, front)
      }
      return keepFirst(kept.length === list.size ? list : select(list, kept), limit, name, scope.trace)
    },
  }
}
