import type { StateFactory } from "../family.ts"
import { type From, reaches } from "../reaches.ts"
import { latestValue, type RingDeclaration } from "../state-access.ts"
import { fieldState } from "./field-state.ts"

/** What {@link takenAt} remembers. */
export interface TakenAtOptions {
  /** Category field of the user that says where or who he is, such as `country`. */
  readonly field: string
  /** Interaction types that take an item up, and the least value of those that need one. */
  readonly types: readonly string[]
  readonly from?: From
  /** Events kept, the newest; 24 bytes each. Default 16,384. */
  readonly length?: number
}

/** Name of the ring that {@link takenAt} keeps. */
export const takenAtName = (collection: string, field: string) => `${collection}.taken-at.${field}`

/**
 * The newest items taken up by anybody whose field is known: one ring of (code of the user's field, dense item, time), oldest dropped; for what is
 * trending where. The field itself is folded by {@link userCode}.
 */
export function takenAt({ field, types, from, length = 16_384 }: TakenAtOptions): StateFactory {
  return (binding) => {
    const place = fieldState(binding, "user", field, ["code"])
    const { collection, collectionNumber } = binding
    const ring: RingDeclaration = { kind: "ring", name: takenAtName(collection, field), key: "global", length, width: 3 }
    return {
      name: ring.name,
      version: 1,
      config: { collection, field, types: [...types].sort(), from: from ?? null, length },
      state: [ring],
      types,
      collection: collectionNumber,
      observe(event, tables) {
        if (event.user < 0 || event.collection !== collectionNumber || !reaches(event, from)) return
        const code = latestValue(tables.fixed(place.name), event.user)
        if (Number.isNaN(code)) return
        const table = tables.fixed(ring.name)
        const page = table.touch(0)
        const start = table.offset(0)
        const at = start + 1 + (page[start]! % length) * 3
        page[at] = code
        page[at + 1] = event.item
        page[at + 2] = event.time
        page[start]!++
      },
    }
  }
}
