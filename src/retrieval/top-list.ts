import { InvalidArgument } from "../core/index.ts"
import { isAllowed } from "./accumulator.ts"
import { BestK } from "./best-k.ts"
import type { Scored } from "./scored.ts"

/** What {@link TopList} ranks and how often. */
export interface TopListConfig {
  /** How many items there are now; dense ids are `0 .. size() - 1`. */
  size(): number
  /** The score of an item at a moment, NaN = never listed. */
  score(id: number, nowMs: number): number
  /** Longest list kept; ask for what filters may drop as well. */
  readonly depth: number
  /** A list older than this is made anew, default 10,000 ms. */
  readonly refreshMs?: number
  /** Items looked at in one call while a new list is made, default 20,000: about a millisecond. */
  readonly sliceItems?: number
}

/**
 * The best of all items by a score that moves with time: trending, newest, most popular.
 *
 * The list is made anew at most every `refreshMs`, a slice of items a call, and the old one answers meanwhile: no request waits for a
 * whole catalogue but the first. All scores of one list are of one moment.
 */
export class TopList {
  readonly #config: Required<TopListConfig>
  readonly #best = new BestK()
  #list: Scored | undefined
  #madeAt = Number.NEGATIVE_INFINITY
  #next = -1
  #moment = 0

  /** @throws {@link InvalidArgument} on a depth or slice that is not a whole number above 0, or a negative refresh */
  constructor(config: TopListConfig) {
    const { depth, refreshMs = 10_000, sliceItems = 20_000 } = config
    for (const [name, value] of Object.entries({ depth, sliceItems })) {
      if (!(Number.isInteger(value) && value > 0)) {
        throw new InvalidArgument("TopList", `a whole number above 0 as ${name}`, String(value), "Give a list a length.")
      }
    }
    if (!(refreshMs >= 0)) throw new InvalidArgument("TopList", "a refreshMs of 0 or more", String(refreshMs), "10000 is the default.")
    this.#config = { size: () => config.size(), score: (id, now) => config.score(id, now), depth, refreshMs, sliceItems }
  }

  /** The whole list as it is, made first when there is none. Scores shape `[at most depth]`; the arrays are shared: do not write. */
  list(nowMs: number): Scored {
    if (this.#list === undefined) {
      this.#begin(nowMs)
      while (this.#next >= 0) this.#advance()
    } else if (this.#next >= 0) {
      this.#advance()
    } else if (nowMs - this.#madeAt >= this.#config.refreshMs) {
      this.#begin(nowMs)
      this.#advance()
    }
    return this.#list!
  }

  /** The first `k` of the list that are allowed. */
  retrieve(k: number, nowMs: number, options: { readonly allowed?: Uint8Array } = {}): Scored {
    const { ids, scores } = this.list(nowMs)
    if (options.allowed === undefined) return { ids: ids.slice(0, k), scores: scores.slice(0, k) }
    const found = { ids: new Uint32Array(Math.min(k, ids.length)), scores: new Float32Array(Math.min(k, ids.length)) }
    let size = 0
    for (let i = 0; i < ids.length && size < found.ids.length; i++) {
      if (!isAllowed(options.allowed, ids[i]!)) continue
      found.ids[size] = ids[i]!
      found.scores[size++] = scores[i]!
    }
    return { ids: found.ids.subarray(0, size), scores: found.scores.subarray(0, size) }
  }

  #begin(nowMs: number): void {
    this.#moment = nowMs
    this.#next = 0
    this.#best.reset(this.#config.depth)
  }

  #advance(): void {
    const size = this.#config.size()
    const end = Math.min(size, this.#next + this.#config.sliceItems)
    for (let id = this.#next; id < end; id++) this.#best.push(id, this.#config.score(id, this.#moment))
    this.#next = end
    if (end < size) return
    this.#list = this.#best.take()
    this.#madeAt = this.#moment
    this.#next = -1
  }
}

/** Half of the score is left after `halfLifeMs`: the fade of age, 1 at age 0 and before. */
export function fade(ageMs: number, halfLifeMs: number): number {
  return ageMs <= 0 ? 1 : 2 ** (-ageMs / halfLifeMs)
}
