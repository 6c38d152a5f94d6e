/** Sums by dense code that are cleared in the time it took to fill them; grows with the largest code and allocates nothing else. */
export class CodeWeights {
  #weights = new Float64Array(64)
  #touched = new Int32Array(64)
  #size = 0

  add(code: number, weight: number): void {
    if (code >= this.#weights.length) this.#grow(code)
    if (this.#weights[code] === 0) this.#touched[this.#size++] = code
    this.#weights[code]! += weight
  }

  /** The sum of a code, 0 when nothing was added. */
  of(code: number): number {
    return this.#weights[code] ?? 0
  }

  /** The code with the greatest sum, the smallest among equals; -1 when nothing was added. */
  greatest(): number {
    let best = -1
    for (let i = 0; i < this.#size; i++) {
      const code = this.#touched[i]!
      const weight = this.#weights[code]!
      if (best < 0 || weight > this.#weights[best]! || (weight === this.#weights[best]! && code < best)) best = code
    }
    return best
  }

  clear(): void {
    for (let i = 0; i < this.#size; i++) this.#weights[this.#touched[i]!] = 0
    this.#size = 0
  }

  #grow(code: number): void {
    const weights = new Float64Array(Math.max(code + 1, this.#weights.length * 2))
    weights.set(this.#weights)
    this.#weights = weights
    const touched = new Int32Array(weights.length)
    touched.set(this.#touched)
    this.#touched = touched
  }
}
