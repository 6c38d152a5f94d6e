import { type CollectionIds, InvalidArgument, type StateKey, type StateTables } from "../core/index.ts"
import type { Actor, Binding, FeatureRequest, FoldedEvent, StateFamily } from "./family.ts"
import { QUERIES, queryName } from "./folding.ts"
import { codesLength, codesStart, type FieldState, fieldState } from "./states/field-state.ts"
import { lastQuery, queryOfEvent } from "./states/last-query.ts"
import { sessionOwner } from "./states/session-owner.ts"

/**
 * Whose events a counter, rate or mean is about.
 *
 * - `item`, `user`, `session`, `global`: that one.
 * - `item.<field>`: everything with the candidate's value of a category field, such as its director; all values of a list.
 * - `user.<field>`: everybody with the user's value of a category field, such as a country.
 * - `query`: everybody who asked the same words; an interaction counts for the words last asked by the same person within 30 minutes.
 * - `query+item`: the item, for these words. `user+item`: the item, for this person. `user+item.<field>`: the person, with the candidate's value.
 */
export type ScopeName =
  | "item"
  | "user"
  | "session"
  | "global"
  | "query"
  | "query+item"
  | "user+item"
  | `item.${string}`
  | `user.${string}`
  | `user+item.${string}`

/** Keys of at most this many values an event or a candidate has in a scope. */
export const MOST_KEYS = 16

/** How a scope finds its rows. Keys go into `keys`, reused by every call; the number of them is returned, 0 for none. */
export interface Scope {
  readonly name: ScopeName
  readonly tableKey: StateKey
  readonly actors: readonly Actor[]
  /** State that must be folded before an event's keys are asked for. */
  readonly states: readonly StateFamily[]
  /** False when every candidate of a request has the same keys. */
  readonly byItem: boolean
  readonly keys: Float64Array
  ofEvent(event: FoldedEvent, tables: StateTables): number
  ofCandidate(request: FeatureRequest, item: number, tables: StateTables): number
}

/** @throws {@link InvalidArgument} on a scope that is none, {@link NotFound} on an unknown field */
export function scopeOf(binding: Omit<Binding, "history" | "timeless">, name: ScopeName): Scope {
  const [, left, field] = /^(user\+item|item|user)\.(.+)$/.exec(name) ?? []
  if (left === "item") return itemFieldScope(binding, name, field!)
  if (left === "user") return userFieldScope(binding, name, field!)
  if (left === "user+item") return userWithFieldScope(binding, name, field!)
  switch (name) {
    case "item":
      return oneKey(
        { name, tableKey: "item", actors: ["item"], byItem: true },
        (event) => event.item,
        (_, item) => item,
      )
    case "user":
      return oneKey(
        { name, tableKey: "user", actors: ["user"], byItem: false },
        (event) => event.user,
        (request) => request.user,
      )
    case "session":
      return oneKey(
        { name, tableKey: "session", actors: ["session"], byItem: false, states: [sessionOwner] },
        (event) => event.session,
        (request) => request.session,
      )
    case "global":
      return oneKey(
        { name, tableKey: "global", actors: [], byItem: false },
        () => 0,
        () => 0,
      )
    case "query":
      return queryScope(binding)
    case "query+item":
      return queryItemScope(binding)
    case "user+item":
      return userItemScope(binding)
    default:
      throw new InvalidArgument(
        "scope",
        "item, user, session, global, query, query+item, user+item, or a field of item or user",
        name,
        "Name one.",
      )
  }
}

type Described = Pick<Scope, "name" | "tableKey" | "actors" | "byItem"> & { readonly states?: readonly StateFamily[] }

function oneKey(
  described: Described,
  ofEvent: (event: FoldedEvent, tables: StateTables) => number,
  ofCandidate: (request: FeatureRequest, item: number, tables: StateTables) => number,
): Scope {
  const keys = new Float64Array(MOST_KEYS)
  return {
    states: [],
    ...described,
    keys,
    ofEvent(event, tables) {
      keys[0] = ofEvent(event, tables)
      return keys[0] >= 0 ? 1 : 0
    },
    ofCandidate(request, item, tables) {
      keys[0] = ofCandidate(request, item, tables)
      return keys[0] >= 0 ? 1 : 0
    },
  }
}

