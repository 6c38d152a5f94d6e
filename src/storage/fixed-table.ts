import type { FixedTable } from "../core/index.ts"
import { KeyPlaces } from "./key-places.ts"
import { type BlockImage, Slab } from "./slab.ts"

/** A table whose rows all have one stride, over one slab. */
export class SlabFixedTable implements FixedTable {
  readonly stride: number
  readonly slabs: readonly Slab[]
  readonly #slab: Slab
  readonly #places = new KeyPlaces()
  readonly #zeros: Float64Array

  constructor(stride: number) {
    this.stride = stride
    this.#slab = new Slab(stride)
    this.slabs = [this.#slab]
    this.#zeros = new Float64Array(stride)
  }

  has(key: number): boolean {
    return this.#places.get(key) >= 0
  }

  page(key: number): Float64Array {
    const row = this.#places.get(key)
    return row < 0 ? this.#zeros : this.#slab.page(row)
  }

  offset(key: number): number {
    const row = this.#places.get(key)
    return row < 0 ? 0 : this.#slab.offset(row)
  }

  touch(key: number): Float64Array {
    let row = this.#places.get(key)
    if (row < 0) {
      row = this.#slab.allocate(key)
      this.#places.set(key, row)
    } else this.#slab.mark(row)
    return this.#slab.page(row)
  }

  clear(key: number): void {
    const row = this.#places.get(key)
    if (row < 0) return
    this.#slab.release(row)
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
    return this.#slab.bytes + this.#places.bytes + this.#zeros.byteLength
  }

  restore(_slab: number, image: BlockImage): void {
    this.#slab.restore(image, (key, row) => this.#places.set(key, row))
  }
}
