import { DEFAULT_COLLECTION, type LogEntry, type Schema, throwIfCancelled } from "../../core/index.ts"
import { FieldSummaries, type FieldSummary } from "./field-summary.ts"

/** What a log holds, as plain JSON. */
export interface DataCard {
  readonly records: number
  /** Records by kind. */
  readonly kinds: Readonly<Record<string, number>>
  /** People who did something or have fields: users, and sessions without a user. */
  readonly users: number
  /** Items that somebody did something with or that have fields. */
  readonly items: number
  readonly interactions: {
    readonly count: number
    readonly types: readonly { readonly type: string; readonly count: number; readonly meanValue: number | null }[]
    /** Interactions for each pair of a user and an item there is; above 1 when pairs repeat. */
    readonly density: number
    readonly perUser: Spread
    readonly perItem: Spread
    /** Share of the interactions that the most popular 1, 10 and 20 % of the items have. */
    readonly longTail: { readonly top1: number; readonly top10: number; readonly top20: number }
  }
  readonly time: {
    /** ISO 8601; null when there are no records. */
    readonly from: string | null
    readonly to: string | null
    readonly days: number
    /** True when all interactions carry one timestamp. */
    readonly timeless: boolean
  }
  readonly shown: {
    readonly lists: number
    readonly items: number
    /** Interactions that name a request, for each item shown; null when nothing was. */
    readonly labelRate: number | null
  }
  readonly itemFields: readonly FieldSummary[]
  readonly userFields: readonly FieldSummary[]
  readonly unknownFields: Readonly<Record<string, number>>
  readonly duplicates: number
  readonly rejected: number
}

/** How a count is spread over its owners. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly p90: number
  readonly max: number
  readonly mean: number
}

/** What {@link dataCard} may be told beside the log. */
export interface DataCardOptions {
  readonly schema: Schema
  /** Only items of this collection count; all when absent. */
  readonly collection?: string
  /** What the import or the server counted, for a log holds neither. */
  readonly duplicates?: number
  readonly rejected?: number
  /** Decides the samples behind quantiles. Default 1. */
  readonly seed?: number
  readonly signal?: AbortSignal
}

/** Reads a log once and says what is in it. Memory: a few numbers for each user and item. */
export async function dataCard(entries: AsyncIterable<readonly LogEntry[]>, options: DataCardOptions): Promise<DataCard> {
  const { schema, collection, seed = 1, duplicates = 0, rejected = 0, signal } = options
  const counts = new Counts()
  const itemFields = new FieldSummaries(schema.item, seed)
  const userFields = new FieldSummaries(schema.user ?? {}, seed)
  const isOther = (name: string = DEFAULT_COLLECTION) => collection !== undefined && name !== collection
  for await (const batch of entries) {
    throwIfCancelled(signal, "data card")
    for (const { record, time } of batch) {
      counts.kinds.set(record.event, (counts.kinds.get(record.event) ?? 0) + 1)
      counts.time(time)
      if (record.event === "interaction" && !isOther(record.collection)) counts.interaction(record, time)
      else if (record.event === "item" && !isOther(record.collection)) {
        counts.items.set(record.item, counts.items.get(record.item) ?? 0)
        itemFields.see(record.item, record.fields)
      } else if (record.event === "user") {
        counts.users.set(record.user, counts.users.get(record.user) ?? 0)
        userFields.see(record.user, record.fields)
      } else if (record.event === "served" || record.event === "impression") {
        counts.lists++
        counts.shown += record.items.length
      }
    }
  }
  const unknown = Object.entries({ ...userFields.unknown, ...itemFields.unknown })
  return {
    ...counts.summary(),
    itemFields: itemFields.summaries(),
    userFields: userFields.summaries(),
    unknownFields: Object.fromEntries(unknown.sort(([a], [b]) => (a < b ? -1 : 1))),
    duplicates,
    rejected,
  }
}

/** Everything that is only counted. */
class Counts {
  readonly kinds = new Map<string, number>()
  readonly users = new Map<string, number>()
  readonly items = new Map<string, number>()
  readonly types = new Map<string, { count: number; valued: number; sum: number }>()
  lists = 0
  shown = 0
  #named = 0
  #interactions = 0
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY
  #firstMs = Number.NaN
  #manyTimes = false

  time(time: number): void {
    this.#from = Math.min(this.#from, time)
    this.#to = Math.max(this.#to, time)
  }

  interaction(
    event: { type: string; item: string; value?: number; user?: string; session?: string; request?: string },
    time: number,
  ): void {
    this.#interactions++
    if (this.#interactions === 1) this.#firstMs = time
    else if (time !== this.#firstMs) this.#manyTimes = true
    const type = this.types.get(event.type) ?? { count: 0, valued: 0, sum: 0 }
    this.types.set(event.type, type)
    type.count++
    if (event.value !== undefined) {
      type.valued++
      type.sum += event.value
    }
    const user = event.user ?? (event.session === undefined ? undefined : `session:${event.session}`)
    if (user !== undefined) this.users.set(user, (this.users.get(user) ?? 0) + 1)
    this.items.set(event.item, (this.items.get(event.item) ?? 0) + 1)
    if (event.request !== undefined) this.#named++
  }

  summary(): Omit<DataCard, "itemFields" | "userFields" | "unknownFields" | "duplicates" | "rejected"> {
    const records = [...this.kinds.values()].reduce((sum, count) => sum + count, 0)
    const pairs = this.users.size * this.items.size
    const types = [...this.types].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
    const iso = (time: number) => (records === 0 ? null : new Date(time).toISOString())
    return {
      records,
      kinds: Object.fromEntries([...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
      users: this.users.size,
      items: this.items.size,
      interactions: {
        count: this.#interactions,
        types: types.map(([type, { count, valued, sum }]) => ({ type, count, meanValue: valued === 0 ? null : sum / valued })),
        density: pairs === 0 ? 0 : this.#interactions / pairs,
        perUser: spread(this.users.values()),
        perItem: spread(this.items.values()),
        longTail: longTail([...this.items.values()]),
      },
      time: {
        from: iso(this.#from),
        to: iso(this.#to),
        days: records === 0 ? 0 : (this.#to - this.#from) / 86_400_000,
        timeless: this.#interactions > 1 && !this.#manyTimes,
      },
      shown: { lists: this.lists, items: this.shown, labelRate: this.shown === 0 ? null : this.#named / this.shown },
    }
  }
}

function spread(values: Iterable<number>): Spread {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return { min: 0, median: 0, p90: 0, max: 0, mean: 0 }
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  return { min: sorted[0]!, median: at(0.5), p90: at(0.9), max: sorted.at(-1)!, mean }
}

/** Shares of the total that the largest 1, 10 and 20 % (at least one) of the counts have. */
function longTail(counts: number[]): { top1: number; top10: number; top20: number } {
  const sorted = counts.sort((a, b) => b - a)
  const total = sorted.reduce((sum, count) => sum + count, 0)
  const top = (share: number) => {
    const rows = Math.max(1, Math.round(share * sorted.length))
    return total === 0 ? 0 : sorted.slice(0, rows).reduce((sum, count) => sum + count, 0) / total
  }
  return { top1: top(0.01), top10: top(0.1), top20: top(0.2) }
}
