import type { CollectionIds, IdTable, LogEntry, LogRecord } from "../core/index.ts"
import type { FoldedEvent } from "./family.ts"
import { tokenise } from "./text/index.ts"

/** The one event object of a fold, filled anew for every entry and item. */
export class Folding implements FoldedEvent {
  position = 0
  time = 0
  record!: LogRecord
  user = -1
  collection = -1
  item = -1
  type = ""
  value = 1
  late = 0
  readonly #ids: IdTable
  #pair = -1
  #session = UNKNOWN
  #query = UNKNOWN
  constructor(ids: IdTable) {
    this.#ids = ids
  }

  begin(entry: LogEntry): void {
    this.position = entry.position
    this.time = entry.time
    this.record = entry.record
    this.user = -1
    this.collection = -1
    this.item = -1
    this.type = entry.record.event
    this.value = 1
    this.late = 0
    this.#pair = -1
    this.#session = UNKNOWN
    this.#query = UNKNOWN
  }

  at(collection: NumberedCollection, id: string): void {
    this.collection = collection.number
    this.item = collection.ids.intern(id)
    this.#pair = -1
  }

  get pair(): number {
    if (this.#pair < 0 && this.user >= 0 && this.item >= 0) {
      this.#pair = this.#ids.collection("pairs").intern(`${this.user}:${this.collection}:${this.item}`)
    }
    return this.#pair
  }

  get session(): number {
    if (this.#session === UNKNOWN) {
      const session = "session" in this.record ? this.record.session : undefined
      this.#session = session === undefined ? -1 : this.#ids.collection(SESSIONS).intern(session)
    }
    return this.#session
  }

  get query(): number {
    if (this.#query === UNKNOWN) {
      const words = "query" in this.record ? queryName(this.record.query) : ""
      this.#query = words === "" ? -1 : this.#ids.collection(QUERIES).intern(words)
    }
    return this.#query
  }
}

/** Not looked up yet. */
const UNKNOWN = -2

/** The collections that sessions and queries have their dense ids in. */
export const SESSIONS = "sessions"
export const QUERIES = "queries"

/** What two askers of the same words have in common: lower case, words alone, at most 200 characters. */
export function queryName(query: string | undefined): string {
  return query === undefined ? "" : tokenise(query).join(" ").slice(0, 200)
}

/** A collection with its number. */
export interface NumberedCollection {
  readonly name: string
  readonly number: number
  readonly ids: CollectionIds
}

/** Most events in a row name the same collection. */
export function collectionCache(ids: IdTable): (name: string) => NumberedCollection {
  const known = new Map<string, NumberedCollection>()
  let last: NumberedCollection | undefined
  return (name) => {
    if (last?.name === name) return last
    last = known.get(name) ?? { name, number: ids.collectionNumber(name), ids: ids.collection(name) }
    known.set(name, last)
    return last
  }
}
