import { type RequestScope, select } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { keepFirst } from "./keep.ts"

/** Says something of an item by its dense id and the number of its collection. */
export type ItemTest = (id: number, collection: number) => boolean

/** A named reason to drop items. */
export interface FilterRule<Query> {
  readonly name: string
  /** The test of this request, true = dropped, good until the next one is prepared; undefined when the rule has nothing to say for this query. */
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
  // Filled and read without a pause, so two serve all requests.
  let [from, to] = [new Uint32Array(256), new Uint32Array(256)]
  return {
    name,
    limit,
    required: true,
    async run(query, list, scope) {
      if (list.size > from.length) [from, to] = [new Uint32Array(list.size * 2), new Uint32Array(list.size * 2)]
      for (let place = 0; place < list.size; place++) from[place] = place
      let count = list.size
      for (const rule of rules) {
        const isDropped = rule.prepare(query, scope)
        if (isDropped === undefined) continue
        // One array for both: those that pass from its front, those dropped from its back.
        let front = 0
        let back = count
        for (let at = 0; at < count; at++) {
          const place = from[at]!
          if (isDropped(list.ids[place]!, list.collections[place]!)) to[--back] = place
          else to[front++] = place
        }
        if (back < count) scope.trace.drop(name, rule.name, list, to.slice(back, count).reverse())
        const next = to
        to = from
        from = next
        count = front
      }
      return keepFirst(count === list.size ? list : select(list, from.subarray(0, count)), limit, name, scope.trace)
    },
  }
}
