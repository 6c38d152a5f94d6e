import type { StateFactory } from "../family.ts"

/** What puts an item into a user's set and what takes it out. */
export interface ItemSetOptions {
  /** The set's name within the collection, such as `blocked`: its list is `<collection>.<name>`. */
  readonly name: string
  /** Event types that add the item: interaction types, `impression` or `served`. */
  readonly add: readonly string[]
  /** Event types that remove it. */
  readonly remove?: readonly string[]
  /** Items kept a user, the newest; 16 bytes each. */
  readonly limit?: number
}

/** Items a user blocked, hid or has seen: a list of (dense item, time in epoch milliseconds), each item once. */
export function itemSet({ name, add, remove = [], limit = 1024 }: ItemSetOptions): StateFactory {
  return ({ collection, collectionNumber }) => {
    const listName = `${collection}.${name}`
    return {
      name: listName,
      version: 1,
      config: { collection, add: [...add].sort(), remove: [...remove].sort(), limit },
      state: [{ kind: "list", name: listName, key: "user", limit, width: 2 }],
      types: [...add, ...remove],
      collection: collectionNumber,
      observe(event, tables) {
        if (event.user < 0 || event.collection !== collectionNumber) return
        const list = tables.list(listName)
        if (add.includes(event.type)) {
          if (!listHas(list.page(event.user), list.start(event.user), list.length(event.user), event.item)) {
            list.push(event.user, event.item, event.time)
          }
        } else while (list.remove(event.user, event.item)) {}
      },
    }
  }
}

function listHas(page: Float64Array, start: number, length: number, item: number): boolean {
  for (let place = start; place < start + length * 2; place += 2) if (page[place] === item) return true
  return false
}
