import { type Field, type Fields, type Random, random, type Value } from "../../core/index.ts"
import { parseIsoTime } from "../validation/time.ts"
import { type ColumnCategory, columnCategory } from "./column-category.ts"
import { type Histogram, histogramOf } from "./sparkline.ts"

/** What is known of one field's values. Quantiles come from a sample of 4,096; the ten most frequent categories of the first 10,000 distinct. */
export interface FieldSummary {
  readonly name: string
  readonly type: Field["type"]
  /** Share of items (or users) without a value now, in [0, 1]. */
  readonly missingRate: number
  /** What kind of data the values are, whatever the schema calls them; absent when nothing is there. */
  readonly category?: ColumnCategory
  /** Of numbers, times (epoch milliseconds), lengths of texts and lists. */
  readonly numbers?: {
    readonly min: number
    readonly p10: number
    readonly median: number
    readonly p90: number
    readonly max: number
    readonly mean: number
    /** Third standardised moment and kurtosis less 3, of the sample; 0 for a constant. */
    readonly skewness: number
    readonly excessKurtosis: number
    readonly count: number
    /** Of the sample, in equal bins. */
    readonly histogram: Histogram
  }
  /** Of categories and booleans: how many differ, and the most frequent with their share of all values. */
  readonly distinct?: number
  readonly top?: readonly { readonly value: string; readonly share: number }[]
  /** All of them, sorted, when they are at most 50. */
  readonly values?: readonly string[]
  /** Values seen; a list counts its entries, a field set twice counts twice. */
  readonly seen?: number
}

const SAMPLE = 4096
/** Values kept to judge the category by. */
const JUDGED = 400
/** Distinct values that are listed whole. */
const LISTED = 50
const DISTINCT = 10_000

/** Gathers the fields of items or users from their events. */
export class FieldSummaries {
  readonly #names: readonly string[]
  readonly #columns: readonly Column[]
  /** Per owner, which fields have a value now. */
  readonly #present = new Map<string, Uint8Array>()
  readonly #unknown = new Map<string, number>()

  constructor(fields: Fields, seed: number) {
    this.#names = Object.keys(fields)
    this.#columns = this.#names.map((name) => new Column(fields[name]!.type, random(seed).split(name)))
  }

  get owners(): number {
    return this.#present.size
  }

  /** Fields that the schema does not have, with how often they came. */
  get unknown(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#unknown)
  }

  see(owner: string, values: Readonly<Record<string, Value>>): void {
    let present = this.#present.get(owner)
    if (present === undefined) {
      present = new Uint8Array(this.#names.length)
      this.#present.set(owner, present)
    }
    for (let i = 0; i < this.#names.length; i++) {
      const value = values[this.#names[i]!]
      if (value === undefined) continue
      present[i] = value === null ? 0 : 1
      if (value !== null) this.#columns[i]!.see(value)
    }
    for (const name in values) {
      if (!this.#names.includes(name)) this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1)
    }
  }

  summaries(): readonly FieldSummary[] {
    return this.#names.map((name, i) => {
      let missing = 0
      for (const present of this.#present.values()) missing += 1 - present[i]!
      const column = this.#columns[i]!
      return {
        name,
        type: column.type,
        missingRate: this.owners === 0 ? 0 : missing / this.owners,
        ...column.category(name),
        ...column.summary(),
      }
    })
  }
}

class Column {
  readonly type: Field["type"]
  readonly #random: Random
  readonly #sample: number[] = []
  readonly #counts = new Map<string, number>()
  readonly #judged: Value[] = []
  #seen = 0
  #values = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  constructor(type: Field["type"], chance: Random) {
    this.type = type
    this.#random = chance
  }

  see(value: Value): void {
    if (this.#judged.length < JUDGED) this.#judged.push(value)
    if (typeof value === "number") this.#number(value)
    else if (typeof value === "boolean") this.#category(String(value))
    else if (Array.isArray(value)) {
      this.#number(value.length)
      if (this.type === "categories") for (const entry of value) this.#category(String(entry))
    } else if (typeof value === "string") {
      if (this.type === "time") this.#number(parseIsoTime(value))
      else if (this.type === "text") this.#number(value.length)
      else this.#category(value)
    }
  }

  /** The category, judged by name and first values. */
  category(name: string): Pick<FieldSummary, "category"> {
    return this.#judged.length === 0 ? {} : { category: columnCategory(name, this.#judged).category }
  }

  summary(): Pick<FieldSummary, "numbers" | "distinct" | "top" | "values" | "seen"> {
    const sorted = Float64Array.from(this.#sample).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
    const mean = this.#sum / this.#seen
    const ends = { min: this.#min, p10: at(0.1), median: at(0.5), p90: at(0.9), max: this.#max, mean }
    const numbers = { ...ends, ...shapeOf(sorted), count: this.#seen, histogram: histogramOf(sorted) }
    const top = [...this.#counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10)
    return {
      ...(this.#seen > 0 ? { numbers } : {}),
      ...(this.#values > 0
        ? {
            distinct: this.#counts.size,
            top: top.map(([value, count]) => ({ value, share: count / this.#values })),
            ...(this.#counts.size <= LISTED ? { values: [...this.#counts.keys()].sort() } : {}),
            seen: this.#values,
          }
        : {}),
    }
  }

  #category(value: string): void {
    this.#values++
    const count = this.#counts.get(value)
    if (count !== undefined || this.#counts.size < DISTINCT) this.#counts.set(value, (count ?? 0) + 1)
  }

  /** Keeps each number with equal chance (reservoir sampling). */
  #number(value: number): void {
    if (!Number.isFinite(value)) return
    this.#seen++
    this.#sum += value
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
    if (this.#sample.length < SAMPLE) this.#sample.push(value)
    else {
      const place = Math.floor(this.#random.next() * this.#seen)
      if (place < SAMPLE) this.#sample[place] = value
    }
  }
}

function shapeOf(values: Float64Array): { readonly skewness: number; readonly excessKurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const moment = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length
  const variance = moment(2)
  if (!(variance > 0)) return { skewness: 0, excessKurtosis: 0 }
  return { skewness: moment(3) / variance ** 1.5, excessKurtosis: moment(4) / variance ** 2 - 3 }
}
