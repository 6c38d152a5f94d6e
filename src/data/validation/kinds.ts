import type {
  AliasEvent,
  DeleteEvent,
  ImpressionEvent,
  InteractionEvent,
  ItemEvent,
  JudgementEvent,
  LogRecord,
  ServedRecord,
  UserEvent,
  Value,
  Who,
} from "../../core/index.ts"
import type { FieldCheck } from "./fields.ts"
import { type Inspection, isPlainObject, refuse, refuseSize } from "./inspection.ts"
import { EVENT_LIMITS } from "./limits.ts"
import { isValue, optionalId, optionalNumber, optionalText, requiredId } from "./values.ts"

/** An event before it is known to be one. */
export type Raw = Record<string, unknown>

/** The compiled fields of a schema, and what is asked of their owners. */
export interface Checks {
  readonly item: (collection: string | undefined) => FieldCheck
  readonly user: FieldCheck
  readonly context: FieldCheck
  readonly isKnownItem: (collection: string | undefined, item: string) => boolean
  readonly isKnownUser: (user: string) => boolean
}

/** Reads one kind: the properties it knows, copied into a record of a fixed shape. A fault is left in `inspection`. */
export interface Kind {
  readonly properties: ReadonlySet<string>
  read(raw: Raw, inspection: Inspection, checks: Checks): LogRecord
}

const stamp = ["id", "timestamp", "event"]
const properties = (...names: string[]) => new Set([...stamp, ...names])

/** Every kind that a client may send, by name. `served` is written by the engine alone. */
export const kinds: Readonly<Record<LogRecord["event"], Kind>> = {
  interaction: { properties: properties("item", "collection", "type", "value", "request", "user", "session"), read: interaction },
  impression: {
    properties: properties("system", "items", "request", "placement", "offset", "query", "context", "user", "session"),
    read: impression,
  },
  item: { properties: properties("item", "collection", "fields"), read: item },
  user: { properties: properties("user", "fields"), read: user },
  judgement: { properties: properties("system", "query", "request", "item", "collection", "grade", "label", "rater"), read: judgement },
  alias: { properties: properties("from", "to"), read: alias },
  delete: { properties: properties("user", "item", "collection"), read: remove },
  served: {
    properties: properties(
      ...["system", "placement", "item", "query", "context", "items", "scores", "sources", "propensities"],
      ...["release", "variant", "readAt", "user", "session"],
    ),
    read: served,
  },
}

const base = (raw: Raw, inspection: Inspection) => ({
  id: requiredId(inspection, raw.id, "id"),
  timestamp: raw.timestamp as number | string,
})

function interaction(raw: Raw, inspection: Inspection): InteractionEvent {
  const record: InteractionEvent = {
    id: requiredId(inspection, raw.id, "id"),
    timestamp: raw.timestamp as number | string,
    event: "interaction",
    item: requiredId(inspection, raw.item, "item"),
    type: requiredId(inspection, raw.type, "type"),
  }
  who(raw, inspection, record)
  copyId(raw, inspection, record, "collection")
  copyId(raw, inspection, record, "request")
  const value = optionalNumber(inspection, raw.value, "value")
  if (value !== undefined) record.value = value
  return record
}

function impression(raw: Raw, inspection: Inspection, checks: Checks): ImpressionEvent {
  const record: ImpressionEvent = {
    ...base(raw, inspection),
    event: "impression",
    system: requiredId(inspection, raw.system, "system"),
    items: itemList(raw.items, inspection),
  }
  who(raw, inspection, record)
  copyId(raw, inspection, record, "request")
  copyId(raw, inspection, record, "placement")
  const offset = optionalNumber(inspection, raw.offset, "offset", 0, true)
  if (offset !== undefined) record.offset = offset
  asked(raw, inspection, checks, record)
  return record
}

function item(raw: Raw, inspection: Inspection, checks: Checks): ItemEvent {
  const id = requiredId(inspection, raw.item, "item")
  const collection = optionalId(inspection, raw.collection, "collection")
  const fields = checks.item(collection).read(inspection, raw.fields, "fields", !checks.isKnownItem(collection, id)) ?? {}
  const record: ItemEvent = { ...base(raw, inspection), event: "item", item: id, fields }
  if (collection !== undefined) record.collection = collection
  return record
}

function user(raw: Raw, inspection: Inspection, checks: Checks): UserEvent {
  const id = requiredId(inspection, raw.user, "user")
  const fields = checks.user.read(inspection, raw.fields, "fields", !checks.isKnownUser(id)) ?? {}
  return { ...base(raw, inspection), event: "user", user: id, fields }
}

