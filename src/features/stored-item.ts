import type { Value } from "../core/index.ts"

/** An item as the catalogue stores it. */
export interface StoredItem {
  /** Fields with their newest value; null is a field that was unset. */
  readonly fields: Readonly<Record<string, Value>>
  /** Timestamp of the newest item event, null when there was none. */
  readonly time: number | null
  /** Timestamp by field, where not every field is as new as `time`. */
  readonly times?: Readonly<Record<string, number>>
  /** Timestamp of the newest deletion. */
  readonly deleted?: number
  /** True while the newest thing heard is the deletion. */
  readonly gone?: true
}

const NOTHING: StoredItem = { fields: {}, time: null }

/** The item after its fields were set at `time`: a field with a newer value keeps it, and nothing older than a deletion comes back. */
export function withFields(item: StoredItem = NOTHING, fields: Readonly<Record<string, Value>>, time: number): StoredItem {
  if (item.deleted !== undefined && time < item.deleted) return item
  const values: Record<string, Value> = { ...item.fields }
  const times = timesOf(item)
  for (const [field, value] of Object.entries(fields)) {
    if (Object.hasOwn(times, field) && time < times[field]!) continue
    values[field] = value
    times[field] = time
  }
  return packed(values, times, Math.max(item.time ?? time, time), item.deleted)
}

/** The item after a deletion at `time`: fields up to then are gone, newer ones stay. */
export function withdraw(item: StoredItem = NOTHING, time: number): StoredItem {
  const deleted = Math.max(item.deleted ?? time, time)
  const times = Object.entries(timesOf(item)).filter(([, at]) => at > time)
  const values = Object.fromEntries(times.map(([field]) => [field, item.fields[field]!]))
  const gone = item.time === null || item.time <= time || item.gone === true
  return { ...packed(values, Object.fromEntries(times), item.time, deleted), ...(gone ? { gone: true as const } : {}) }
}

export function isWithdrawn(item: StoredItem): boolean {
  return item.gone === true
}

/** The fields that have a value. */
export function liveFields(item: StoredItem): Record<string, Value> {
  const live: Record<string, Value> = {}
  for (const field in item.fields) if (item.fields[field] !== null) live[field] = item.fields[field]!
  return live
}

function timesOf({ fields, time, times }: StoredItem): Record<string, number> {
  return times === undefined ? Object.fromEntries(Object.keys(fields).map((field) => [field, time ?? 0])) : { ...times }
}

function packed(
  fields: Record<string, Value>,
  times: Record<string, number>,
  time: number | null,
  deleted: number | undefined,
): StoredItem {
  const uniform = Object.values(times).every((at) => at === time)
  return { fields, time, ...(uniform ? {} : { times }), ...(deleted === undefined ? {} : { deleted }) }
}
