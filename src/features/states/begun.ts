import type { StateFactory } from "../family.ts"

/** What {@link begun} keeps. */
export interface BegunOptions {
  /** Interaction types by which an item is begun: with a value above `above`, and finished from `until` on or without a value. */
  readonly types: Readonly<Record<string, { readonly above: number; readonly until: number }>>
  /** Types after which a person will not go on with it. */
  readonly ends: readonly string[]
  /** Items kept a user, the newest; 24 bytes each. Default 64. */
  readonly limit?: number
}

/** Name of the lists that {@link begun} keeps, and numbers of their tuples: dense item, time in epoch milliseconds, the newest value. */
export const begunName = (collection: string) => `${collection}.begun`
export const BEGUN_WIDTH = 3

/** Items a user began and did not finish, each once, the one gone on with last at the end. */
export function begun({ types, ends, limit = 64 }: BegunOptions): StateFactory {
  return ({ collection, collectionNumber }) => {
    const name = begunName(collection)
    return {
      name,
      version: 1,
      config: { collection, types, ends: [...ends].sort(), limit },
      state: [{ kind: "list", name, key: "user", limit, width: BEGUN_WIDTH }],
      types: [...Object.keys(types), ...ends],
      collection: collectionNumber,
      observe(event, tables) {
        if (event.user < 0 || event.collection !== collectionNumber) return
        const band = types[event.type]
        const list = tables.list(name)
        const isOver =
          band === undefined || event.value >= band.until || (event.record.event === "interaction" && event.record.value === undefined)
        if (isOver || event.value > band.above) list.remove(event.user, event.item)
        if (!isOver && event.value > band.above) list.push(event.user, event.item, event.time, event.value)
      },
    }
  }
}
