import { type CollectionIds, DEFAULT_COLLECTION, type IdTable, type LogEntry, type Value } from "../core/index.ts"
import type { KeyValue } from "../storage/index.ts"
import { CategoryColumn, NumericColumn } from "./catalogue-columns.ts"
import { isWithdrawn, liveFields, type StoredItem, withdraw, withFields } from "./stored-item.ts"

const PREFIX = "catalogue/"
/** Values put at once while flushing: a millisecond. */
const FLUSH_BATCH = 200
/** Items of a collection kept parsed: what pages show again and again. */
const PARSED_ITEMS = 10_000

/**
 * The items of a tenant as they are now: a fold of item and delete events over a key-value port.
 *
 * A field keeps its newest value by timestamp (the later position among equals), so applying events again, as happens when a checkpoint of
 * the state is older than the catalogue's, changes nothing. Items are held as JSON text and read on demand; fields that filters ask for
 * live in columns.
 */
export class Catalogue {
  readonly #ids: IdTable
  readonly #values: KeyValue
  readonly #shelves = new Map<string, Shelf>()

  constructor({ ids, values }: { readonly ids: IdTable; readonly values: KeyValue }) {
    this.#ids = ids
    this.#values = values
  }

  /** Reads every stored item; call once, before `apply`. */
  async load(): Promise<void> {
    const decoder = new TextDecoder()
    for await (const [key, value] of this.#values.range({ prefix: PREFIX })) {
      const slash = key.indexOf("/", PREFIX.length)
      const shelf = this.#shelf(decodeURIComponent(key.slice(PREFIX.length, slash)))
      shelf.store(shelf.ids.intern(key.slice(slash + 1)), decoder.decode(value))
    }
  }

  /** Folds one entry of the log: item fields set, changed or (by null) unset; a deleted item is withdrawn. Other records do nothing. */
  apply(entry: LogEntry): void {
    const { record, time } = entry
    if (record.event === "item") {
      const shelf = this.#shelf(record.collection ?? DEFAULT_COLLECTION)
      shelf.change(shelf.ids.intern(record.item), (item) => withFields(item, record.fields, time))
    } else if (record.event === "delete" && record.item !== undefined) {
      const shelf = this.#shelf(record.collection ?? DEFAULT_COLLECTION)
      shelf.change(shelf.ids.intern(record.item), (item) => withdraw(item, time))
    }
  }

  /** True for an item that was described and not withdrawn. */
  has(collection: string, dense: number): boolean {
    return this.#shelves.get(collection)?.present[dense] === 1
  }

  /** True for an item that was described once and is withdrawn now; false for one that nobody ever described. */
  withdrawn(collection: string, dense: number): boolean {
    const shelf = this.#shelves.get(collection)
    return shelf !== undefined && shelf.present[dense] !== 1 && shelf.text(dense) !== ""
  }

  /** The item's fields; empty for one that is not there. */
  fields(collection: string, dense: number): Readonly<Record<string, Value>> {
    return this.#shelves.get(collection)?.fields(dense) ?? {}
  }

  /** How many items of the collection there are. */
  size(collection: string): number {
    return this.#shelves.get(collection)?.size ?? 0
  }

  /** Dense ids of the collection's items, ascending. */
  items(collection: string): Uint32Array {
    const shelf = this.#shelves.get(collection)
    const ids = new Uint32Array(shelf?.size ?? 0)
    let filled = 0
    for (let dense = 0; shelf !== undefined && dense < shelf.present.length; dense++) if (shelf.present[dense] === 1) ids[filled++] = dense
    return ids
  }

  /** Counts the changes of the collection's items; see {@link changedSince}. */
  revision(collection: string): number {
    return this.#shelves.get(collection)?.revision ?? 0
  }

  /** Dense ids of the items that changed after that revision, ascending. */
  changedSince(collection: string, revision: number): Uint32Array {
    return this.#shelves.get(collection)?.changedSince(revision) ?? new Uint32Array()
  }

  /** A field as numbers by dense id, kept up to date from now on: booleans 1 or 0, times epoch milliseconds, NaN when missing. */
  numbers(collection: string, field: string): NumericColumn {
    return this.#shelf(collection).numbers(field)
  }

  /** A category or categories field by dense id, kept up to date from now on. Codes are dense ids of the collection `<collection>.<field>`. */
  categories(collection: string, field: string): CategoryColumn {
    return this.#shelf(collection).categories(field, this.#ids.collection(`${collection}.${field}`))
  }