function judgement(raw: Raw, inspection: Inspection): JudgementEvent {
  const record: JudgementEvent = { ...base(raw, inspection), event: "judgement", system: requiredId(inspection, raw.system, "system") }
  for (const name of ["request", "item", "collection", "rater"] as const) copyId(raw, inspection, record, name)
  const query = optionalText(inspection, raw.query, "query", EVENT_LIMITS.queryLength)
  if (query !== undefined) record.query = query
  const grade = optionalNumber(inspection, raw.grade, "grade")
  if (grade !== undefined) record.grade = grade
  if (raw.label !== undefined && isValue(inspection, raw.label, "label")) record.label = raw.label
  if (grade === undefined && record.label === undefined)
    refuse(inspection, "grade", "a grade or a label", undefined, "Say what was judged right.")
  return record
}

function alias(raw: Raw, inspection: Inspection): AliasEvent {
  const from = requiredId(inspection, raw.from, "from")
  const to = requiredId(inspection, raw.to, "to")
  if (from === to && from !== "") refuse(inspection, "to", "another id than from", to, "Send an alias only when two ids are one person.")
  return { ...base(raw, inspection), event: "alias", from, to }
}

function remove(raw: Raw, inspection: Inspection): DeleteEvent {
  const record: DeleteEvent = { ...base(raw, inspection), event: "delete" }
  for (const name of ["user", "item", "collection"] as const) copyId(raw, inspection, record, name)
  if (record.user === undefined && record.item === undefined)
    refuse(inspection, "user", "a user or an item", undefined, "Say who or what to delete.")
  return record
}

function served(raw: Raw, inspection: Inspection, checks: Checks): ServedRecord {
  const items = itemList(raw.items, inspection)
  const record: ServedRecord = {
    ...base(raw, inspection),
    event: "served",
    system: requiredId(inspection, raw.system, "system"),
    items,
    scores: parallel(raw.scores, items.length, inspection, "scores"),
    release: requiredId(inspection, raw.release, "release"),
    variant: requiredId(inspection, raw.variant, "variant"),
    readAt: optionalNumber(inspection, raw.readAt, "readAt", 0, true) ?? 0,
  }
  who(raw, inspection, record)
  copyId(raw, inspection, record, "placement")
  copyId(raw, inspection, record, "item")
  if (raw.sources !== undefined) record.sources = parallel(raw.sources, items.length, inspection, "sources")
  if (raw.propensities !== undefined) record.propensities = parallel(raw.propensities, items.length, inspection, "propensities")
  asked(raw, inspection, checks, record)
  return record
}

function who(raw: Raw, inspection: Inspection, record: Who): void {
  const user = optionalId(inspection, raw.user, "user")
  if (user !== undefined) record.user = user
  const session = optionalId(inspection, raw.session, "session")
  if (session !== undefined) record.session = session
}

function copyId<Name extends string>(raw: Raw, inspection: Inspection, record: { [name in Name]?: string }, name: Name): void {
  const id = optionalId(inspection, raw[name], name)
  if (id !== undefined) record[name] = id as { [name in Name]?: string }[Name]
}

function asked(raw: Raw, inspection: Inspection, checks: Checks, record: { query?: string; context?: Record<string, Value> }): void {
  const query = optionalText(inspection, raw.query, "query", EVENT_LIMITS.queryLength)
  if (query !== undefined) record.query = query
  if (raw.context === undefined || raw.context === null) return
  const context = checks.context.read(inspection, raw.context, "context", false)
  if (context !== undefined) record.context = context
}

function itemList(value: unknown, inspection: Inspection): { id: string; collection?: string }[] {
  const items: { id: string; collection?: string }[] = []
  if (!Array.isArray(value)) {
    refuse(inspection, "items", "a list of items in the order they were shown", value, 'Send such as [{"id": "i1"}].')
    return items
  }
  if (value.length > EVENT_LIMITS.impressionItems) {
    refuseSize(
      inspection,
      "items",
      `at most ${EVENT_LIMITS.impressionItems} items`,
      `${value.length}`,
      "Send what was seen, in several impressions with offset.",
    )
    return items
  }
  for (let i = 0; i < value.length; i++) {
    const entry: unknown = value[i]
    if (!isPlainObject(entry)) {
      refuse(inspection, `items[${i}]`, "an object with an id", entry, 'Send such as {"id": "i1"}.')
      return items
    }
    // The path is made only for what is wrong: a text per item would cost more than the checks.
    const before = inspection.fault
    const id = requiredId(inspection, entry.id, "id")
    const collection = optionalId(inspection, entry.collection, "collection")
    if (inspection.fault !== before) {
      inspection.fault = { ...inspection.fault!, where: `items[${i}].${inspection.fault!.where}` }
      return items
    }
    items.push(collection === undefined ? { id } : { id, collection })
  }
  return items
}

function parallel(value: unknown, length: number, inspection: Inspection, path: string): number[] {
  if (!Array.isArray(value) || value.length !== length) {
    refuse(inspection, path, `a list of ${length} numbers, one for each item`, value, "Keep it parallel to items.")
    return []
  }
  return isValue(inspection, value, path) && (length === 0 || typeof value[0] === "number") ? (value as number[]) : []
}
