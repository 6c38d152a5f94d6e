/**
 * The items that a board has scores of, by column: all from 0 on, or some of them. A model that knows few of many items then fills, searches and keeps
 * few numbers.
 */
export class BoardColumns {
  /** Columns in use. */
  size: number
  /** Columns there is room for. */
  readonly room: number
  /** The item of each column, undefined where it is the column itself; and the column of each item, -1 without one. */
  readonly #items: Uint32Array | undefined
  readonly #columns: Int32Array | undefined

  private constructor(size: number, room: number, items?: Uint32Array, columns?: Int32Array) {
    this.size = size
    this.room = room
    this.#items = items
    this.#columns = columns
  }

  /** Columns of the items `0 .. size - 1`, later of those up to `room`. */
  static first(size: number, room = size): BoardColumns {
    return new BoardColumns(size, room)
  }

  /** Columns of some items, each once, and room for others. @param total - one past the largest item there may be */
  static some(items: Uint32Array, total: number, room = items.length): BoardColumns {
    const own = new Uint32Array(room)
    own.set(items)
    const columns = new Int32Array(total).fill(-1)
    for (let at = 0; at < items.length; at++) columns[items[at]!] = at
    return new BoardColumns(items.length, room, own, columns)
  }

  /** True when a column's number is its item. */
  get isPlain(): boolean {
    return this.#items === undefined
  }

  get bytes(): number {
    return (this.#items?.byteLength ?? 0) + (this.#columns?.byteLength ?? 0)
  }

  itemAt(column: number): number {
    return this.#items === undefined ? column : this.#items[column]!
  }

  /** The column of an item, -1 when it has none. */
  of(item: number): number {
    if (this.#columns !== undefined) return this.#columns[item] ?? -1
    return item < this.size ? item : -1
  }

  /** The column of an item, made now if there is room for it; -1 when there is none. */
  give(item: number): number {
    const known = this.of(item)
    if (known >= 0) return known
    if (this.#columns === undefined || this.#items === undefined) {
      if (item >= this.room) return -1
      this.size = item + 1
      return item
    }
    if (this.size >= this.room || item >= this.#columns.length) return -1
    this.#items[this.size] = item
    this.#columns[item] = this.size
    return this.size++
  }
}
