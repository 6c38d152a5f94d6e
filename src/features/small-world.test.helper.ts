import {
  type Candidates,
  candidates,
  createIdTable,
  field,
  type IdTable,
  type LogRecord,
  type Schema,
  type StateTables,
  type Value,
} from "../core/index.ts"
import { memoryState } from "../storage/index.ts"
import { type Asked, type FeatureFactory, type FeatureSet, type FeatureSetOptions, featureSet } from "./index.ts"

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** A Wednesday noon, UTC. */
export const NOW = 20_005 * DAY + DAY / 2

export const schema = {
  item: {
    title: field.text(),
    price: field.number(),
    new: field.boolean(),
    director: field.category(),
    genre: field.categories(),
    released: field.time(),
    taste: field.vector(2),
    latitude: field.number(),
    longitude: field.number(),
  },
  user: {
    age: field.number(),
    country: field.category(),
    bio: field.text(),
    taste: field.vector(2),
    latitude: field.number(),
    longitude: field.number(),
  },
} satisfies Schema

/** A feature set over an empty memory store, told events and asked for rows by people's ids. */
export interface SmallWorld {
  readonly ids: IdTable
  readonly set: FeatureSet
  readonly tables: StateTables
  tell(record: Record<string, unknown>, time?: number): void
  item(id: string, fields: Record<string, Value>, time?: number): void
  user(id: string, fields: Record<string, Value>, time?: number): void
  act(who: object, type: string, item: string, options?: { readonly time?: number; readonly value?: number }): void
  /** Shown a list, with the words asked if any. */
  shown(who: object, items: readonly string[], options?: { readonly time?: number; readonly query?: string }): void
  /** The rows of the items as records by column. */
  ask(items: readonly string[], asked?: Partial<Asked>): readonly Readonly<Record<string, number>>[]
}

export async function smallWorld(families: readonly FeatureFactory[], options: Partial<FeatureSetOptions> = {}): Promise<SmallWorld> {
  const ids = createIdTable()
  const set = featureSet({ families, ids, collection: "films", schema, ...options })
  const { tables } = await memoryState().open(set.declarations, "1")
  let position = 0
  const tell = (record: Record<string, unknown>, time = NOW - 60_000) => {
    position++
    const placed = "item" in record ? { collection: "films", ...record } : record
    set.observe({ position, time, record: { id: String(position), timestamp: time, ...placed } as LogRecord }, tables)
  }
  return {
    ids,
    set,
    tables,
    tell,
    item: (item, fields, time) => tell({ event: "item", item, fields }, time),
    user: (user, fields, time) => tell({ event: "user", user, fields }, time),
    act: (who, type, item, { time, value } = {}) =>
      tell({ event: "interaction", type, item, ...who, ...(value === undefined ? {} : { value }) }, time),
    shown: (who, items, { time, query } = {}) =>
      tell(
        {
          event: "impression",
          system: "films",
          items: items.map((id) => ({ id, collection: "films" })),
          ...who,
          ...(query === undefined ? {} : { query }),
        },
        time,
      ),
    ask(items, asked = {}) {
      const list: Candidates = candidates(items.length)
      items.forEach((item, i) => {
        list.ids[i] = ids.collection("films").intern(item)
      })
      list.collections.fill(ids.collectionNumber("films"))
      const rows = set.read(tables, set.request(tables, { now: NOW, ...asked }), list)
      return items.map((_, row) => Object.fromEntries(set.columns.map((name, column) => [name, rows.data[row * rows.cols + column]!])))
    },
  }
}
