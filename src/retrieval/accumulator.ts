import { BestK } from "./best-k.ts"
import type { Scored } from "./scored.ts"

/** What a look-up leaves out. */
export interface LeaveOut {
  /** Dense ids that are never answered, such as what the user knows. */
  readonly skip?: ArrayLike<number>
  /** Non-zero at an id = may be answered; ids past its end may not. Everything may when absent. */
  readonly allowed?: Uint8Array
}

/**
 * Sums of scores by dense id, sparse in each request: only the ids that were touched are cleared and looked at. Kept between requests,
 * 13 bytes an id; synchronous use only.
 */
export class Accumulator {
  #sums: Float64Array
  #isTouched: Uint8Array
  #touched: Uint32Array
  #count = 0
  readonly #best = new BestK()

  constructor(size: number) {
    this.#sums = new Float64Array(size)
    this.#isTouched = new Uint8Array(size)
    this.#touched = new Uint32Array(size)
  }

  get bytes(): number {
    return this.#sums.byteLength + this.#isTouched.byteLength + this.#touched.byteLength
  }

  add(id: number, score: number): void {
    if (this.#isTouched[id] === 0) {
      this.#isTouched[id] = 1
      this.#touched[this.#count++] = id
    }
    this.#sums[id]! += score
  }

  /** That id will not be answered by the next {@link take}. */
  leaveOut(id: number): void {
    this.add(id, 0)
    this.#isTouched[id] = 2
  }

  /** The sum of an id so far, 0 when it was not touched or is unknown. */
  at(id: number): number {
    return id < this.#sums.length ? this.#sums[id]! : 0
  }

  /** The `k` best of the touched ids that are not left out; everything is cleared. */
  take(k: number, { skip, allowed }: LeaveOut = {}): Scored {
    if (skip !== undefined) for (let i = 0; i < skip.length; i++) if (skip[i]! < this.#sums.length) this.leaveOut(skip[i]!)
    this.#best.reset(k)
    for (let i = 0; i < this.#count; i++) {
      const id = this.#touched[i]!
      if (this.#isTouched[id] === 1 && isAllowed(allowed, id)) this.#best.push(id, this.#sums[id]!)
    }
    this.clear()
    return this.#best.take()
  }

  /** Calls back with every touched id and its sum, in the order they were touched. */
  each(visit: (id: number, sum: number) => void): void {
    for (let i = 0; i < this.#count; i++) visit(this.#touched[i]!, this.#sums[this.#touched[i]!]!)
  }

  /** Replaces the sum of a touched id. */
  set(id: number, sum: number): void {
    this.#sums[id] = sum
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) {
      this.#sums[this.#touched[i]!] = 0
      this.#isTouched[this.#touched[i]!] = 0
    }
    this.#count = 0
  }
}

/** True when the mask lets the id through; no mask lets all. */
export function isAllowed(allowed: Uint8Array | undefined, id: number): boolean {
  return allowed === undefined || (id < allowed.length && allowed[id] !== 0)
}
