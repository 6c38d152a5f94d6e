import type { Candidates, IdTable, LogRecord, Matrix, Position, Schema, StateDeclaration, StateTables, Value, Who } from "../core/index.ts"

import type { Window } from "./windows.ts"

/**
 * One event as families see it, resolved to dense ids once. The object is reused: copy what must outlive the call.
 *
 * An impression or a served list of `n` items is folded as `n` events, one an item; the place of an item is not told, so no feature
 * can learn it.
 */
export interface FoldedEvent {
  readonly position: Position
  /** When it happened, epoch milliseconds. */
  readonly time: number
  readonly record: LogRecord
  /** Dense id in the collection `users`, aliases followed; -1 when nobody is named. */
  readonly user: number
  /** Number of the item's collection, -1 when there is no item. */
  readonly collection: number
  /** Dense id in that collection, -1 when there is no item. */
  readonly item: number
  /** Dense id of (user, collection, item) in the collection `pairs`, given out when first asked for; -1 without a user or an item. */
  readonly pair: number
  /** Dense id in the collection `sessions`, given out when first asked for; -1 when the record names no session. */
  readonly session: number
  /** Dense id in the collection `queries` of the words that the record itself names, given out when first asked for; -1 without any. */
  readonly query: number
  /** The interaction's type, such as `click`; otherwise the kind of record: `impression`, `served`, `item`, `user`, `judgement`. */
  readonly type: string
  /** The interaction's value or the judgement's grade, 1 when it has none. */
  readonly value: number
  /** Families add 1 for each write that came after its time bucket was dropped. */
  late: number
}

/** A part of the feature state and the one function that folds it. Two equal declarations of it, by name, are folded once. */
export interface StateFamily {
  readonly name: string
  /** Raised when `observe` changes its meaning: stored state of another version is folded anew. */
  readonly version: number
  /** What `observe` depends on besides its code, as JSON. */
  readonly config: object
  readonly state: readonly StateDeclaration[]
  /** Types of events it wants to hear (see {@link FoldedEvent.type}); every event when absent. */
  readonly types?: readonly string[]
  /** Number of the collection that state keyed by item belongs to: a deleted item clears its rows. Required with such state. */
  readonly collection?: number
  /** States that `observe` reads: they are folded before it. */
  readonly needs?: readonly StateFamily[]
  observe(event: FoldedEvent, tables: StateTables): void
  /**
   * Moves what is keyed by user `from` to user `to`, when the way of its tables' kinds (counters add, lists interleave, the newest stays) is
   * not right. Returns how much of it came too late.
   */
  merge?(tables: StateTables, from: number, to: number): number
  /** Takes a person who is forgotten out of rows that are not keyed by people; rows keyed by them are cleared besides. */
  forgetUser?(tables: StateTables, user: number): void
  /** Undoes what a deleted item added to rows that are not keyed by it; its own rows are cleared after that. */
  forgetItem?(tables: StateTables, item: number): void
}

/** Who or what a feature tells about. Two of them make a pair, such as a user's history with an item. */
export type Actor = "user" | "session" | "item" | "query" | "context" | "list"

/** What is known of a request when its features are read; made by `FeatureSet.request` alone, live and in replay. */
export interface FeatureRequest {
  /** The moment of the request, epoch milliseconds; windows end here. */
  readonly now: number
  /** Dense id, -1 for a user never seen: read exactly as a user without any state. */
  readonly user: number
  /** The item whose page is shown, -1 when there is none. */
  readonly item: number
  readonly context: Readonly<Record<string, Value>>
  readonly collection: number
  readonly query?: string
  /** Dense id in `sessions`, -1 for a session never seen. */
  readonly session: number
  /** Dense ids of every item that was considered together; families of a list compare with these. Absent: the candidates read. */
  readonly list?: Uint32Array
}

/** A request in people's ids, before aliases and dense ids are looked up. */
export interface Asked extends Who {
  readonly now: number
  readonly item?: string
  readonly context?: Readonly<Record<string, Value>>
  readonly query?: string
  /** Ids of every item considered together, where features compare an item with them. */
  readonly list?: readonly string[]
}

/**
 * A named group of feature columns and how to read them.
 *
 * A row depends on its item, the request (its `list` included) and the state alone: never on the other candidates, on the served place, or on
 * how many ids exist. So a subset reads the same values, and a replay reads what was served.
 */
export interface FeatureFamily {
  readonly name: string
  readonly version: number
  /** What `read` depends on besides its code, as JSON. */
  readonly config: object
  readonly columns: readonly string[]
  /** The state it reads; several families may name the same. */
  readonly states: readonly StateFamily[]
  /** Columns left out because the data carries no time. */
  readonly switchedOff?: readonly string[]
  /** Who or what the columns tell about; a family that says nothing is filed by the keys of its state. */
  readonly actors?: readonly Actor[]
  /** True when a value says something of a person; by default, when `user` or `session` is among the actors. */
  readonly personal?: boolean
  /** Columns whose numbers are names of values (codes): trees may split on them, linear models need them encoded. */
  readonly codes?: readonly string[]
  /** True when a row depends on `FeatureRequest.list`: the list is then kept with what was served. */
  readonly listwise?: boolean
  /** Writes every candidate's values to columns `firstColumn ...` of `out`, NaN for missing. Synchronous; allocates nothing. */
  read(tables: StateTables, request: FeatureRequest, candidates: Candidates, out: Matrix, firstColumn: number): void
}

/** What a family is built for: ids, the collection its items live in, the schema, and the history everybody reads. */
export interface Binding {
  readonly ids: IdTable
  readonly collection: string
  readonly collectionNumber: number
  readonly schema: Schema
  /** True when the data carries no time: families leave their time columns out. */
  readonly timeless: boolean
  readonly history: StateFamily
  /**
   * Windows that any family of the set wants of a counter, given those that one family wants; counters of several windows are one row.
   * Absent, a counter has the windows it was asked for.
   */
  readonly windowsOf?: (counter: string, wanted: readonly Window[]) => readonly Window[]
}

/** Builds a feature family for a collection; what `families.number("year")` returns. */
export type FeatureFactory = (binding: Binding) => FeatureFamily

/** Builds a state family for a collection; what `states.itemSet(...)` returns. */
export type StateFactory = (binding: Omit<Binding, "history">) => StateFamily
