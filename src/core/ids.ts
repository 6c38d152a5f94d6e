/** One collection's ids: people's strings to dense numbers from 0 in order of first sight, and back. Ids are never reused. */
export interface CollectionIds {
  readonly collection: string
  /** How many ids there are; dense ids are `0 .. size - 1`. */
  readonly size: number
  /** The dense id, given out now if the string is new. */
  intern(id: string): number
  /** The dense id, or -1 for a string never seen. */
  find(id: string): number
  /** The string of a dense id. @throws {@link NotFound} past the end */
  name(dense: number): string
}

/**
 * The ids of one tenant over (collection, id): append-only, UTF-8 arena with open addressing, so that a hundred million fit.
 * Users are the collection `users`; pairs are the collection `pairs`.
 */
export interface IdTable {
  collection(name: string): CollectionIds
  /** Number of a collection's name, as stored in {@link Candidates.collections}. */
  collectionNumber(name: string): number
  collectionName(number: number): string
  readonly collections: readonly string[]
  /** Bytes held, arena and tables. */
  readonly bytes: number
}

/** The collection that users and sessions live in. */
export const USERS = "users"
