import type { ListTable } from "../core/index.ts"
import { KeyPlaces } from "./key-places.ts"
import { type BlockImage, Slab } from "./slab.ts"
import { classCapacity, LIST_HEAD, largestClass, listStride } from "./state-layout.ts"

/** Bits of a place that hold the size class. */
const CLASS_BITS = 5
const CLASS_MASK = (1 << CLASS_BITS) - 1

/**
 * A table of lists, each in a slot of the smallest size class (a power of two of tuples) that holds it; one slab a class.
 *
 * A slot is `[length, first, tuples...]`: the list is the `length` tuples from the `first` place on. Dropping the oldest moves `first`;
 * a list that reaches the end of its slot is moved down, or to the next class when it fills it.
 */
export class SlabListTable implements ListTable {
  readonly width: number
  readonly limit: number
  readonly slabs: readonly Slab[]
  readonly #places = new KeyPlaces()
  readonly #nothing = new Float64Array(LIST_HEAD)

  constructor(width: number, limit: number) {
    this.width = width
    this.limit = limit
    this.slabs = Array.from({ length: largestClass(limit) + 1 }, (_, sizeClass) => new Slab(listStride(sizeClass, width)))
  }

  length(key: number): number {
    const place = this.#places.get(key)
    if (place < 0) return 0
    const slab = this.slabs[place & CLASS_MASK]!
    const row = place >> CLASS_BITS
    return slab.page(row)[slab.offset(row)]!
  }

  page(key: number): Float64Array {
    const place = this.#places.get(key)
    return place < 0 ? this.#nothing : this.slabs[place & CLASS_MASK]!.page(place >> CLASS_BITS)
  }

  start(key: number): number {
    const place = this.#places.get(key)
    if (place < 0) return 0
    const slab = this.slabs[place & CLASS_MASK]!
    const row = place >> CLASS_BITS
    const at = slab.offset(row)
    return at + LIST_HEAD + slab.page(row)[at + 1]! * this.width
  }

  push(key: number, ...tuple: number[]): void {
    const place = this.#room(key)
    const slab = this.slabs[place & CLASS_MASK]!
    const row = place >> CLASS_BITS
    const page = slab.page(row)
    const at = slab.offset(row)
    const length = page[at]!
    const end = at + LIST_HEAD + (page[at + 1]! + length) * this.width
    for (let w = 0; w < this.width; w++) page[end + w] = tuple[w] ?? 0
    page[at] = length + 1
  }

  /** The place of the key's list with its slot marked as changed, shorter than the limit and with room at the end for a tuple. */
  #room(key: number): number {
    const place = this.#places.get(key)
    if (place < 0) {
      const fresh = this.slabs[0]!.allocate(key) << CLASS_BITS
      this.#places.set(key, fresh)
      return fresh
    }
    const sizeClass = place & CLASS_MASK
    const slab = this.slabs[sizeClass]!
    const row = place >> CLASS_BITS
    slab.mark(row)
    const page = slab.page(row)
    const at = slab.offset(row)
    if (page[at]! >= this.limit) {
      page[at] = this.limit - 1
      page[at + 1]!++
    }
    const capacity = classCapacity(sizeClass)
    if (page[at + 1]! + page[at]! < capacity) return place
    if (page[at]! === capacity && sizeClass + 1 < this.slabs.length) return this.#enlarge(key, place)
    const from = at + LIST_HEAD + page[at + 1]! * this.width
    page.copyWithin(at + LIST_HEAD, from, from + page[at]! * this.width)
    page[at + 1] = 0
    return place
  }

  #enlarge(key: number, place: number): number {
    const sizeClass = place & CLASS_MASK
    const row = place >> CLASS_BITS
    const from = this.slabs[sizeClass]!
    const to = this.slabs[sizeClass + 1]!
    const larger = to.allocate(key)
    const source = from.page(row)
    const sourceAt = from.offset(row)
    const target = to.page(larger)
    const targetAt = to.offset(larger)
    const length = source[sourceAt]!
    const first = sourceAt + LIST_HEAD + source[sourceAt + 1]! * this.width
    target[targetAt] = length
    target.set(source.subarray(first, first + length * this.width), targetAt + LIST_HEAD)
    from.release(row)
    const moved = (larger << CLASS_BITS) | (sizeClass + 1)
    this.#places.set(key, moved)
    return moved
  }

  remove(key: number, value: number): boolean {
    const length = this.length(key)
    const page = this.page(key)
    const start = this.start(key)
    for (let i = 0; i < length; i++) {
      if (page[start + i * this.width] !== value) continue
      if (length === 1) this.clear(key)
      else this.#cut(this.#places.get(key), i, length)
      return true
    }
    return false
  }

  #cut(place: number, index: number, length: number): void {
    const slab = this.slabs[place & CLASS_MASK]!
    const row = place >> CLASS_BITS
    slab.mark(row)
    const page = slab.page(row)
    const at = slab.offset(row)
    const start = at + LIST_HEAD + page[at + 1]! * this.width
    page.copyWithin(start + index * this.width, start + (index + 1) * this.width, start + length * this.width)
    page[at] = length - 1
  }

  clear(key: number): void {
    const place = this.#places.get(key)
    if (place < 0) return
    this.slabs[place & CLASS_MASK]!.release(place >> CLASS_BITS)
    this.#places.delete(key)
  }

  get size(): number {
    return this.#places.size
  }

  get keyEnd(): number {
    return this.#places.keyEnd
  }

  set keyEnd(end: number) {
    this.#places.keyEnd = end
  }

  get bytes(): number {
    return this.slabs.reduce((total, slab) => total + slab.bytes, this.#places.bytes)
  }

  restore(sizeClass: number, image: BlockImage): void {
    this.slabs[sizeClass]!.restore(image, (key, row) => this.#places.set(key, (row << CLASS_BITS) | sizeClass))
  }
}
