import { float32, uint32 } from "./room.ts"

/**
 * Named score columns of a list that was picked from another: a column is gathered when it is first asked for.
 *
 * A list passes many stages and most of its columns are read by few of them. The columns it was picked from must not change any more.
 */
export class ScoreColumns implements ReadonlyMap<string, Float32Array> {
  readonly #own: Map<string, Float32Array>
  readonly #from: ReadonlyMap<string, Float32Array>
  /** Where each entry stands in `#from`; undefined when it is all of it. */
  readonly #places: Uint32Array | undefined
  #names: ReadonlySet<string> | undefined

  private constructor(own: Map<string, Float32Array>, from: ReadonlyMap<string, Float32Array>, places: Uint32Array | undefined) {
    this.#own = own
    this.#from = from
    this.#places = places
  }

  /** The entries of `columns` at these places, in that order. */
  static picked(columns: ReadonlyMap<string, Float32Array>, places: ArrayLike<number>): ScoreColumns {
    const own = uint32(places.length)
    own.set(places)
    if (!(columns instanceof ScoreColumns) || columns.#places === undefined) return new ScoreColumns(new Map(), columns, own)
    for (let i = 0; i < own.length; i++) own[i] = columns.#places[own[i]!]!
    return new ScoreColumns(new Map(), columns.#from, own)
  }

  /** The same columns with some added or replaced. */
  static with(columns: ReadonlyMap<string, Float32Array>, added: Iterable<readonly [string, Float32Array]>): ScoreColumns {
    return new ScoreColumns(new Map(added), columns, undefined)
  }

  get(name: string): Float32Array | undefined {
    const own = this.#own.get(name)
    if (own !== undefined) return own
    const column = this.#from.get(name)
    if (column === undefined || this.#places === undefined) return column
    const picked = float32(this.#places.length)
    for (let to = 0; to < picked.length; to++) picked[to] = column[this.#places[to]!]!
    this.#own.set(name, picked)
    return picked
  }

  /** A column where it stands, and the places of it that are the entries of this list, all in order without them: to look once, without gathering. */
  static standing(
    columns: ReadonlyMap<string, Float32Array>,
    name: string,
  ): { readonly column: Float32Array; readonly places: Uint32Array | undefined } | undefined {
    if (columns instanceof ScoreColumns && columns.#places !== undefined && !columns.#own.has(name)) {
      const column = columns.#from.get(name)
      return column && { column, places: columns.#places }
    }
    const column = columns.get(name)
    return column && { column, places: undefined }
  }

  has(name: string): boolean {
    return this.#own.has(name) || this.#from.has(name)
  }

  get size(): number {
    return this.#allNames().size
  }

  keys(): MapIterator<string> {
    return this.#allNames().values() as MapIterator<string>
  }

  *entries(): MapIterator<[string, Float32Array]> {
    for (const name of this.#allNames()) yield [name, this.get(name)!]
    return undefined
  }

  *values(): MapIterator<Float32Array> {
    for (const name of this.#allNames()) yield this.get(name)!
    return undefined
  }

  forEach(visit: (column: Float32Array, name: string, columns: ReadonlyMap<string, Float32Array>) => void): void {
    for (const [name, column] of this) visit(column, name, this)
  }

  [Symbol.iterator](): MapIterator<[string, Float32Array]> {
    return this.entries()
  }

  #allNames(): ReadonlySet<string> {
    this.#names ??= new Set([...this.#from.keys(), ...this.#own.keys()])
    return this.#names
  }
}
