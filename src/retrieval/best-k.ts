import type { Scored } from "./scored.ts"

/**
 * Keeps the `k` best of the (id, score) pairs pushed to it; equal scores by lower id, NaN never. A heap with the worst on top, kept
 * between requests: pushing allocates nothing.
 */
export class BestK {
  #ids = new Uint32Array(0)
  #scores = new Float64Array(0)
  #k = 0
  #size = 0

  /** Forgets everything and keeps `k` from now on. */
  reset(k: number): void {
    this.#k = Math.max(0, k)
    this.#size = 0
  }

  push(id: number, score: number): void {
    if (this.#size < this.#k) {
      if (Number.isNaN(score)) return
      if (this.#size === this.#ids.length) this.#grow()
      this.#lift(this.#size++, id, score)
    } else if (this.#k > 0 && (score > this.#scores[0]! || (score === this.#scores[0] && id < this.#ids[0]!))) {
      this.#sink(this.#size, id, score)
    }
  }

  /** What was kept, best first; the heap is empty afterwards. The only allocation. */
  take(): Scored {
    const size = this.#size
    const ids = new Uint32Array(size)
    const scores = new Float32Array(size)
    for (let end = size - 1; end >= 0; end--) {
      ids[end] = this.#ids[0]!
      scores[end] = this.#scores[0]!
      this.#sink(end, this.#ids[end]!, this.#scores[end]!)
    }
    this.#size = 0
    return { ids, scores }
  }

  #grow(): void {
    const room = Math.max(16, this.#ids.length * 2)
    const ids = new Uint32Array(room)
    const scores = new Float64Array(room)
    ids.set(this.#ids)
    scores.set(this.#scores)
    this.#ids = ids
    this.#scores = scores
  }

  #lift(end: number, id: number, score: number): void {
    const ids = this.#ids
    const scores = this.#scores
    let hole = end
    while (hole > 0) {
      const parent = (hole - 1) >>> 1
      if (scores[parent]! < score || (scores[parent] === score && ids[parent]! > id)) break
      ids[hole] = ids[parent]!
      scores[hole] = scores[parent]!
      hole = parent
    }
    ids[hole] = id
    scores[hole] = score
  }

  #sink(size: number, id: number, score: number): void {
    const ids = this.#ids
    const scores = this.#scores
    let hole = 0
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1
      if (right < size && (scores[right]! < scores[child]! || (scores[right] === scores[child] && ids[right]! > ids[child]!))) child = right
      if (score < scores[child]! || (score === scores[child] && id > ids[child]!)) break
      ids[hole] = ids[child]!
      scores[hole] = scores[child]!
      hole = child
    }
    ids[hole] = id
    scores[hole] = score
  }
}
