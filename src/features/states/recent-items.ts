import type { StateFactory } from "../family.ts"
import { pushToRing } from "../state-access.ts"

/** The last `length` items a user met by events of these types, such as impressions: a ring of (dense item, time), `<collection>.<name>`. */
export function recentItems({
  name,
  types,
  length = 128,
}: {
  readonly name: string
  readonly types: readonly string[]
  readonly length?: number
}): StateFactory {
  return ({ collection, collectionNumber }) => {
    const shape = { kind: "ring", name: `${collection}.${name}`, key: "user", length, width: 2 } as const
    return {
      name: shape.name,
      version: 1,
      config: { collection, types: [...types].sort() },
      state: [shape],
      types,
      collection: collectionNumber,
      observe(event, tables) {
        if (event.user < 0 || event.collection !== collectionNumber) return
        pushToRing(tables.fixed(shape.name), shape, event.user, event.item, event.time)
      },
    }
  }
}
