import type { StateDeclaration } from "../core/index.ts"

/** A declaration kept in a {@link FixedTable}: everything but lists. */
export type FixedDeclaration = Exclude<StateDeclaration, { readonly kind: "list" }>

/**
 * Numbers in a row of a fixed table. Number 0 is always the head:
 *
 * - `counter`: 0 = absolute index (`floor(time / bucketMs)`) of the newest bucket; sum `w` of the bucket with absolute index `b` is number
 *   `1 + (b mod buckets) * width + w`. Stride `1 + buckets * width`.
 * - `ring`: 0 = how many tuples were ever pushed; number `w` of tuple `n` (from 0) is `1 + (n mod length) * width + w`. Stride `1 + length * width`.
 * - `latest`: 0 = timestamp in epoch milliseconds of the values; then `width` numbers. Stride `1 + width`.
 *
 * A row of zeros is a row that nothing was written to.
 */
export function fixedStride(declaration: FixedDeclaration): number {
  switch (declaration.kind) {
    case "counter":
      return 1 + declaration.buckets * declaration.width
    case "ring":
      return 1 + declaration.length * declaration.width
    case "latest":
      return 1 + declaration.width
  }
}

/** Tuples that the slot of size class `sizeClass` can hold. */
export const classCapacity = (sizeClass: number): number => 2 ** sizeClass

/** Numbers before the tuples in a list's slot: its length and the place of its first tuple. */
export const LIST_HEAD = 2

/** The largest size class of a list: the first power of two past `limit`, so that dropping the oldest seldom moves anything. */
export function largestClass(limit: number): number {
  return Math.ceil(Math.log2(limit + 1))
}

/** Numbers in a slot of a list of that class: `2 + 2^class * width`. */
export function listStride(sizeClass: number, width: number): number {
  return LIST_HEAD + classCapacity(sizeClass) * width
}

/**
 * Bytes that one key costs in memory, at rest: 8 a number, 4 for its place and 4 for its key, without the rounding to whole slabs (64 KB or one row).
 *
 * @param tuples - how many tuples a list holds; ignored by fixed tables
 */
export function stateBytesPerKey(declaration: StateDeclaration, tuples = 0): number {
  if (declaration.kind !== "list") return 8 * fixedStride(declaration) + 8
  const held = Math.min(tuples, declaration.limit)
  const sizeClass = held >= declaration.limit ? largestClass(declaration.limit) : Math.max(0, Math.ceil(Math.log2(Math.max(1, held))))
  return 8 * listStride(sizeClass, declaration.width) + 8
}
