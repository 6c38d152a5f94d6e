/** A field's value as it travels in JSON. */
export type Value = string | number | boolean | null | string[] | number[]

/** Every event has an id, which makes sending it again safe, and the time it happened: epoch milliseconds or ISO 8601. */
export type Stamp = { id: string; timestamp: number | string }

/** Who acted: a known user, an anonymous session, or both. */
export type Who = { user?: string; session?: string }

/** Item fields set or changed; `null` unsets, so a fold gives the item at any moment. */
export type ItemEvent = Stamp & { event: "item"; item: string; collection?: string; fields: Record<string, Value> }

/** User fields set or changed. */
export type UserEvent = Stamp & { event: "user"; user: string; fields: Record<string, Value> }

/** What was seen, in order; `offset` is the number of places before the first of `items`. */
export type ImpressionEvent = Stamp &
  Who & {
    event: "impression"
    system: string
    items: { id: string; collection?: string }[]
    request?: string
    placement?: string
    offset?: number
    query?: string
    context?: Record<string, Value>
  }

/** What somebody did with an item: click, like, hide, watch, purchase. */
export type InteractionEvent = Stamp &
  Who & { event: "interaction"; item: string; collection?: string; type: string; value?: number; request?: string }

/** What somebody said is right: a relevance grade or a label. */
export type JudgementEvent = Stamp & {
  event: "judgement"
  system: string
  query?: string
  request?: string
  item?: string
  collection?: string
  grade?: number
  label?: Value
  rater?: string
}

/** An anonymous session or user turns out to be a known one. */
export type AliasEvent = Stamp & { event: "alias"; from: string; to: string }

/** Forget a user or withdraw an item: a tombstone applied at every replay and roll. */
export type DeleteEvent = Stamp & { event: "delete"; user?: string; item?: string; collection?: string }

/** Everything a client may send to `POST /v1/events`. */
export type Event = ItemEvent | UserEvent | ImpressionEvent | InteractionEvent | JudgementEvent | AliasEvent | DeleteEvent

/**
 * What `rank` itself appends: the answer that was given, and the log position at which its features were read.
 *
 * `items`, `scores` and `sources` run in parallel, best first. Positions are places in `items`.
 */
export type ServedRecord = Stamp &
  Who & {
    event: "served"
    system: string
    placement?: string
    /** The item whose page was shown, in the collection of the first of `items`; replay reads features with it. */
    item?: string
    query?: string
    context?: Record<string, Value>
    items: { id: string; collection?: string }[]
    scores: number[]
    sources?: number[]
    propensities?: number[]
    /** Every item that features were compared with, where a family looks at the whole list; the served ones when absent. */
    list?: string[]
    release: string
    variant: string
    readAt: Position
  }

/** Everything the log holds: clients' events and the engine's own records. */
export type LogRecord = Event | ServedRecord

/** A place in the log: a whole number that grows with every record. Clients see it as an opaque string. */
export type Position = number

/** One record at its place; `time` is its timestamp in epoch milliseconds. */
export interface LogEntry {
  readonly position: Position
  readonly time: number
  readonly record: LogRecord
}

/** The collection an item belongs to when an event names none. */
export const DEFAULT_COLLECTION = "items"

/** Names a system may not take: they are path segments or record kinds of their own. */
export const RESERVED_SYSTEM_NAMES: readonly string[] = ["events", "requests", "admin", "keys", "releases"]
