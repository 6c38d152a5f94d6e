import type { StateFactory } from "../family.ts"
import { type From, reaches } from "../reaches.ts"

/** Which interactions a history remembers. */
export interface HistoryOptions {
  /** Name of the list; default `<collection>.history`. Two systems that weigh differently need two names. */
  readonly name?: string
  /** Weight by interaction type, greater than 0; other types are not remembered. Default: every type counts 1 but those of `NEGATIVE_TYPES`. */
  readonly weights?: Readonly<Record<string, number>>
  /** Least value an interaction of a type needs to be remembered, such as half of a film watched; without a value it always is. */
  readonly from?: From
  /** Interactions kept a user, the newest; 24 bytes each. */
  readonly limit?: number
}

/** Interactions that say no, or take something back: not part of what a user liked. */
export const NEGATIVE_TYPES: readonly string[] = ["hide", "unhide", "block", "unblock", "dislike", "skip", "report"]

/**
 * What each user did, oldest first: a list of (dense item, time in epoch milliseconds, weight), in the order it became known.
 *
 * Read by the families about overlap and similarity, by retrievers that fold users in, and by the filter of seen items.
 */
export function history(options: HistoryOptions = {}): StateFactory {
  return ({ collection, collectionNumber }) => {
    const name = options.name ?? `${collection}.history`
    const { weights, from = {}, limit = 4096 } = options
    return {
      name,
      version: 1,
      config: { collection, weights: weights ?? null, from, limit },
      state: [{ kind: "list", name, key: "user", limit, width: 3 }],
      ...(weights === undefined ? {} : { types: Object.keys(weights) }),
      collection: collectionNumber,
      observe(event, tables) {
        if (event.record.event !== "interaction" || event.collection !== collectionNumber || event.user < 0 || !reaches(event, from)) return
        const weight = weights === undefined ? (NEGATIVE_TYPES.includes(event.type) ? 0 : 1) : (weights[event.type] ?? 0)
        if (weight > 0) tables.list(name).push(event.user, event.item, event.time, weight)
      },
    }
  }
}
