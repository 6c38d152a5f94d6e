/** A set of dense ids that is emptied by counting on and kept between requests: 4 bytes for each id up to the largest. */
export class StampSet {
  #stamps = new Uint32Array(1024)
  #stamp = 1

  clear(): void {
    if (++this.#stamp < 2 ** 32) return
    this.#stamps.fill(0)
    this.#stamp = 1
  }

  /** Adds an id; true when it was not there. */
  add(id: number): boolean {
    if (id >= this.#stamps.length) {
      const stamps = new Uint32Array(Math.max(id + 1, this.#stamps.length * 2))
      stamps.set(this.#stamps)
      this.#stamps = stamps
    }
    if (this.#stamps[id] === this.#stamp) return false
    this.#stamps[id] = this.#stamp
    return true
  }

  has(id: number): boolean {
    return this.#stamps[id] === this.#stamp
  }
}
