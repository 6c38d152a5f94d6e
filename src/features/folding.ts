import type { CollectionIds, IdTable, LogEntry, LogRecord } from "../core/index.ts"
import type { FoldedEvent } from "./family.ts"

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