  /** Makes every change so far durable; the position of a checkpoint may be written once it resolves. */
  async flush(): Promise<void> {
    for (const [collection, shelf] of this.#shelves) await this.#flushShelf(`${PREFIX}${encodeURIComponent(collection)}/`, shelf)
  }

  /** Bytes held: the items' text and the columns. */
  get bytes(): number {
    return [...this.#shelves.values()].reduce((sum, shelf) => sum + shelf.bytes, 0)
  }

  async #flushShelf(prefix: string, shelf: Shelf): Promise<void> {
    const encoder = new TextEncoder()
    const changed = shelf.takeChanged()
    try {
      for (let from = 0; from < changed.length; from += FLUSH_BATCH) {
        const batch = changed.slice(from, from + FLUSH_BATCH)
        await Promise.all(batch.map((dense) => this.#values.put(prefix + shelf.ids.name(dense), encoder.encode(shelf.text(dense)))))
      }
    } catch (error) {
      shelf.markChanged(changed)
      throw error
    }
  }

  #shelf(collection: string): Shelf {
    let shelf = this.#shelves.get(collection)
    if (shelf === undefined) {
      shelf = new Shelf(this.#ids.collection(collection))
      this.#shelves.set(collection, shelf)
    }
    return shelf
  }
}

/** The items of one collection. */
class Shelf {
  readonly ids: CollectionIds
  present = new Uint8Array(64)
  size = 0
  readonly #texts: string[] = []
  revision = 0
  /** The revision at which each item last changed. */
  readonly #revisions: number[] = []
  readonly #parsed = new Map<number, Readonly<Record<string, Value>>>()
  #textBytes = 0
  #changed = new Set<number>()
  readonly #numbers = new Map<string, NumericColumn>()
  readonly #categories = new Map<string, CategoryColumn>()

  constructor(ids: CollectionIds) {
    this.ids = ids
  }

  /** The item as JSON, empty when it was never described. */
  text(dense: number): string {
    return this.#texts[dense] ?? ""
  }

  fields(dense: number): Readonly<Record<string, Value>> | undefined {
    const known = this.#parsed.get(dense)
    if (known !== undefined) return known
    if (this.present[dense] !== 1) return undefined
    const fields = Object.freeze(liveFields(JSON.parse(this.#texts[dense]!) as StoredItem))
    if (this.#parsed.size >= PARSED_ITEMS) this.#parsed.clear()
    this.#parsed.set(dense, fields)
    return fields
  }

  change(dense: number, next: (item: StoredItem | undefined) => StoredItem): void {
    const before = this.#texts[dense] ?? ""
    const after = JSON.stringify(next(before === "" ? undefined : (JSON.parse(before) as StoredItem)))
    if (after === before) return
    this.store(dense, after)
    this.#changed.add(dense)
  }

  store(dense: number, text: string): void {
    this.#parsed.delete(dense)
    while (this.#texts.length <= dense) {
      this.#texts.push("")
      this.#revisions.push(0)
    }
    this.#textBytes += text.length - this.#texts[dense]!.length
    this.#texts[dense] = text
    this.#revisions[dense] = ++this.revision
    const item = JSON.parse(text) as StoredItem
    const present = isWithdrawn(item) ? 0 : 1
    if (dense >= this.present.length) this.present = grown(this.present, dense)
    this.size += present - this.present[dense]!
    this.present[dense] = present
    if (this.#numbers.size + this.#categories.size > 0) this.#write(dense, present === 1 ? liveFields(item) : {})
  }

  numbers(field: string): NumericColumn {
    return this.#column(this.#numbers, field, () => new NumericColumn())
  }

  categories(field: string, codes: CollectionIds): CategoryColumn {
    return this.#column(this.#categories, field, () => new CategoryColumn(codes))
  }

  changedSince(revision: number): Uint32Array {
    const changed: number[] = []
    for (let dense = 0; dense < this.#revisions.length; dense++) if (this.#revisions[dense]! > revision) changed.push(dense)
    return Uint32Array.from(changed)
  }

  takeChanged(): readonly number[] {
    const changed = [...this.#changed]
    this.#changed = new Set()
    return changed
  }

  markChanged(items: readonly number[]): void {
    for (const dense of items) this.#changed.add(dense)
  }

  get bytes(): number {
    const columns = [...this.#numbers.values(), ...this.#categories.values()]
    return columns.reduce((sum, column) => sum + column.bytes, this.#textBytes + this.present.byteLength)
  }

  #column<Column extends NumericColumn | CategoryColumn>(columns: Map<string, Column>, field: string, make: () => Column): Column {
    let column = columns.get(field)
    if (column === undefined) {
      column = make()
      columns.set(field, column)
      for (let dense = 0; dense < this.#texts.length; dense++) column.set(dense, this.fields(dense)?.[field])
    }
    return column
  }

  #write(dense: number, fields: Readonly<Record<string, Value>>): void {
    for (const [field, column] of this.#numbers) column.set(dense, fields[field])
    for (const [field, column] of this.#categories) column.set(dense, fields[field])
  }
}

function grown(from: Uint8Array<ArrayBuffer>, dense: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(Math.max(dense + 1, from.length * 2))
  to.set(from)
  return to
}
