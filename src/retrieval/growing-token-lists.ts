import type { TokenLists } from "./content-neighbours.ts"

/**
 * Tokens of items that come and change one by one, side by side in one array: 4 bytes a token and 8 an item, where an array an item takes
 * two hundred bytes more.
 */
export class GrowingTokenLists {
  #starts = new Uint32Array(64)
  #lengths = new Uint32Array(64)
  #tokens = new Uint32Array(256)
  #used = 0
  /** Tokens in `#tokens` that an item no longer has. */
  #wasted = 0
  #size = 0

  /** Items so far: one past the largest that was set. */
  get size(): number {
    return this.#size
  }

  /** Gives an item its tokens; true when they are others than before, in order and number. */
  set(item: number, tokens: ArrayLike<number>): boolean {
    const isKnown = item < this.#size
    this.#reserve(item)
    if (isKnown && this.#isSame(item, tokens)) return false
    this.#wasted += this.#lengths[item]!
    if (this.#used + tokens.length > this.#tokens.length) this.#makeRoom(item, tokens.length)
    this.#starts[item] = this.#used
    this.#lengths[item] = tokens.length
    this.#tokens.set(tokens, this.#used)
    this.#used += tokens.length
    return true
  }

  /** The item's tokens: a view, good until the next `set`. Empty for one that was not set. */
  of(item: number): Uint32Array {
    if (!(item < this.#size)) return new Uint32Array()
    return this.#tokens.subarray(this.#starts[item]!, this.#starts[item]! + this.#lengths[item]!)
  }

  /** All of them as an index is fitted to. */
  lists(vocabulary: number): TokenLists {
    const offsets = new Uint32Array(this.#size + 1)
    for (let item = 0; item < this.#size; item++) offsets[item + 1] = offsets[item]! + this.#lengths[item]!
    const tokens = new Uint32Array(offsets[this.#size]!)
    for (let item = 0; item < this.#size; item++) tokens.set(this.of(item), offsets[item])
    return { vocabulary, offsets, tokens }
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#lengths.byteLength + this.#tokens.byteLength
  }

  #isSame(item: number, tokens: ArrayLike<number>): boolean {
    const start = this.#starts[item]!
    if (this.#lengths[item] !== tokens.length) return false
    for (let at = 0; at < tokens.length; at++) if (this.#tokens[start + at] !== tokens[at]) return false
    return true
  }

  #reserve(item: number): void {
    if (item >= this.#starts.length) {
      const room = Math.max(item + 1, this.#starts.length * 2)
      this.#starts = grown(this.#starts, room)
      this.#lengths = grown(this.#lengths, room)
    }
    this.#size = Math.max(this.#size, item + 1)
  }

  /** Room for more tokens: a larger array, with what is wasted left out. The tokens of `without` are about to be replaced. */
  #makeRoom(without: number, needed: number): void {
    const kept = this.#used - this.#wasted
    const tokens = new Uint32Array(Math.max(256, Math.ceil((kept + needed) * 1.5)))
    let used = 0
    for (let item = 0; item < this.#size; item++) {
      if (item === without) continue
      tokens.set(this.of(item), used)
      this.#starts[item] = used
      used += this.#lengths[item]!
    }
    this.#tokens = tokens
    this.#used = used
    this.#wasted = 0
  }
}

function grown(from: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length)
  to.set(from)
  return to
}