function itemFieldScope(binding: Omit<Binding, "history" | "timeless">, name: ScopeName, field: string): Scope {
  const state = fieldState(binding, "item", field, ["code", "codes"])
  const keys = new Float64Array(MOST_KEYS)
  return {
    name,
    tableKey: "value",
    actors: ["item"],
    byItem: true,
    states: [state],
    keys,
    ofEvent: (event, tables) => codesInto(keys, tables, state, event.item),
    ofCandidate: (_request, item, tables) => codesInto(keys, tables, state, item),
  }
}

function userFieldScope(binding: Omit<Binding, "history" | "timeless">, name: ScopeName, field: string): Scope {
  const state = fieldState(binding, "user", field, ["code", "codes"])
  const keys = new Float64Array(MOST_KEYS)
  return {
    name,
    tableKey: "value",
    actors: ["user"],
    byItem: false,
    states: [state],
    keys,
    ofEvent: (event, tables) => codesInto(keys, tables, state, event.user),
    ofCandidate: (request, _item, tables) => codesInto(keys, tables, state, request.user),
  }
}

/** Rows keyed by pairs named `user:collection:code`, where the collection is that of the field's codes: forgotten and merged with the user. */
function userWithFieldScope(binding: Omit<Binding, "history" | "timeless">, name: ScopeName, field: string): Scope {
  const state = fieldState(binding, "item", field, ["code", "codes"])
  const pairs = binding.ids.collection("pairs")
  const number = binding.ids.collectionNumber(state.codes!.collection)
  const keys = new Float64Array(MOST_KEYS)
  const found = (user: number, item: number, tables: StateTables, id: (name: string) => number) => {
    const count = user < 0 ? 0 : codesInto(keys, tables, state, item)
    let kept = 0
    for (let i = 0; i < count; i++) {
      const pair = id(`${user}:${number}:${keys[i]}`)
      if (pair >= 0) keys[kept++] = pair
    }
    return kept
  }
  return {
    name,
    tableKey: "pair",
    actors: ["user", "item"],
    byItem: true,
    states: [state],
    keys,
    ofEvent: (event, tables) => found(event.user, event.item, tables, pairs.intern),
    ofCandidate: (request, item, tables) => found(request.user, item, tables, pairs.find),
  }
}

function userItemScope({ ids, collectionNumber }: Pick<Binding, "ids" | "collectionNumber">): Scope {
  const pairs = ids.collection("pairs")
  return oneKey(
    { name: "user+item", tableKey: "pair", actors: ["user", "item"], byItem: true },
    (event) => event.pair,
    (request, item) => (request.user < 0 ? -1 : pairs.find(`${request.user}:${collectionNumber}:${item}`)),
  )
}

function queryScope({ ids }: Pick<Binding, "ids">): Scope {
  const known = askedQueries(ids.collection(QUERIES))
  return oneKey({ name: "query", tableKey: "value", actors: ["query"], byItem: false, states: [lastQuery] }, queryOfEvent, known)
}

function queryItemScope({ ids, collection }: Pick<Binding, "ids" | "collection">): Scope {
  const known = askedQueries(ids.collection(QUERIES))
  const both = ids.collection(`${collection}.by-query`)
  return oneKey(
    { name: "query+item", tableKey: "value", actors: ["query", "item"], byItem: true, states: [lastQuery] },
    (event, tables) => {
      const query = queryOfEvent(event, tables)
      return query < 0 || event.item < 0 ? -1 : both.intern(`${query}:${event.item}`)
    },
    (request, item) => {
      const query = known(request)
      return query < 0 ? -1 : both.find(`${query}:${item}`)
    },
  )
}

/** The dense id of a request's words, cut into words once a request and not once a candidate. */
function askedQueries(queries: CollectionIds): (request: FeatureRequest) => number {
  let words: string | undefined
  let known = -1
  let size = 0
  return ({ query }) => {
    if (query === undefined) return -1
    if (query !== words || (known < 0 && queries.size !== size)) {
      words = query
      size = queries.size
      known = queries.find(queryName(query))
    }
    return known
  }
}

function codesInto(keys: Float64Array, tables: StateTables, state: FieldState, key: number): number {
  if (key < 0) return 0
  const table = tables.fixed(state.name)
  const count = codesLength(table, state, key)
  if (count === 0) return 0
  const page = table.page(key)
  const start = codesStart(table, state, key)
  let kept = 0
  for (let i = 0; i < count; i++) if (page[start + i]! >= 0) keys[kept++] = page[start + i]!
  return kept
}
