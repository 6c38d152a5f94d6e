/**
 * Whose state it is: a row per user, per session, per item, per (user, item) pair, per value of something shared (a category, a word, a query),
 * or one row for all. A visitor without a user id is a user whose id is `session:<session>`.
 */
export type StateKey = "user" | "session" | "item" | "pair" | "value" | "global"

/**
 * State that a feature family asks for, by name.
 *
 * - `counter`: `buckets` time buckets of `bucketMs` each, `width` sums in every bucket; a late event still lands in its bucket while held.
 * - `ring`: the last `length` tuples of `width` numbers, newest last.
 * - `list`: a growing list of tuples of `width` numbers, oldest dropped past `limit`.
 * - `latest`: `width` numbers, replaced when an event with a newer timestamp comes.
 */
export type StateDeclaration =
  | {
      readonly kind: "counter"
      readonly name: string
      readonly key: StateKey
      readonly bucketMs: number
      readonly buckets: number
      readonly width: number
    }
  | { readonly kind: "ring"; readonly name: string; readonly key: StateKey; readonly length: number; readonly width: number }
  | { readonly kind: "list"; readonly name: string; readonly key: StateKey; readonly limit: number; readonly width: number }
  | { readonly kind: "latest"; readonly name: string; readonly key: StateKey; readonly width: number }

/**
 * Rows of `stride` numbers, one a key, zero-filled when first touched; keys are dense ids.
 *
 * Rows live in pages: the row of `key` starts at `page(key)[offset(key)]`. Numbers are read and written in place, so nothing is allocated.
 * Call `touch` (never `page`) before writing: it creates the row and marks it for the next checkpoint.
 */
export interface FixedTable {
  readonly stride: number
  /** True when the row was touched before. */
  has(key: number): boolean
  /** The page with the row; a shared page of zeros when there is none. */
  page(key: number): Float64Array
  /** Where the row starts in its page; 0 when there is none. */
  offset(key: number): number
  /** The page with the row, created and marked as changed. */
  touch(key: number): Float64Array
  /** Forgets the row: zeros again, and `has` is false. */
  clear(key: number): void
  /** The number of rows. */
  readonly size: number
  /** One past the largest key ever touched: scans run over `0 .. keyEnd - 1` and ask `has`. */
  readonly keyEnd: number
}

/**
 * Lists of tuples of `width` numbers, one list a key, oldest tuple first.
 *
 * Tuple `i` of `key` starts at `page(key)[start(key) + i * width]`.
 */
export interface ListTable {
  readonly width: number
  readonly limit: number
  /** Tuples held for the key, 0 when it has no list. */
  length(key: number): number
  page(key: number): Float64Array
  start(key: number): number
  /** Appends a tuple, dropping the oldest past `limit`. */
  push(key: number, ...tuple: number[]): void
  /** Removes the first tuple whose first number equals `value`; true when there was one. */
  remove(key: number, value: number): boolean
  /** Forgets the list. */
  clear(key: number): void
  /** The number of keys with a list. */
  readonly size: number
  /** One past the largest key that ever had a list. */
  readonly keyEnd: number
}

/** The state of all families, by the name each declaration gives; the same for the live fold, a replay, and rows fetched from afar. */
export interface StateTables {
  fixed(name: string): FixedTable
  list(name: string): ListTable
}
