import { type BundleReader, type BundleWriter, Corrupt, InvalidArgument, topK } from "../core/index.ts"
import type { Scored } from "./scored.ts"
import { fade, TopList } from "./top-list.ts"

/** How the lists that change with time are kept; see {@link TopList}. */
export interface ListTiming {
  readonly depth: number
  readonly refreshMs?: number
  readonly sliceItems?: number
}

/**
 * What is being taken up now: items by a decayed count.
 *
 * @param counts - `size()`: items there are; `count(id, nowMs)`: the item's decayed count at that moment
 * @param options - timing of the list, and `least` (default 1): a smaller count is not listed
 */
export function trending(
  counts: { size(): number; count(id: number, nowMs: number): number },
  options: ListTiming & { readonly least?: number },
): TopList {
  const { least = 1 } = options
  const score = (id: number, now: number) => {
    const count = counts.count(id, now)
    return count >= least ? count : Number.NaN
  }
  return new TopList({ ...options, size: () => counts.size(), score })
}

/**
 * What came in lately: items first seen within a window, newest first, score 1 fading by half every `halfLifeMs`.
 *
 * @param items - `size()`: items there are; `firstSeenMs(id)`: when it came, epoch milliseconds, NaN = unknown, never listed
 * @param options - `windowMs`: older items are not listed; `halfLifeMs`, default a quarter of the window; timing of the list
 * @throws {@link InvalidArgument} on a window or half-life that is not above 0
 */
export function newItems(
  items: { size(): number; firstSeenMs(id: number): number },
  options: ListTiming & { readonly windowMs: number; readonly halfLifeMs?: number },
): TopList {
  const { windowMs, halfLifeMs = windowMs / 4 } = options
  if (!(windowMs > 0 && halfLifeMs > 0)) {
    throw new InvalidArgument("newItems", "a window and half-life above 0 ms", `${windowMs} and ${halfLifeMs}`, "Give milliseconds.")
  }
  const score = (id: number, now: number) => {
    const age = now - items.firstSeenMs(id)
    return age >= 0 && age <= windowMs ? fade(age, halfLifeMs) : Number.NaN
  }
  return new TopList({ ...options, size: () => items.size(), score })
}

/** The most popular items of a release, best first: what a page falls back to. */
export class PopularityList {
  readonly #list: Scored
  constructor(list: Scored) {
    this.#list = list
  }

  /** How many it holds. */
  get size(): number {
    return this.#list.ids.length
  }

  /** Its first `k`. */
  retrieve(k: number): Scored {
    return { ids: this.#list.ids.slice(0, k), scores: this.#list.scores.slice(0, k) }
  }

  save(bundle: BundleWriter): void {
    bundle.array("ids", this.#list.ids)
    bundle.array("scores", this.#list.scores)
  }

  /** @throws {@link Corrupt} when ids and scores are not of one length */
  static load(bundle: BundleReader): PopularityList {
    const ids = bundle.array("ids")
    const scores = bundle.array("scores")
    if (ids.length !== scores.length) {
      throw new Corrupt("popularity list", `${ids.length} scores`, String(scores.length), "Train the release again.")
    }
    return new PopularityList({ ids: Uint32Array.from(ids), scores: Float32Array.from(scores) })
  }
}

/** The `depth` most popular (all when absent) by a score for every dense id, shape `[items]`; NaN = never listed, equal scores by lower id. */
export function popularityList(scores: Float32Array | Float64Array, depth = scores.length): PopularityList {
  const ids = topK(scores, Math.min(depth, scores.length))
  return new PopularityList({ ids, scores: Float32Array.from(ids, (id) => scores[id]!) })
}
