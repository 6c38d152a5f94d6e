import { DEFAULT_COLLECTION, type LogRecord, type Schema } from "../../core/index.ts"
import type { Incoming } from "../../storage/index.ts"
import { type FieldCheck, fieldCheck } from "./fields.ts"
import { type Inspection, isPlainObject, type Refusal, refuse, take } from "./inspection.ts"
import { type Checks, kinds, type Raw } from "./kinds.ts"
import { EVENT_LIMITS } from "./limits.ts"
import { parseIsoTime } from "./time.ts"
import { isJson, isKey } from "./values.ts"

/** What the checks need to know. */
export interface EventValidatorOptions {
  /** Schemas by collection; several systems may rank one. Items of other collections are kept without checks of their fields. */
  readonly collections?: Readonly<Record<string, Schema | readonly Schema[]>>
  /** Epoch milliseconds, against which the future is measured. */
  readonly now: () => number
  /** Keys the hashes of fields that are `personal: "hash"`; at least 16 characters, needed only when there are such fields. */
  readonly personalKey?: string
  /** Says whether an item is there already, so that an event may change some fields and leave out required ones. Nothing is when absent. */
  readonly isKnownItem?: (collection: string, item: string) => boolean
  readonly isKnownUser?: (user: string) => boolean
  /** Takes `served` records too: for logs that are read back, never for clients. Default false. */
  readonly served?: boolean
}

/** The event as it goes into the log, or why it does not. */
export type Validated = { readonly ok: Incoming; readonly error?: never } | { readonly ok?: never; readonly error: Refusal }

/** Checks events one after another and counts what it did not know. */
export interface EventValidator {
  /** `index` is the place in a batch: `where` then begins with `events[index]`, otherwise with `event`. Never throws. */
  validate(value: unknown, index?: number): Validated
  /** Unknown properties and fields that were kept, by path such as `films.director`, with how often they came. At most 1,000 names. */
  readonly unknown: ReadonlyMap<string, number>
}

const UNKNOWN_NAMES = 1000

/**
 * Compiles the checks of every event kind once, so that each event costs about a microsecond.
 *
 * What passes is a copy with the same properties: null in an optional property means absent, personal fields are hashed or gone, and `time` is
 * the timestamp in whole epoch milliseconds. A timestamp before March 1973 is refused as epoch seconds, unless `now` itself is before it.
 * @throws {@link InvalidArgument} when a schema hashes a field of numbers, or hashes without a key
 */
export function compileEventValidator(options: EventValidatorOptions): EventValidator {
  const { now, served = false } = options
  const unknown = new Map<string, number>()
  const inspection: Inspection = {
    fault: undefined,
    size: 0,
    unknown(path) {
      const count = unknown.get(path)
      if (count !== undefined || unknown.size < UNKNOWN_NAMES) unknown.set(path, (count ?? 0) + 1)
    },
  }
  const checks = compileChecks(options)
  const known = new Map(Object.entries(kinds).filter(([name]) => served || name !== "served"))
  const names = [...known.keys()].sort().join(", ")

  function read(value: unknown): Incoming | undefined {
    if (!isPlainObject(value))
      return refuse(inspection, "", "a JSON object", value, 'Send such as {"id": "e1", "event": "interaction", ...}.')
    const kind = typeof value.event === "string" ? known.get(value.event) : undefined
    if (kind === undefined) return refuse(inspection, "event", `one of ${names}`, value.event, "Check the spelling.")
    const record = kind.read(value, inspection, checks)
    for (const name in value) if (!kind.properties.has(name)) keepUnknown(record, value, name)
    const time = timeOf(value.timestamp, now(), inspection)
    return { record, time }
  }

  function keepUnknown(record: LogRecord, raw: Raw, name: string): void {
    if (raw[name] === undefined || !isKey(inspection, name, "") || !take(inspection, name.length) || !isJson(inspection, raw[name], name))
      return
    inspection.unknown(`${record.event}.${name}`)
    Object.assign(record, { [name]: raw[name] })
  }

  return {
    unknown,
    validate(value, index) {
      inspection.fault = undefined
      inspection.size = 0
      const ok = read(value)
      const fault = faultOf(inspection)
      if (fault === undefined) return { ok: ok! }
      const event = index === undefined ? "event" : `events[${index}]`
      return { error: { ...fault, where: fault.where === "" ? event : `${event}.${fault.where}` } }
    },
  }
}

/** A function, because the compiler takes the field for what `validate` just set it to. */
const faultOf = (inspection: Inspection): Refusal | undefined => inspection.fault

/** Checks one event. For many, {@link compileEventValidator} once: compiling costs more than checking. */
export function validateEvent(value: unknown, options: EventValidatorOptions): Validated {
  return compileEventValidator(options).validate(value)
}

function compileChecks({ collections = {}, personalKey, isKnownItem, isKnownUser }: EventValidatorOptions): Checks {
  const schemas = new Map(Object.entries(collections).map(([name, schema]) => [name, Array.isArray(schema) ? schema : [schema as Schema]]))
  const all = [...schemas.values()].flat()
  const items = new Map<string, FieldCheck>()
  for (const [name, own] of schemas) {
    const check = fieldCheck(
      name,
      own.map((schema) => schema.item),
      personalKey,
    )
    items.set(name, check)
  }
  const others = fieldCheck("item", [], personalKey)
  return {
    item: (collection = DEFAULT_COLLECTION) => items.get(collection) ?? others,
    user: fieldCheck(
      "user",
      all.flatMap((schema) => schema.user ?? []),
      personalKey,
    ),
    context: fieldCheck(
      "context",
      all.flatMap((schema) => schema.context ?? []),
      personalKey,
    ),
    isKnownItem: (collection = DEFAULT_COLLECTION, item) => isKnownItem?.(collection, item) ?? false,
    isKnownUser: (user) => isKnownUser?.(user) ?? false,
  }
}

/** Epoch milliseconds of a timestamp, within what an event may claim. */
function timeOf(value: unknown, nowMs: number, inspection: Inspection): number {
  const time = typeof value === "number" ? Math.floor(value) : typeof value === "string" ? parseIsoTime(value) : Number.NaN
  if (!Number.isFinite(time)) {
    refuse(inspection, "timestamp", "epoch milliseconds or ISO 8601", value, "Send such as 1764000000000 or 2026-11-24T08:15:00Z.")
    return 0
  }
  const earliest = nowMs >= EVENT_LIMITS.earliestMs ? EVENT_LIMITS.earliestMs : 0
  if (time < earliest) {
    refuse(inspection, "timestamp", `epoch milliseconds from ${earliest} on`, value, "This looks like seconds: multiply by 1000.")
  } else if (time > nowMs + EVENT_LIMITS.futureMs) {
    const remedy = time > 1e14 ? "This looks like microseconds: divide by 1000." : "Send when it happened, and check the sender's clock."
    refuse(inspection, "timestamp", `no later than a day from now (${new Date(nowMs).toISOString()})`, value, remedy)
  }
  return time
}
