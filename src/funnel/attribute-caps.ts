import { InvalidArgument, select } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { placesOf } from "./keep.ts"

/** At most `atMost` items with one value of an attribute among the first `within` places. */
export interface AttributeCap {
  /** Name of the attribute, such as `genre`: the rule's name in the trace is `cap genre`. */
  readonly attribute: string
  /** The values an item has, as numbers; one that has several counts for each, one without any is never capped. */
  valuesOf(id: number, collection: number): ArrayLike<number>
  readonly atMost: number
  readonly within: number
}

/**
 * Keeps one genre, brand or author from filling the page: each place goes to the first candidate, in their order, that no cap forbids there.
 *
 * Those passed over take the first places where nothing forbids them. When nobody is left who may stand in a capped place, `short` says
 * what happens: `drop` (default) ends the list there, so that caps hold whatever comes; `relax` goes on with those passed over, in their
 * order. What is dropped is told by the cap that forbade it.
 * @throws {@link InvalidArgument} on `atMost` or `within` that is not a whole number above 0
 */
export function attributeCaps<Query>(config: {
  readonly name?: string
  readonly limit: number
  readonly caps: readonly AttributeCap[]
  readonly short?: "drop" | "relax"
  when?(query: Query): boolean
}): FunnelStage<Query> {
  const { name = "caps", limit, caps, short = "drop" } = config
  for (const { attribute, atMost, within } of caps) {
    if (!(Number.isInteger(atMost) && atMost > 0 && Number.isInteger(within) && within > 0)) {
      throw new InvalidArgument(`cap ${attribute}`, "whole numbers above 0", `${atMost} in ${within}`, "Give at most n in the first m.")
    }
  }
  return {
    name,
    limit,
    ...(config.when === undefined ? {} : { when: (query: Query) => config.when!(query) }),
    async run(_query, list, scope) {
      const counts = caps.map(() => new Map<number, number>())
      const known = caps.map((): ArrayLike<number>[] => [])
      const valuesOf = (cap: number, place: number) => {
        const values = known[cap]![place] ?? caps[cap]!.valuesOf(list.ids[place]!, list.collections[place]!)
        known[cap]![place] = values
        return values
      }
      /** The cap that forbids this candidate at that position of the page, -1 for none. */
      const forbids = (place: number, position: number) =>
        caps.findIndex(({ atMost, within }, cap) => {
          if (position >= within) return false
          const values = valuesOf(cap, place)
          for (let i = 0; i < values.length; i++) if ((counts[cap]!.get(values[i]!) ?? 0) >= atMost) return true
          return false
        })
      const page: number[] = []
      const take = (place: number) => {
        page.push(place)
        for (let cap = 0; cap < caps.length; cap++) {
          const values = valuesOf(cap, place)
          for (let i = 0; i < values.length; i++) counts[cap]!.set(values[i]!, (counts[cap]!.get(values[i]!) ?? 0) + 1)
        }
      }
      const ends = new Set(caps.map(({ within }) => within))
      const waiting: number[] = []
      let from = 0
      let next = 0
      while (page.length < limit) {
        // Counts only grow, so somebody passed over can be let in only from where a cap ends.
        if (ends.has(page.length)) from = 0
        while (from < waiting.length && forbids(waiting[from]!, page.length) >= 0) from++
        if (from < waiting.length) {
          take(waiting.splice(from, 1)[0]!)
          continue
        }
        while (next < list.size && forbids(next, page.length) >= 0) waiting.push(next++)
        from = waiting.length
        if (next === list.size) break
        take(next++)
      }
      if (short === "relax") while (waiting.length > 0 && page.length < limit) take(waiting.shift()!)
      const last = Math.min(page.length, limit - 1)
      const rules = waiting.map((place) => (short === "relax" ? -1 : forbids(place, last)))
      caps.forEach(({ attribute }, cap) => {
        const dropped = waiting.filter((_, at) => rules[at] === cap)
        if (dropped.length > 0) scope.trace.drop(name, `cap ${attribute}`, list, dropped)
      })
      const past = [...waiting.filter((_, at) => rules[at] === -1), ...placesOf(list.size).subarray(next)]
      if (past.length > 0) scope.trace.drop(name, "limit", list, past)
      return select(list, page)
    },
  }
}
