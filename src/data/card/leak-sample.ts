import { type Fields, type LogEntry, murmur3, numberColumn, type TableColumn, tableOf, type Value, wordColumn } from "../../core/index.ts"
import { findLeaks, type Leak } from "../quality/leaks.ts"
import { parseIsoTime } from "../validation/time.ts"

/** Shown items kept: enough to tell an AUC of 0.97 from chance. */
const KEPT = 8000
/** Shown items, and labelled ones, below which nothing can be said. */
const [LEAST_ROWS, LEAST_LABELLED] = [200, 20]

interface Shown {
  readonly item: string
  readonly place: number
  readonly time: number
}

/**
 * A sample of what was shown, joined with what followed, to look for item fields that give the label away. Requests are sampled whole, by a hash of
 * their id: twice as few whenever there are too many, the same ones whatever the order.
 */
export class LeakSample {
  readonly #requests = new Map<string, readonly Shown[]>()
  readonly #followed = new Set<string>()
  #every = 1
  #rows = 0

  see({ record, time }: LogEntry): void {
    if (record.event === "served" || record.event === "impression") {
      const request = record.event === "served" ? record.id : (record.request ?? record.id)
      if (this.#skips(request)) return
      this.#rows += record.items.length - (this.#requests.get(request)?.length ?? 0)
      // What a client says was seen narrows what was served.
      this.#requests.set(
        request,
        record.items.map(({ id }, place) => ({ item: id, place, time })),
      )
      while (this.#rows > KEPT) this.#thin()
    } else if (record.event === "interaction" && record.request !== undefined && !this.#skips(record.request)) {
      this.#followed.add(pair(record.request, record.item))
    }
  }

  /** Leaks among the item fields as they are now; empty when too little was shown or followed. */
  leaks(fields: Fields, valuesOf: (item: string) => Readonly<Record<string, Value>> | undefined): readonly Leak[] {
    const rows = [...this.#requests].flatMap(([request, list]) =>
      list.map((shown) => ({ ...shown, label: this.#followed.has(pair(request, shown.item)) ? 1 : 0 })),
    )
    const labelled = rows.filter(({ label }) => label === 1).length
    if (rows.length < LEAST_ROWS || labelled < LEAST_LABELLED || rows.length - labelled < LEAST_LABELLED) return []
    const columns: Record<string, TableColumn> = { place: numberColumn(rows.map(({ place }) => place)) }
    const timeColumns: string[] = []
    for (const [name, { type }] of Object.entries(fields)) {
      const cells = rows.map(({ item }) => valuesOf(item)?.[name] ?? null)
      if (type === "number") columns[`item.${name}`] = numberColumn(cells.map((cell) => (typeof cell === "number" ? cell : Number.NaN)))
      else if (type === "time") {
        columns[`item.${name}`] = numberColumn(
          cells.map((cell) => (typeof cell === "string" ? parseIsoTime(cell) : Number(cell ?? Number.NaN))),
        )
        timeColumns.push(`item.${name}`)
      } else if (type === "category" || type === "boolean")
        columns[`item.${name}`] = wordColumn(cells.map((cell) => (cell === null ? null : String(cell))))
    }
    return findLeaks({
      table: tableOf(columns),
      labels: Float64Array.from(rows, ({ label }) => label),
      times: Float64Array.from(rows, ({ time }) => time),
      groups: rows.map(({ item }) => item),
      timeColumns,
    })
  }

  #skips(request: string): boolean {
    return murmur3(request) % this.#every !== 0
  }

  #thin(): void {
    this.#every *= 2
    for (const [request, list] of this.#requests) {
      if (!this.#skips(request)) continue
      this.#rows -= list.length
      this.#requests.delete(request)
    }
    for (const key of this.#followed) if (this.#skips(key.slice(0, key.indexOf("\n")))) this.#followed.delete(key)
  }
}

const pair = (request: string, item: string) => `${request}\n${item}`
