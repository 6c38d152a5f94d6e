import { InvalidArgument } from "../core/index.ts"

/** One query's items, scored at the same time on every shard. */
export interface Scatter {
  readonly items: number
  readonly microsPerItem: number
  readonly shards: number
}

/**
 * Milliseconds until every shard has scored its part: `ceil(items / shards) x microseconds`.
 *
 * @throws {@link InvalidArgument} on a negative count, a cost that is not positive, or no shard
 */
export function scatterMs({ items, microsPerItem, shards }: Scatter): number {
  if (!(items >= 0 && microsPerItem > 0 && Number.isInteger(shards) && shards >= 1)) {
    throw new InvalidArgument(
      "scatterMs",
      "items >= 0, microseconds above 0, whole shards from 1",
      `${items}, ${microsPerItem}, ${shards}`,
      "Check the three.",
    )
  }
  return (Math.ceil(items / shards) * microsPerItem) / 1000
}

/** Shards one query must be spread over, and whether anyone runs so many. */
export interface ShardNeed {
  readonly shards: number
  readonly practical: boolean
}

/** More machines than this for one query are called impractical. */
export const PRACTICAL_SHARDS = 10_000

/**
 * Fewest shards that score `items` within `budgetMs`. Shards alone rarely save a dear model: a million of them is an answer, but not a plan.
 *
 * @throws {@link InvalidArgument} when one item alone takes longer than the budget
 */
export function shardsWithin(items: number, microsPerItem: number, budgetMs: number, practicalShards = PRACTICAL_SHARDS): ShardNeed {
  const perShard = Math.floor((budgetMs * 1000) / microsPerItem + 1e-9)
  if (!(perShard >= 1)) {
    throw new InvalidArgument(
      "shardsWithin",
      `at least ${microsPerItem / 1000} ms, the time of one item`,
      `${budgetMs} ms`,
      "Raise the budget.",
    )
  }
  const shards = Math.max(1, Math.ceil(items / perShard))
  return { shards, practical: shards <= practicalShards }
}
