import type { FixedTable, StateDeclaration, StateKey } from "../core/index.ts"
import { FOREVER_MS } from "./state-access.ts"
import { BUCKETS_PER_WINDOW, type Window, windowMs } from "./windows.ts"

/**
 * Sums over several windows side by side in one row, so that an event or a candidate costs one row and not one a window.
 *
 * The row is a `latest` row whose numbers are, window by window, the absolute index of the newest bucket and `buckets` sums as a ring indexed
 * by bucket; number 0 is the newest timestamp. Windows have 8 buckets or 1, powers of two, so that a mask finds the place in the ring.
 */
export interface WindowShape {
  readonly name: string
  readonly key: StateKey
  readonly windows: readonly Window[]
  /** Length of a bucket, buckets held, and where the window starts in the row; one of each a window. */
  readonly bucketMs: Float64Array
  readonly buckets: Int32Array
  readonly starts: Int32Array
  readonly declaration: Extract<StateDeclaration, { kind: "latest" }>
}

/** The shape of a row for these windows. */
export function windowShape(name: string, key: StateKey, windows: readonly Window[]): WindowShape {
  const buckets = Int32Array.from(windows, (window) => (window === "all" ? 1 : BUCKETS_PER_WINDOW))
  const starts = new Int32Array(windows.length)
  for (let w = 0; w < windows.length; w++) starts[w] = w === 0 ? 1 : starts[w - 1]! + 1 + buckets[w - 1]!
  const width = buckets.reduce((sum, count) => sum + 1 + count, 0)
  return {
    name,
    key,
    windows,
    bucketMs: Float64Array.from(windows, (window, w) => windowMs(window, `counter ${name}`) / buckets[w]!),
    buckets,
    starts,
    declaration: { kind: "latest", name, key, width },
  }
}

/** Adds `amount` at `time` in every window that still holds that bucket. @returns in how many windows it came too late */
export function addToWindows(table: FixedTable, shape: WindowShape, key: number, time: number, amount: number): number {
  const page = table.touch(key)
  const row = table.offset(key)
  if (time > page[row]!) page[row] = time
  let late = 0
  for (let w = 0; w < shape.buckets.length; w++) {
    if (!addAt(page, row + shape.starts[w]!, shape.buckets[w]!, bucketAt(shape, w, time), amount)) late++
  }
  return late
}

/**
 * The sum over window `w` of the row at `page[row]` that ends at `time`: the bucket `time` falls in and those before it that the window
 * spans. Buckets after `time` are never read.
 */
export function sumOfWindow(page: Float64Array, row: number, shape: WindowShape, w: number, time: number): number {
  const buckets = shape.buckets[w]!
  const start = row + shape.starts[w]!
  if (buckets === 1) return page[start + 1]!
  // Nothing came for as long as the window is: most items of a large catalogue, told by the first number of their row.
  if (page[row]! < time - buckets * shape.bucketMs[w]!) return 0
  const head = page[start]! | 0
  const current = bucketAt(shape, w, time)
  const last = Math.min(head, current)
  let sum = 0
  for (let bucket = Math.max(head, current) - buckets + 1; bucket <= last; bucket++) {
    sum += page[start + 1 + (bucket & (buckets - 1))]!
  }
  return sum
}

/** The sum over window `w` for a key, 0 when it has no row. */
export function windowCount(table: FixedTable, shape: WindowShape, key: number, w: number, time: number): number {
  return key < 0 || !table.has(key) ? 0 : sumOfWindow(table.page(key), table.offset(key), shape, w, time)
}

/** Adds the row of `from` to that of `to`, bucket by bucket, and clears it. @returns how many buckets were too old for `to` */
export function mergeWindows(table: FixedTable, shape: WindowShape, from: number, to: number): number {
  if (!table.has(from)) return 0
  const start = table.offset(from)
  const source = table.page(from).slice(start, start + table.stride)
  const page = table.touch(to)
  const row = table.offset(to)
  page[row] = Math.max(page[row]!, source[0]!)
  let late = 0
  for (let w = 0; w < shape.buckets.length; w++) {
    const buckets = shape.buckets[w]!
    const at = shape.starts[w]!
    for (let bucket = source[at]! - buckets + 1; bucket <= source[at]!; bucket++) {
      const amount = source[at + 1 + (bucket & (buckets - 1))]!
      if (amount !== 0 && !addAt(page, row + at, buckets, bucket, amount)) late++
    }
  }
  table.clear(from)
  return late
}

/** Index of the bucket at a time; the shortest window's are 7.5 s long, so that 31 bits last until the year 2480. */
function bucketAt(shape: WindowShape, w: number, time: number): number {
  const bucketMs = shape.bucketMs[w]!
  return bucketMs === FOREVER_MS ? 0 : Math.floor(time / bucketMs) | 0
}

/** Adds to one bucket of the window that starts at `page[start]`; false when it is no longer held. */
function addAt(page: Float64Array, start: number, buckets: number, bucket: number, amount: number): boolean {
  const head = page[start]! | 0
  if (bucket <= head - buckets) return false
  if (bucket > head) {
    for (let fresh = Math.max(head + 1, bucket - buckets + 1); fresh <= bucket; fresh++) page[start + 1 + (fresh & (buckets - 1))] = 0
    page[start] = bucket
  }
  page[start + 1 + (bucket & (buckets - 1))]! += amount
  return true
}
