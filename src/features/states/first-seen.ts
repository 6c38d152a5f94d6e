import type { StateFactory } from "../family.ts"

/** When each item was first heard of: `latest` rows of the earliest timestamp (epoch milliseconds), twice. Named `<collection>.first-seen`. */
export function firstSeen(): StateFactory {
  return ({ collection, collectionNumber }) => {
    const name = `${collection}.first-seen`
    return {
      name,
      version: 1,
      config: { collection },
      state: [{ kind: "latest", name, key: "item", width: 1 }],
      types: ["item"],
      collection: collectionNumber,
      observe(event, tables) {
        if (event.collection !== collectionNumber) return
        const table = tables.fixed(name)
        if (table.has(event.item) && table.page(event.item)[table.offset(event.item)]! <= event.time) return
        const page = table.touch(event.item)
        page.fill(event.time, table.offset(event.item), table.offset(event.item) + 2)
      },
    }
  }
}
