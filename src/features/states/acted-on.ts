import type { StateFamily } from "../family.ts"

/**
 * The newest items each user met by events of some types: a list of (dense item, time), `<collection>.user.<types>`.
 *
 * One push an event serves the counts by every category field: values are looked up when they are read.
 */
export function actedOn(
  { collection, collectionNumber }: { readonly collection: string; readonly collectionNumber: number },
  types: readonly string[],
  limit: number,
): StateFamily {
  const kinds = [...new Set(types)].sort()
  const name = `${collection}.user.${kinds.join("+")}`
  return {
    name,
    version: 1,
    config: { collection, types: kinds },
    state: [{ kind: "list", name, key: "user", limit, width: 2 }],
    types: kinds,
    collection: collectionNumber,
    observe(event, tables) {
      if (event.user >= 0 && event.collection === collectionNumber) tables.list(name).push(event.user, event.item, event.time)
    },
  }
}
