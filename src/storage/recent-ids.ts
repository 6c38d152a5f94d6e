import { FingerprintSet } from "./fingerprint-set.ts"

/** How long and how many ids are remembered, and how finely they are forgotten. */
export interface RecentIdsOptions {
  /** Ids younger than this are always recognised (unless `maxIds` newer ones came). Default 7 days. */
  readonly maxAgeMs?: number
  /** The newest this many ids are always recognised (while younger than `maxAgeMs`). Default 50 million. */
  readonly maxIds?: number
}

interface Generation {
  readonly startMs: number
  endMs: number
  /** One past the last position its ids belong to. */
  endPosition: number
  readonly ids: FingerprintSet
}

const DAY_MS = 86_400_000
const GENERATIONS = 8

/**
 * The ids seen lately, as 64-bit fingerprints, forgotten a generation at a time (an eighth of the window by time or by count).
 *
 * Memory: 8 bytes a slot at a load between 0.375 and 0.75, so 10.7 to 21.4 bytes an id. Growth moves a few slots an insert, so no insert is long.
 */
export class RecentIds {
  readonly #generationMs: number
  readonly #generationIds: number
  readonly #maxAgeMs: number
  readonly #maxIds: number
  #generations: Generation[] = []

  constructor({ maxAgeMs = 7 * DAY_MS, maxIds = 50_000_000 }: RecentIdsOptions = {}) {
    this.#maxAgeMs = maxAgeMs
    this.#maxIds = maxIds
    this.#generationMs = maxAgeMs / GENERATIONS
    this.#generationIds = Math.max(1, Math.ceil(maxIds / GENERATIONS))
  }

  /** True when the fingerprint is remembered. */
  has(low: number, high: number): boolean {
    for (let i = this.#generations.length - 1; i >= 0; i--) if (this.#generations[i]!.ids.has(low, high)) return true
    return false
  }

  /** Remembers a fingerprint of the record at `position`, appended at `nowMs`, without asking whether it is new. */
  add(low: number, high: number, position: number, nowMs: number): void {
    let newest = this.#generations.at(-1)
    if (newest === undefined || nowMs - newest.startMs >= this.#generationMs || newest.ids.size >= this.#generationIds) {
      newest = { startMs: nowMs, endMs: nowMs, endPosition: position + 1, ids: new FingerprintSet() }
      this.#generations.push(newest)
    }
    newest.ids.add(low, high)
    newest.endMs = nowMs
    newest.endPosition = position + 1
  }

  /** Forgets generations that are wholly outside the window; returns the position before which nothing is remembered any more. */
  expire(nowMs: number): number {
    let kept = this.size
    let before = 0
    while (this.#generations.length > 1) {
      const oldest = this.#generations[0]!
      const outside = nowMs - oldest.endMs > this.#maxAgeMs || kept - oldest.ids.size >= this.#maxIds
      if (!outside) break
      kept -= oldest.ids.size
      before = oldest.endPosition
      this.#generations.shift()
    }
    return before
  }

  get size(): number {
    return this.#generations.reduce((total, { ids }) => total + ids.size, 0)
  }

  get bytes(): number {
    return this.#generations.reduce((total, { ids }) => total + ids.bytes, 0)
  }
}
