import type { CollectionIds, Value } from "../core/index.ts"
import { timeOf } from "./states/field-state.ts"

/** One field of a collection's items as numbers, by dense id. */
export class NumericColumn {
  #values = new Float64Array(64).fill(Number.NaN)

  /** The number, NaN when missing: booleans are 1 or 0, strings are read as times in epoch milliseconds. */
  at(dense: number): number {
    return this.#values[dense] ?? Number.NaN
  }

  set(dense: number, value: Value | undefined): void {
    if (dense >= this.#values.length) {
      const values = new Float64Array(Math.max(dense + 1, this.#values.length * 2)).fill(Number.NaN)
      values.set(this.#values)
      this.#values = values
    }
    this.#values[dense] = value === undefined ? Number.NaN : typeof value === "boolean" ? Number(value) : timeOf(value)
  }

  get bytes(): number {
    return this.#values.byteLength
  }
}

/** One category or categories field of a collection's items, by dense id: a list of codes each. */
export class CategoryColumn {
  readonly #codes: CollectionIds
  #starts = new Uint32Array(64)
  #lengths = new Uint16Array(64)
  #arena = new Uint32Array(256)
  #used = 0

  constructor(codes: CollectionIds) {
    this.#codes = codes
  }

  /** The code of a value, -1 for one that no item ever had. */
  code(value: string): number {
    return this.#codes.find(value)
  }

  /** The value of a code. */
  name(code: number): string {
    return this.#codes.name(code)
  }

  /** How many values the item has. */
  length(dense: number): number {
    return this.#lengths[dense] ?? 0
  }

  /** The code of the item's value number `place`, in `[0, length)`. */
  at(dense: number, place: number): number {
    return this.#arena[this.#starts[dense]! + place]!
  }

  /** True when the item has the value. */
  has(dense: number, code: number): boolean {
    const length = this.length(dense)
    for (let place = 0; place < length; place++) if (this.at(dense, place) === code) return true
    return false
  }

  set(dense: number, value: Value | undefined): void {
    const values = Array.isArray(value) ? value : typeof value === "string" ? [value] : []
    if (dense >= this.#lengths.length) this.#growItems(dense)
    if (values.length > this.#lengths[dense]!) this.#starts[dense] = this.#reserve(values.length)
    this.#lengths[dense] = values.length
    for (let place = 0; place < values.length; place++)
      this.#arena[this.#starts[dense]! + place] = this.#codes.intern(String(values[place]))
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#lengths.byteLength + this.#arena.byteLength
  }

  /** A longer list gets a new place; the old one is not used again. */
  #reserve(length: number): number {
    const start = this.#used
    this.#used += length
    if (this.#used > this.#arena.length) {
      const arena = new Uint32Array(Math.max(this.#used, this.#arena.length * 2))
      arena.set(this.#arena)
      this.#arena = arena
    }
    return start
  }

  #growItems(dense: number): void {
    const length = Math.max(dense + 1, this.#lengths.length * 2)
    const starts = new Uint32Array(length)
    starts.set(this.#starts)
    this.#starts = starts
    const lengths = new Uint16Array(length)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }
}
