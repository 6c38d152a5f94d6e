import { Corrupt, NotFound, TooLarge } from "./errors.ts"
import { badId, type IdEncoder, idArena, idEncoder } from "./id-arena.ts"
import { idIndex } from "./id-index.ts"
import type { CollectionIds, IdTable } from "./ids.ts"

/** Ids a page of (hash, address) pairs holds. */
const PAGE = 4096

/** An {@link IdTable} that can be written out and filled again. */
export interface StorableIdTable extends IdTable {
  /**
   * Gives stored names the next dense ids of the collection, in order, without calling `onNew`.
   * Restore collections in the order of `collections`, so that their numbers come back too.
   * @throws {@link Corrupt} on a name that is there already
   */
  restore(collection: string, names: Iterable<string>): void
  /** Names of the dense ids from `from` (0 when absent) to the end at the time of the call, in order. */
  exportNames(collection: string, from?: number): IterableIterator<string>
}

/**
 * An {@link IdTable} in memory. No string is kept: ids lie as UTF-8 in chunks, and an extendible hash finds them, so that growing never
 * pauses for more than tens of microseconds.
 *
 * `n` ids of `L` bytes each take `n * (L + 2)` for the text, `8 n` for hash and address, and between 5.3 n and 10.7 n for the hash table:
 * ten million ids of 12 bytes take 274 to 327 MB. A collection holds at most 4 GiB of text and 2^32 - 2 ids.
 * @param options.onNew - told of every id given out, at once, so that it can be made durable
 */
export function createIdTable(options: { readonly onNew?: (collection: string, dense: number, id: string) => void } = {}): StorableIdTable {
  const byName = new Map<string, GrowingIds>()
  const byNumber: GrowingIds[] = []
  const encoder = idEncoder()

  function open(name: string): GrowingIds {
    const known = byName.get(name)
    if (known !== undefined) return known
    if (byNumber.length === 65_536) {
      throw new TooLarge("id table", "at most 65536 collections", "one more", "Put the kind of thing into the id instead.")
    }
    const made = growingIds(name, byNumber.length, encoder, options.onNew)
    byName.set(name, made)
    byNumber.push(made)
    return made
  }

  return {
    collection: open,
    collectionNumber: (name) => open(name).number,
    collectionName(number) {
      const found = byNumber[number]
      if (found === undefined) throw pastTheEnd("id table", "collection number", number, byNumber.length)
      return found.collection
    },
    get collections() {
      return byNumber.map((ids) => ids.collection)
    },
    get bytes() {
      return byNumber.reduce((sum, ids) => sum + ids.bytes, encoder.bytes.byteLength)
    },
    restore(collection, names) {
      const ids = open(collection)
      for (const name of names) ids.restore(name)
    },
    *exportNames(collection, from = 0) {
      const ids = open(collection)
      const end = ids.size
      for (let dense = from; dense < end; dense++) yield ids.name(dense)
    },
  }
}

interface GrowingIds extends CollectionIds {
  readonly number: number
  readonly bytes: number
  restore(id: string): void
}

function growingIds(
  collection: string,
  number: number,
  encoder: IdEncoder,
  onNew: ((collection: string, dense: number, id: string) => void) | undefined,
): GrowingIds {
  const where = `ids of ${collection}`
  const arena = idArena(where)
  /** Hash at `2 i`, address at `2 i + 1`: one cache line for both. */
  const pages: Uint32Array[] = []
  const word = (dense: number, which: 0 | 1) => pages[dense >>> 12]![((dense & (PAGE - 1)) << 1) | which]!
  const index = idIndex((dense) => word(dense, 0))
  let size = 0
  let length = 0
  let hash = 0

  /** Dense id of the string, -1 when new, -2 when it can be no id; leaves it encoded. */
  function locate(id: string): number {
    length = encoder.encode(id)
    if (length < 0) return -2
    hash = encoder.hash
    const slots = index.slots(hash)
    const mask = slots.length - 1
    for (let at = hash & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const dense = slots[at]! - 1
      const page = pages[dense >>> 12]!
      const place = (dense & (PAGE - 1)) << 1
      if (page[place] === hash && arena.equals(page[place + 1]!, encoder.bytes, length)) return dense
    }
    return -1
  }

  function append(): number {
    const dense = size
    if ((dense & (PAGE - 1)) === 0 && pages.length === dense >>> 12) pages.push(new Uint32Array(PAGE * 2))
    const address = arena.add(encoder.bytes, length)
    const page = pages[dense >>> 12]!
    const at = (dense & (PAGE - 1)) << 1
    page[at] = hash
    page[at + 1] = address
    index.insert(hash, dense)
    size++
    return dense
  }

  return {
    collection,
    number,
    get size() {
      return size
    },
    get bytes() {
      return arena.bytes + index.bytes + pages.length * PAGE * 8
    },
    intern(id) {
      const known = locate(id)
      if (known >= 0) return known
      if (known === -2) throw badId(where, id)
      const dense = append()
      onNew?.(collection, dense, id)
      return dense
    },
    find: (id) => Math.max(-1, locate(id)),
    name(dense) {
      if (!(Number.isInteger(dense) && dense >= 0 && dense < size)) throw pastTheEnd(where, "dense id", dense, size)
      return arena.text(word(dense, 1))
    },
    restore(id) {
      const known = locate(id)
      if (known === -2) throw badId(where, id)
      if (known >= 0) {
        throw new Corrupt(where, "every stored name once", `${JSON.stringify(id)} twice`, "Restore the store from its last backup.")
      }
      append()
    },
  }
}

function pastTheEnd(where: string, what: string, came: number, size: number): NotFound {
  return new NotFound(where, `a ${what} below ${size}`, String(came), "Ask only for numbers this table gave out.")
}
