import { breathe, DEFAULT_COLLECTION, type Fields, type LogEntry, type Random, random, type Value } from "../../core/index.ts"
import { type ColumnDrift, categoryDrift, numberDrift } from "./span-drift.ts"

/** Interactions kept of each span, by chance: the measures are as sure as they need be. */
const KEPT = 20_000
/** Fewer interactions than this in a span say nothing. */
const LEAST = 30
const HOUR = 3_600_000

/** One interaction of a span. */
interface Kept {
  readonly type: string
  readonly value: number | undefined
  readonly item: string
  readonly time: number
}

/**
 * What people did in two spans, column by column: type, value, hour, weekday, and the fields of the items as they are now.
 * Memory: 20,000 interactions a span and the fields of every item.
 */
export class SpanColumns {
  readonly #fields: Fields
  readonly #collection: string | undefined
  readonly #items = new Map<string, Readonly<Record<string, Value>>>()
  readonly #spans: readonly Reservoir[]
  readonly #edges: readonly [number, number, number, number]

  /** @param edges - begin and end of the span before, begin and end of the span after; epoch milliseconds, ends not included */
  constructor(fields: Fields, collection: string | undefined, edges: readonly [number, number, number, number], seed: number) {
    this.#fields = fields
    this.#collection = collection
    this.#edges = edges
    this.#spans = ["before", "after"].map((name) => new Reservoir(random(seed).split(name)))
  }

  see({ record, time }: LogEntry): void {
    if (record.event !== "item" && record.event !== "interaction") return
    if (this.#collection !== undefined && (record.collection ?? DEFAULT_COLLECTION) !== this.#collection) return
    if (record.event === "item") {
      this.#items.set(record.item, { ...this.#items.get(record.item), ...record.fields })
      return
    }
    const [from, to, fromAfter, toAfter] = this.#edges
    const kept = { type: record.type, value: record.value, item: record.item, time }
    if (time >= from && time < to) this.#spans[0]!.offer(kept)
    if (time >= fromAfter && time < toAfter) this.#spans[1]!.offer(kept)
  }

  /** The fields of an item as they are after what was seen. */
  fieldsOf(item: string): Readonly<Record<string, Value>> | undefined {
    return this.#items.get(item)
  }

  /** Drift of every column, strongest first; empty when a span holds next to nothing. */
  async drift(signal?: AbortSignal): Promise<readonly ColumnDrift[]> {
    const [before, after] = [this.#spans[0]!.kept, this.#spans[1]!.kept] as const
    if (before.length < LEAST || after.length < LEAST) return []
    const found: ColumnDrift[] = []
    const names = (column: string, of: (one: Kept) => readonly string[]) => {
      const sides = [before.flatMap(of), after.flatMap(of)] as const
      if (sides[0].length >= LEAST && sides[1].length >= LEAST) found.push(categoryDrift(column, ...sides))
    }
    const numbers = (column: string, of: (one: Kept) => number) => {
      const sides = [before, after].map((side) => side.map(of).filter((value) => !Number.isNaN(value))) as [number[], number[]]
      if (sides[0].length >= LEAST && sides[1].length >= LEAST) found.push(numberDrift(column, ...sides))
    }
    names("type", ({ type }) => [type])
    numbers("value", ({ value }) => value ?? Number.NaN)
    names("hour", ({ time }) => [`${Math.floor(time / HOUR) % 24} h`])
    names("weekday", ({ time }) => [["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Math.floor(time / (24 * HOUR)) % 7]!])
    for (const [name, field] of Object.entries(this.#fields)) {
      await breathe(signal, "data page")
      const value = ({ item }: Kept) => this.#items.get(item)?.[name]
      if (field.type === "number") numbers(`item.${name}`, (one) => (typeof value(one) === "number" ? (value(one) as number) : Number.NaN))
      else if (field.type === "category" || field.type === "categories" || field.type === "boolean")
        names(`item.${name}`, (one) => [value(one) ?? []].flat().map(String))
    }
    return found.sort((a, b) => b.psi - a.psi || (a.column < b.column ? -1 : 1))
  }
}

/** A fair sample of a stream. */
class Reservoir {
  readonly kept: Kept[] = []
  readonly #chance: Random
  #seen = 0

  constructor(chance: Random) {
    this.#chance = chance
  }

  offer(one: Kept): void {
    this.#seen++
    if (this.kept.length < KEPT) this.kept.push(one)
    else {
      const place = Math.floor(this.#chance.next() * this.#seen)
      if (place < KEPT) this.kept[place] = one
    }
  }
}
