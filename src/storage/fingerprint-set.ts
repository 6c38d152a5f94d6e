/** Old slots moved with every insert while growing: at least 2 are needed to finish before the next growth. */
const MOVED_PER_INSERT = 8

/** A growing set of 64-bit fingerprints (never 0): open addressing in a typed array, resized a few slots at a time. */
export class FingerprintSet {
  #slots: Uint32Array
  #mask: number
  /** The table before the growth under way, emptied from `#moved` on. */
  #old: Uint32Array | undefined
  #moved = 0
  #size = 0

  constructor(capacity = 1024) {
    this.#slots = new Uint32Array(capacity * 2)
    this.#mask = capacity - 1
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#slots.byteLength + (this.#old?.byteLength ?? 0)
  }

  has(low: number, high: number): boolean {
    return find(this.#slots, this.#mask, low, high) || (this.#old !== undefined && find(this.#old, this.#old.length / 2 - 1, low, high))
  }

  /** Adds a fingerprint that is not in the set. */
  add(low: number, high: number): void {
    if (this.#old !== undefined) this.#move(MOVED_PER_INSERT)
    else if (this.#size >= (this.#mask + 1) * 0.75) {
      this.#old = this.#slots
      this.#moved = 0
      this.#mask = this.#mask * 2 + 1
      this.#slots = new Uint32Array((this.#mask + 1) * 2)
    }
    place(this.#slots, this.#mask, low, high)
    this.#size++
  }

  #move(count: number): void {
    const old = this.#old!
    const end = Math.min(this.#moved + count * 2, old.length)
    for (let at = this.#moved; at < end; at += 2) {
      if (old[at] !== 0 || old[at + 1] !== 0) place(this.#slots, this.#mask, old[at]!, old[at + 1]!)
    }
    this.#moved = end
    if (end === old.length) this.#old = undefined
  }
}

function find(slots: Uint32Array, mask: number, low: number, high: number): boolean {
  let slot = low & mask
  for (;;) {
    const a = slots[slot * 2]!
    const b = slots[slot * 2 + 1]!
    if (a === low && b === high) return true
    if (a === 0 && b === 0) return false
    slot = (slot + 1) & mask
  }
}

function place(slots: Uint32Array, mask: number, low: number, high: number): void {
  let slot = low & mask
  while (slots[slot * 2] !== 0 || slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask
  slots[slot * 2] = low
  slots[slot * 2 + 1] = high
}
