import type { StateFactory } from "../family.ts"
import { type From, reaches } from "../reaches.ts"
import type { RingDeclaration } from "../state-access.ts"

/** What {@link recentTakers} remembers. */
export interface RecentTakersOptions {
  /** Interaction types that take an item up, and the least value of those that need one. */
  readonly types: readonly string[]
  readonly from?: From
  /** Events kept, the newest; 24 bytes each. Default 16,384. */
  readonly length?: number
}

/** Name of the ring that {@link recentTakers} keeps, and numbers of its tuples: dense user, dense item, time. */
export const recentTakersName = (collection: string) => `${collection}.recent-takers`
export const RECENT_TAKERS_WIDTH = 3

/** Who took what up lately: one ring of (dense user, dense item, time), oldest dropped; a person who is forgotten is in it as -1. */
export function recentTakers({ types, from, length = 16_384 }: RecentTakersOptions): StateFactory {
  return ({ collection, collectionNumber }) => {
    const ring: RingDeclaration = { kind: "ring", name: recentTakersName(collection), key: "global", length, width: RECENT_TAKERS_WIDTH }
    return {
      name: ring.name,
      version: 1,
      config: { collection, types: [...types].sort(), from: from ?? null, length },
      state: [ring],
      types,
      collection: collectionNumber,
      observe(event, tables) {
        if (event.user < 0 || event.collection !== collectionNumber || !reaches(event, from)) return
        const table = tables.fixed(ring.name)
        const page = table.touch(0)
        const start = table.offset(0)
        const at = start + 1 + (page[start]! % length) * RECENT_TAKERS_WIDTH
        page[at] = event.user
        page[at + 1] = event.item
        page[at + 2] = event.time
        page[start]!++
      },
      forgetUser(tables, user) {
        const table = tables.fixed(ring.name)
        const page = table.touch(0)
        const first = table.offset(0) + 1
        for (let at = first; at < first + length * RECENT_TAKERS_WIDTH; at += RECENT_TAKERS_WIDTH) if (page[at] === user) page[at] = -1
      },
    }
  }
}
