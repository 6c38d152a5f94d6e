import type { FixedTable, StateDeclaration } from "../core/index.ts"

/** The shape of a counter's rows: absolute index of the newest bucket, then `buckets * width` sums as a ring indexed by bucket. */
export type CounterDeclaration = Extract<StateDeclaration, { kind: "counter" }>

/** The shape of a ring's rows: how many tuples were ever pushed, then `length * width` numbers. */
export type RingDeclaration = Extract<StateDeclaration, { kind: "ring" }>

/** A bucket that holds all of time: a counter of one such bucket is a plain sum. */
export const FOREVER_MS = 1e15

/**
 * Adds `amount` to a counter's bucket at `time`. A bucket newer than the newest drops the oldest ones.
 *
 * @returns false, with nothing added, when that bucket was dropped before: the event is late
 */
export function addToCounter(
  table: FixedTable,
  shape: CounterDeclaration,
  key: number,
  time: number,
  column: number,
  amount: number,
): boolean {
  const { buckets, width } = shape
  const bucket = Math.floor(time / shape.bucketMs)
  const page = table.touch(key)
  const start = table.offset(key)
  const head = page[start]!
  if (bucket <= head - buckets) return false
  if (bucket > head) {
    for (let fresh = Math.max(head + 1, bucket - buckets + 1); fresh <= bucket; fresh++) {
      const first = start + 1 + slotOf(fresh, buckets) * width
      for (let slot = first; slot < first + width; slot++) page[slot] = 0
    }
    page[start] = bucket
  }
  page[start + 1 + slotOf(bucket, buckets) * width + column]! += amount
  return true
}

/**
 * The sum of a counter's last `window` buckets at `time`: the one `time` falls in and the `window - 1` before it, as far as they are held.
 * Buckets after `time` are never read. 0 for a key without a row.
 */
export function windowSum(
  table: FixedTable,
  shape: CounterDeclaration,
  key: number,
  time: number,
  window: number = shape.buckets,
  column = 0,
): number {
  if (key < 0 || !table.has(key)) return 0
  const { buckets, width } = shape
  const page = table.page(key)
  const start = table.offset(key)
  const head = page[start]!
  const current = Math.floor(time / shape.bucketMs)
  const last = Math.min(head, current)
  const oldest = Math.max(current - window, head - buckets) + 1
  let slot = slotOf(oldest, buckets)
  let sum = 0
  for (let left = last - oldest; left >= 0; left--) {
    sum += page[start + 1 + slot * width + column]!
    if (++slot === buckets) slot = 0
  }
  return sum
}

/** Pushes the pair `(first, second)` onto a ring of width 2, over the oldest one when it is full. */
export function pushToRing(table: FixedTable, shape: RingDeclaration, key: number, first: number, second: number): void {
  const page = table.touch(key)
  const start = table.offset(key)
  const slot = start + 1 + (page[start]! % shape.length) * shape.width
  page[slot] = first
  page[slot + 1] = second
  page[start]!++
}

/** How many tuples a ring holds for the key. */
export function ringLength(table: FixedTable, shape: RingDeclaration, key: number): number {
  if (key < 0 || !table.has(key)) return 0
  return Math.min(table.page(key)[table.offset(key)]!, shape.length)
}

/** Number `column` of a ring's tuple `age`, 0 being the newest; `age` in `[0, ringLength)`. */
export function ringValue(table: FixedTable, shape: RingDeclaration, key: number, age: number, column: number): number {
  const page = table.page(key)
  const start = table.offset(key)
  const place = (page[start]! - 1 - age) % shape.length
  return page[start + 1 + place * shape.width + column]!
}

/**
 * Claims a `latest` row for an event at `time`: writes the timestamp and returns true when the caller may write the numbers that follow it.
 * False when the row is newer. With equal timestamps the later position wins.
 */
export function claimLatest(table: FixedTable, key: number, time: number): boolean {
  const fresh = !table.has(key)
  if (!fresh && time < table.page(key)[table.offset(key)]!) return false
  const page = table.touch(key)
  page[table.offset(key)] = time
  return true
}

/** Number `column` of a `latest` row, NaN when there is no row. */
export function latestValue(table: FixedTable, key: number, column = 0): number {
  if (key < 0 || !table.has(key)) return Number.NaN
  return table.page(key)[table.offset(key) + 1 + column]!
}

/** The remainder, never negative. Floor and multiply, because `%` on numbers past 31 bits is a slow call. */
function slotOf(bucket: number, buckets: number): number {
  return buckets === 1 ? 0 : bucket - Math.floor(bucket / buckets) * buckets
}

/** Length of the vector in a `latest` row, whose first number is its time; NaN without a row. */
export function vectorNorm(table: FixedTable, key: number, dimension: number): number {
  if (key < 0 || !table.has(key)) return Number.NaN
  const page = table.page(key)
  const start = table.offset(key) + 1
  let square = 0
  for (let d = 0; d < dimension; d++) square += page[start + d]! * page[start + d]!
  return Math.sqrt(square)
}
