import { type CollectionIds, type FixedTable, InvalidArgument, type StateTables, USERS, unknownName, type Value } from "../../core/index.ts"
import type { Binding, StateFamily } from "../family.ts"
import { claimLatest, latestValue } from "../state-access.ts"

/** Values a `categories` field keeps an item; further ones are counted, not kept. */
export const CATEGORIES_KEPT = 16

/** How a field's value is stored: one number, the dense code of a category, a count and codes, or the numbers of a vector. */
export type FieldEncoding = "number" | "time" | "code" | "codes" | "vector"

/** The newest value of one field, folded from item or user events. */
export interface FieldState extends StateFamily {
  readonly encoding: FieldEncoding
  /** Numbers a row, after its timestamp. */
  readonly width: number
  /** Where codes come from: the collection `<collection>.<field>`, or `users.<field>`; absent when the field has none. */
  readonly codes?: CollectionIds
}

/** Whose field it is. */
export type FieldOwner = "item" | "user"

type FieldBinding = Omit<Binding, "history" | "timeless">

const ENCODINGS: Readonly<Record<string, FieldEncoding>> = {
  number: "number",
  boolean: "number",
  time: "time",
  category: "code",
  reference: "code",
  categories: "codes",
  vector: "vector",
}

/**
 * The field's value as `latest` rows keyed by item or user, so that a replay sees the value as it was at that position.
 *
 * @param accepted - encodings the asking family can read
 * @throws {@link NotFound} when the schema has no such field; {@link InvalidArgument} when its type does not fit
 */
export function fieldState(binding: FieldBinding, owner: FieldOwner, field: string, accepted: readonly FieldEncoding[]): FieldState {
  const fields = (owner === "item" ? binding.schema.item : binding.schema.user) ?? {}
  const declared = fields[field]
  if (declared === undefined) throw unknownName(`feature of ${owner} field`, "field", field, Object.keys(fields))
  const encoding = ENCODINGS[declared.type]
  if (encoding === undefined || !accepted.includes(encoding)) {
    const types = Object.keys(ENCODINGS).filter((type) => accepted.includes(ENCODINGS[type]!))
    throw new InvalidArgument(
      `feature of ${owner} field ${field}`,
      `type ${types.join(" or ")}`,
      declared.type,
      "Use a family made for that type.",
    )
  }
  const collection = owner === "item" ? binding.collection : USERS
  const name = `${collection}.field.${field}`
  const codes = encoding === "code" || encoding === "codes" ? binding.ids.collection(`${collection}.${field}`) : undefined
  const width = encoding === "codes" ? 1 + CATEGORIES_KEPT : declared.type === "vector" ? declared.dimension : 1
  const write = writers[encoding]
  return {
    name,
    version: 1,
    config: { collection, encoding },
    state: [{ kind: "latest", name, key: owner, width }],
    types: [owner],
    ...(owner === "item" ? { collection: binding.collectionNumber } : {}),
    encoding,
    width,
    ...(codes === undefined ? {} : { codes }),
    observe(event, tables) {
      const record = event.record
      if (record.event !== "item" && record.event !== "user") return
      const value = record.fields[field]
      if (value === undefined || (owner === "item" && event.collection !== binding.collectionNumber)) return
      const key = owner === "item" ? event.item : event.user
      const table = tables.fixed(name)
      if (!claimLatest(table, key, event.time)) return
      write(value, table.touch(key), table.offset(key) + 1, width, codes)
    },
  }
}

/** The field's only number or code, NaN when missing. */
export function fieldNumber(tables: StateTables, state: FieldState, key: number): number {
  return latestValue(tables.fixed(state.name), key)
}

/** How many codes the row of `key` holds; they start at `codesStart`. */
export function codesLength(table: FixedTable, state: FieldState, key: number): number {
  if (key < 0 || !table.has(key)) return 0
  const count = table.page(key)[table.offset(key) + 1]!
  if (Number.isNaN(count)) return 0
  return state.encoding === "code" ? 1 : Math.min(count, CATEGORIES_KEPT)
}

/** Where the codes of a row start in its page. */
export function codesStart(table: FixedTable, state: FieldState, key: number): number {
  return table.offset(key) + (state.encoding === "code" ? 1 : 2)
}

/** Epoch milliseconds of a time value, NaN when it says no time. */
export function timeOf(value: Value): number {
  if (typeof value === "number") return value
  return typeof value === "string" ? Date.parse(value) : Number.NaN
}

type Writer = (value: Value, page: Float64Array, start: number, width: number, codes: CollectionIds | undefined) => void

const writers: Readonly<Record<FieldEncoding, Writer>> = {
  number(value, page, start) {
    page[start] = typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : Number.NaN
  },
  time(value, page, start) {
    page[start] = timeOf(value)
  },
  code(value, page, start, _width, codes) {
    page[start] = typeof value === "string" ? codes!.intern(value) : Number.NaN
  },
  codes(value, page, start, width, codes) {
    if (!Array.isArray(value)) {
      page.fill(Number.NaN, start, start + width)
      return
    }
    page[start] = value.length
    for (let place = 0; place < Math.min(value.length, CATEGORIES_KEPT); place++) {
      page[start + 1 + place] = codes!.intern(String(value[place]))
    }
  },
  vector(value, page, start, width) {
    if (Array.isArray(value) && value.length === width) for (let d = 0; d < width; d++) page[start + d] = Number(value[d])
    else page.fill(Number.NaN, start, start + width)
  },
}
