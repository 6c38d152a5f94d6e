import { InvalidArgument } from "../core/index.ts"

/** Values over a span that ends at a moment; a mean or maximum of nothing is null. */
export interface WindowAggregate {
  readonly count: number
  readonly sum: number
  readonly mean: number | null
  readonly max: number | null
}

/**
 * Aggregates the tuples `(value, time)` at `page[start ...]` whose time lies in `(now - span, now]`: what happened after `now` is never seen.
 *
 * @param tuples - how many there are, in any order of time
 */
export function aggregateWindow(page: ArrayLike<number>, start: number, tuples: number, now: number, span: number): WindowAggregate {
  let count = 0
  let sum = 0
  let max = Number.NEGATIVE_INFINITY
  for (let at = start; at < start + 2 * tuples; at += 2) {
    const time = page[at + 1]!
    if (time > now || time <= now - span) continue
    count++
    sum += page[at]!
    if (page[at]! > max) max = page[at]!
  }
  return { count, sum, mean: count === 0 ? null : sum / count, max: count === 0 ? null : max }
}

/** A value of a key as of a moment, such as a row of a feature table made by another system. */
export interface TimedValue<Key, V> {
  readonly key: Key
  /** When it became true. */
  readonly event: number
  /** When it became known; null when nobody wrote that down. */
  readonly created: number | null
  readonly value: V
}

/** How far back and how strictly {@link asOfJoin} looks. */
export interface AsOfOptions {
  /** Oldest age that still counts, inclusive, in the unit of the times; 0 or absent: any. */
  readonly ttl?: number | null
  /** Only what was also known at that moment; a value without `created` then never counts. Default true: the other way trains on hindsight. */
  readonly known?: boolean
}

/**
 * The newest value of each key at each moment, and nothing later: the join that makes training rows from a table of values and a list of
 * (key, moment). Of values of one moment the one created last counts; null where there is none.
 *
 * `n` values and `m` moments cost `n log n + m log n`.
 * @throws {@link InvalidArgument} on a time that is no number
 */
export function asOfJoin<Key, V>(
  values: readonly TimedValue<Key, V>[],
  moments: readonly (readonly [key: Key, time: number])[],
  { ttl, known = true }: AsOfOptions = {},
): (V | null)[] {
  const byKey = new Map<Key, TimedValue<Key, V>[]>()
  for (const value of values) {
    if (!Number.isFinite(value.event))
      throw new InvalidArgument("asOfJoin", "times that are numbers", String(value.event), "Parse them before.")
    const list = byKey.get(value.key)
    if (list === undefined) byKey.set(value.key, [value])
    else list.push(value)
  }
  for (const list of byKey.values()) {
    list.sort((a, b) => a.event - b.event || (a.created ?? Number.NEGATIVE_INFINITY) - (b.created ?? Number.NEGATIVE_INFINITY))
  }
  const oldest = ttl === undefined || ttl === null || ttl === 0 ? Number.POSITIVE_INFINITY : ttl
  return moments.map(([key, time]) => {
    const list = byKey.get(key) ?? []
    for (let at = notAfter(list, time) - 1; at >= 0 && list[at]!.event >= time - oldest; at--) {
      const { created, value } = list[at]!
      if (!known || (created !== null && created <= time)) return value
    }
    return null
  })
}

/** How many values of a sorted list are not after `time`. */
function notAfter(list: readonly { readonly event: number }[], time: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]!.event <= time) low = middle + 1
    else high = middle
  }
  return low
}
