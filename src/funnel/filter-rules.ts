import { StampSet } from "../core/index.ts"
import type { FilterRule, ItemTest } from "./filter-stage.ts"

/** Drops the items of a list, such as what the user has seen or blocked: `seen`, `blocked`. `collection` narrows it to that one. */
export function listed<Query>(
  name: string,
  idsOf: (query: Query) => ArrayLike<number> | undefined,
  collection?: number,
): FilterRule<Query> {
  const set = new StampSet()
  const isListed: ItemTest = (id, of) => (collection === undefined || of === collection) && set.has(id)
  return {
    name,
    prepare(query) {
      const ids = idsOf(query)
      if (ids === undefined || ids.length === 0) return undefined
      set.clear()
      for (let i = 0; i < ids.length; i++) set.add(ids[i]!)
      return isListed
    },
  }
}

/** Drops what the user has seen or had. Name: `seen`. */
export function seen<Query>(idsOf: (query: Query) => ArrayLike<number> | undefined, collection?: number): FilterRule<Query> {
  return listed("seen", idsOf, collection)
}

/** Drops what the user has blocked or hidden. Name: `blocked`. */
export function blocked<Query>(idsOf: (query: Query) => ArrayLike<number> | undefined, collection?: number): FilterRule<Query> {
  return listed("blocked", idsOf, collection)
}

/** Drops items whose end has come: `expiresMs` up to and with the request's time, epoch milliseconds; NaN = never. Name: `expired`. */
export function expired<Query>(expiresMs: (id: number, collection: number) => number): FilterRule<Query> {
  return { name: "expired", prepare: (_query, scope) => (id, collection) => expiresMs(id, collection) <= scope.now }
}

/** Drops what this user may not see. Name: `private`. */
export function hidden<Query>(maySeeFor: (query: Query) => ItemTest): FilterRule<Query> {
  return {
    name: "private",
    prepare(query) {
      const maySee = maySeeFor(query)
      return (id, collection) => !maySee(id, collection)
    },
  }
}

/** Keeps only what the request asks for; `allowedFor` gives the test of its filters, undefined when it has none. Name: `filter`. */
export function requested<Query>(allowedFor: (query: Query) => ItemTest | undefined, name = "filter"): FilterRule<Query> {
  return {
    name,
    prepare(query) {
      const isAllowed = allowedFor(query)
      return isAllowed && ((id, collection) => !isAllowed(id, collection))
    },
  }
}

/** Drops what the request or the house denies; undefined when there is nothing to deny. Name: `denied`. */
export function denied<Query>(deniedFor: (query: Query) => ItemTest | undefined, name = "denied"): FilterRule<Query> {
  return { name, prepare: deniedFor }
}
