/** Gives back what was put in, smallest key first; equal keys by rank, then in the order they came. A binary heap. */
export class Reorder<Item> {
  readonly #items: (Turn & { readonly item: Item })[] = []
  #turn = 0

  get size(): number {
    return this.#items.length
  }

  /** The smallest key, Infinity when empty. */
  get firstKey(): number {
    return this.#items[0]?.key ?? Number.POSITIVE_INFINITY
  }

  push(key: number, item: Item, rank = 0): void {
    const items = this.#items
    const added = { key, rank, turn: this.#turn++, item }
    let at = items.push(added) - 1
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!before(added, items[parent]!)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = added
  }

  /** The first item if its key is below `key`. */
  takeBefore(key: number): { readonly key: number; readonly item: Item } | undefined {
    const items = this.#items
    const first = items[0]
    if (first === undefined || first.key >= key) return undefined
    const last = items.pop()!
    if (items.length > 0) {
      let at = 0
      for (let child = 1; child < items.length; child = 2 * at + 1) {
        if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++
        if (!before(items[child]!, last)) break
        items[at] = items[child]!
        at = child
      }
      items[at] = last
    }
    return first
  }
}

interface Turn {
  readonly key: number
  readonly rank: number
  readonly turn: number
}

function before(a: Turn, b: Turn): boolean {
  if (a.key !== b.key) return a.key < b.key
  return a.rank === b.rank ? a.turn < b.turn : a.rank < b.rank
}
