import type { Candidates } from "../core/index.ts"

/** Places of candidates by (collection, id): open addressing over typed arrays that are kept between requests. */
export class CandidateSet {
  size = 0
  ids = new Uint32Array(64)
  collections = new Uint16Array(64)
  /** A number a place, free for the owner to use; 0 at first. */
  marks = new Int32Array(64)
  /** Place + 1 of the candidate in each slot, 0 = free. */
  #slots = new Int32Array(256)

  /** Forgets every candidate and makes room for `expected`. */
  reset(expected: number): void {
    this.size = 0
    if (expected > this.ids.length) {
      const room = 2 ** Math.ceil(Math.log2(expected))
      this.ids = new Uint32Array(room)
      this.collections = new Uint16Array(room)
      this.marks = new Int32Array(room)
      this.#slots = new Int32Array(room * 4)
    } else {
      this.#slots.fill(0)
      this.marks.fill(0)
    }
  }

  /** Forgets every candidate and takes those of `list`, each at the place of its first mention. */
  fill(list: Candidates): void {
    this.reset(list.size)
    for (let i = 0; i < list.size; i++) this.add(list.collections[i]!, list.ids[i]!)
  }

  /** The place of a candidate, given out now if it is new. There must be room for it. */
  add(collection: number, id: number): number {
    const slot = this.#slotOf(collection, id)
    const known = this.#slots[slot]!
    if (known !== 0) return known - 1
    const place = this.size++
    this.ids[place] = id
    this.collections[place] = collection
    this.#slots[slot] = place + 1
    return place
  }

  /** The place of a candidate, -1 when it is not there. */
  find(collection: number, id: number): number {
    return this.#slots[this.#slotOf(collection, id)]! - 1
  }

  #slotOf(collection: number, id: number): number {
    const mask = this.#slots.length - 1
    let hash = Math.imul(id ^ Math.imul(collection, 0x9e3779b1), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
    let slot = (hash ^ (hash >>> 13)) & mask
    for (;;) {
      const place = this.#slots[slot]! - 1
      if (place < 0 || (this.ids[place] === id && this.collections[place] === collection)) return slot
      slot = (slot + 1) & mask
    }
  }
}
