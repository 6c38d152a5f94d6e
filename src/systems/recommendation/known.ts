import { type IdTable, InvalidArgument, StampSet, type StateTables, USERS } from "../../core/index.ts"
import type { RankRequest } from "../../definition/index.ts"
import { latestValue } from "../../features/index.ts"
import { followedName, placeField } from "./features.ts"
import { categoryFields, type Recommendation } from "./options.ts"

// What is known of the people behind a request: from their state, and from the context that the request gives.

/** A value of a category field that somebody cares for, such as an actor or a genre. */
export interface Interest {
  readonly field: string
  readonly value: string
}

/** Items of a visit that are looked at. */
const VISIT_ITEMS = 10
/** People a household has at most. */
const HOUSEHOLD = 8

/** The first numbers of a user's tuples, newest first, each once. */
export function firstNumbers(tables: StateTables, name: string, user: number): Uint32Array {
  const list = tables.list(name)
  const length = user < 0 ? 0 : list.length(user)
  if (length === 0) return new Uint32Array()
  const page = list.page(user)
  const start = list.start(user)
  const { width } = list
  const found = new Uint32Array(length)
  let count = 0
  once.clear()
  for (let at = start + (length - 1) * width; at >= start; at -= width) if (once.add(page[at]!)) found[count++] = page[at]!
  return count === length ? found : found.slice(0, count)
}

/** Filled and read without a pause, so one serves all requests. */
const once = new StampSet()

/** Items of a history (item, time, ...) up to the first pause of more than so many minutes, newest first, each once. */
export function lastVisit(tables: StateTables, historyName: string, user: number, minutes: number): Uint32Array {
  const list = tables.list(historyName)
  const length = user < 0 ? 0 : list.length(user)
  if (length === 0) return new Uint32Array()
  const page = list.page(user)
  const start = list.start(user)
  const found = new Set<number>()
  let later = page[start + (length - 1) * list.width + 1]!
  for (let tuple = length - 1; tuple >= 0 && found.size < VISIT_ITEMS; tuple--) {
    const at = start + tuple * list.width
    if (later - page[at + 1]! > minutes * 60_000) break
    later = page[at + 1]!
    found.add(page[at]!)
  }
  return Uint32Array.from(found)
}

/** Lists of several people as one, taking from each in turn, each number once. One list is given back as it is. */
export function interleaved(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1) return lists[0]!
  const found = new Set<number>()
  for (let at = 0; lists.some((list) => at < list.length); at++) for (const list of lists) if (at < list.length) found.add(list[at]!)
  return Uint32Array.from(found)
}

/** Others who watch along, by `context.household`: what they had counts as well. @throws {@link InvalidArgument} on more than eight */
export function household(request: RankRequest, denseOf: (user: string) => number): number[] {
  return named(request, "household", denseOf, HOUSEHOLD)
}

/** Dense ids of a list of names in the context; unknown ones are left out. */
export function named(request: RankRequest, key: string, denseOf: (name: string) => number, most = 1000): number[] {
  const given = request.context?.[key]
  if (given === undefined || given === null) return []
  if (!Array.isArray(given) || given.length > most) {
    throw new InvalidArgument(`body.context.${key}`, `a list of at most ${most} ids`, JSON.stringify(given).slice(0, 80), "Send their ids.")
  }
  return given.map((name) => denseOf(String(name))).filter((dense) => dense >= 0)
}

/** Values that the person follows, and those that the context names under a category field: what a newcomer picked when asked. */
export function interestsOf(
  request: RankRequest,
  { collection, schema }: Recommendation,
  ids: IdTable,
  numbersOf: (list: string) => Uint32Array,
): Interest[] {
  return categoryFields(schema).flatMap((field) => {
    const followed = [...numbersOf(followedName(collection, field))].map((code) => ids.collection(`${collection}.${field}`).name(code))
    const picked = request.context?.[field]
    const values = [...followed, ...(Array.isArray(picked) ? picked.map(String) : typeof picked === "string" ? [picked] : [])]
    return values.map((value) => ({ field, value }))
  })
}

/** The code of the place in the context, else of the person's own field; -1 when neither is known. */
export function placeOf(request: RankRequest, options: Recommendation, ids: IdTable, tables: StateTables, user: number): number {
  const field = placeField(options)
  if (field === undefined) return -1
  const given = request.context?.[field]
  if (typeof given === "string") return ids.collection(`${USERS}.${field}`).find(given)
  const own = latestValue(tables.fixed(`${USERS}.field.${field}`), user)
  return Number.isNaN(own) ? -1 : own
}
