import {
  type Candidates,
  candidates,
  DEFAULT_COLLECTION,
  type IdTable,
  type LogEntry,
  type Matrix,
  type Position,
  type StateTables,
} from "../core/index.ts"
import type { Catalogue } from "./catalogue.ts"
import type { Asked, FeatureRequest } from "./family.ts"
import type { FeatureSet } from "./feature-set.ts"

/** A request whose feature rows a replay reads: the ids of its items, and the last position its state had folded. */
export interface ReplayRead {
  readonly requestId: string
  readonly readAt: Position
  readonly asked: Asked
  /** People's ids of the items, in the order of the rows. */
  readonly items: readonly string[]
}

/** Rows that a replay read. `index` counts the reads from 0; */
export interface ReplayedRows {
  readonly index: number
  readonly read: ReplayRead
  readonly request: FeatureRequest
  readonly candidates: Candidates
  readonly rows: Matrix
}

/** What a replay goes through; see {@link replay}. */
export interface ReplayOptions {
  /** The log in order, such as `log.read()`. */
  readonly entries: AsyncIterable<readonly LogEntry[]>
  readonly set: FeatureSet
  /** Empty tables of the set's declarations, or those of a checkpoint whose position `entries` come after. */
  readonly tables: StateTables
  readonly ids: IdTable
  /** Folded along, when given. */
  readonly catalogue?: Catalogue
  /** Reads in ascending `readAt`; each sees the state with that position folded and nothing after it. */
  readonly at?: Iterable<ReplayRead>
  readonly onRead?: (rows: ReplayedRows) => void
}

/**
 * Folds the log in order and reads feature rows exactly where serving read them. It calls the same `observe`, `request` and `read`.
 *
 * Reads past the end of the log are made on the final state.
 * @returns how many entries were folded and how many reads made
 */
export async function replay(options: ReplayOptions): Promise<{ readonly entries: number; readonly reads: number }> {
  const { set, tables, catalogue, ids, onRead } = options
  const pending = (options.at ?? [])[Symbol.iterator]()
  const collection = ids.collection(set.collection)
  let next = pending.next()
  let folded = 0
  let reads = 0

  const readUpTo = (before: Position) => {
    while (next.done !== true && next.value.readAt < before) {
      const read = next.value
      const list = candidates(read.items.length)
      const request = set.request(tables, read.asked)
      for (let row = 0; row < read.items.length; row++) list.ids[row] = collection.intern(read.items[row]!)
      list.collections.fill(request.collection)
      onRead?.({ index: reads, read, request, candidates: list, rows: set.read(tables, request, list) })
      reads++
      next = pending.next()
    }
  }

  for await (const batch of options.entries) {
    for (const entry of batch) {
      readUpTo(entry.position)
      set.observe(entry, tables)
      catalogue?.apply(entry)
      folded++
    }
  }
  readUpTo(Number.POSITIVE_INFINITY)
  return { entries: folded, reads }
}

/** The read behind a served record, with its items of that collection; undefined for any other record, or one without such items. */
export function readOfServed({ record, time }: LogEntry, collection: string): ReplayRead | undefined {
  if (record.event !== "served") return undefined
  const items = record.items.filter((item) => (item.collection ?? DEFAULT_COLLECTION) === collection).map((item) => item.id)
  if (items.length === 0) return undefined
  return { requestId: record.id, readAt: record.readAt, asked: { ...askedBy(record), now: time }, items }
}

function askedBy({ user, session, item, context, query, list }: Omit<Asked, "now">): Omit<Asked, "now"> {
  return {
    ...(user === undefined ? {} : { user }),
    ...(session === undefined ? {} : { session }),
    ...(item === undefined ? {} : { item }),
    ...(context === undefined ? {} : { context }),
    ...(query === undefined ? {} : { query }),
    ...(list === undefined ? {} : { list }),
  }
}
