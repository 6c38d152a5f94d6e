const SHIFT = 14
const SIZE = 1 << SHIFT

/** Where the row of each key is: a paged array of 32-bit numbers, -1 for a key without a row. Pages appear when first written. */
export class KeyPlaces {
  #pages: (Int32Array | undefined)[] = []
  #allocated = 0
  #size = 0
  #keyEnd = 0

  get(key: number): number {
    const page = this.#pages[key >>> SHIFT]
    return page === undefined ? -1 : page[key & (SIZE - 1)]! - 1
  }

  /** Sets the place of a key; a new key counts. */
  set(key: number, place: number): void {
    const number = key >>> SHIFT
    while (this.#pages.length <= number) this.#pages.push(undefined)
    let page = this.#pages[number]
    if (page === undefined) {
      page = this.#pages[number] = new Int32Array(SIZE)
      this.#allocated++
    }
    if (page[key & (SIZE - 1)] === 0) this.#size++
    page[key & (SIZE - 1)] = place + 1
    if (key >= this.#keyEnd) this.#keyEnd = key + 1
  }

  delete(key: number): void {
    const page = this.#pages[key >>> SHIFT]
    if (page === undefined || page[key & (SIZE - 1)] === 0) return
    page[key & (SIZE - 1)] = 0
    this.#size--
  }

  get size(): number {
    return this.#size
  }

  /** One past the largest key ever set. */
  get keyEnd(): number {
    return this.#keyEnd
  }

  set keyEnd(end: number) {
    this.#keyEnd = Math.max(this.#keyEnd, end)
  }

  get bytes(): number {
    return this.#allocated * SIZE * 4 + this.#pages.length * 8
  }
}
