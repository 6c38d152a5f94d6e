import {
  type Clock,
  Conflict,
  InvalidArgument,
  type LogEntry,
  Overloaded,
  type Position,
  systemClock,
  throwIfCancelled,
} from "../core/index.ts"
import { encodeChunk } from "./chunk.ts"
import { CommitQueue } from "./commit-queue.ts"
import type { Environment } from "./environment.ts"
import { fingerprint, hashed } from "./fingerprint.ts"
import { encodeInteractions } from "./interaction-columns.ts"
import { closedError, readLog, type SegmentReader } from "./log-reader.ts"
import { LogTables } from "./log-tables.ts"
import type { Appended, EventLog, Incoming } from "./ports.ts"
import { RecentIds, type RecentIdsOptions } from "./recent-ids.ts"
import { inSlices } from "./slices.ts"
import { type Mark, marksOf } from "./tombstones.ts"

/** Records in a chunk at most: one commit of many small appends is one chunk, one large append is several. */
const CHUNK_RECORDS = 1024
/** Accepted but not yet durable bytes past which appends are refused. */
const PENDING_BYTES = 128 * 2 ** 20

/** Chunks of forgotten ids removed with a commit at most, so that none is long. */
const FORGOTTEN_PER_COMMIT = 256

/** Records accepted together, on their way into a chunk. */
interface Piece {
  readonly first: Position
  readonly last: Position
  readonly bytes: number
  /** JSON without its brackets, which joins with that of other pieces, or columns, which are a chunk of their own. */
  readonly body: string | Buffer
  readonly times: readonly number[]
  readonly fingerprints: readonly number[]
  readonly marks: readonly { readonly position: Position; readonly mark: Mark }[]
}

export interface LogOptions {
  readonly clock?: Clock
  readonly ids?: RecentIdsOptions
  readonly readSegment: SegmentReader
  readonly roll: EventLog["roll"]
}

/** The event log's writer: the only one that appends. `whenDurable` lets checkpoints wait for what they contain. */
export async function lmdbLog(
  environment: Environment,
  { clock = systemClock, ids, readSegment, roll }: LogOptions,
): Promise<EventLog & { whenDurable(position: Position): Promise<Position> }> {
  const tables = new LogTables(environment)
  const recent = new RecentIds(ids)
  await restoreIds(tables, recent, clock.now())
  let end = tables.end()
  let closed = false
  let forgotten: Position = 0
  const queue = new CommitQueue<Piece>(end, (pieces) => commit(tables, pieces, clock.now(), forgotten))

  function append(records: readonly Incoming[]): Appended {
    if (closed) throw closedError()
    if (queue.bytes > PENDING_BYTES) {
      throw new Overloaded(
        "event log",
        `less than ${PENDING_BYTES} bytes waiting for the disk`,
        `${queue.bytes}`,
        "Wait for `durable` of earlier appends, or free the disk, then send again.",
      )
    }
    const now = clock.now()
    forgotten = Math.max(forgotten, recent.expire(now))
    const bodies = slices(records).map(bodyOf)
    const entries: LogEntry[] = []
    const duplicates: number[] = []
    slices(records).forEach((slice, number) => {
      accept(slice, number * CHUNK_RECORDS, bodies[number]!, now, entries, duplicates)
    })
    return { entries, duplicates, durable: queue.whenDurable(end) }
  }

  function accept(
    slice: readonly Incoming[],
    offset: number,
    whole: string | Buffer,
    now: number,
    entries: LogEntry[],
    duplicates: number[],
  ): void {
    const first = end + 1
    const fresh: Incoming[] = []
    const times: number[] = []
    const fingerprints: number[] = []
    const marks: Piece["marks"][number][] = []
    for (let i = 0; i < slice.length; i++) {
      const { record, time } = slice[i]!
      fingerprint(record.id)
      const { low, high } = hashed
      if (recent.has(low, high)) {
        duplicates.push(offset + i)
        continue
      }
      const position = ++end
      recent.add(low, high, position, now)
      fingerprints.push(low, high)
      times.push(time)
      fresh.push(slice[i]!)
      entries.push({ position, time, record })
      if (record.event === "delete" || record.event === "alias") for (const mark of marksOf(record)) marks.push({ position, mark })
    }
    if (fresh.length === 0) return
    const body = fresh.length === slice.length ? whole : bodyOf(fresh)
    queue.add({ first, last: end, bytes: body.length + times.length * 24, body, times, fingerprints, marks })
  }

  return {
    append,
    remembers(id) {
      fingerprint(id)
      return recent.has(hashed.low, hashed.high)
    },
    read({ after = 0, to = Number.POSITIVE_INFINITY, signal } = {}) {
      if (closed) throw closedError()
      return readLog(tables, readSegment, { after, to: Math.min(to, queue.durable), signal })
    },
    get end() {
      return queue.durable
    },
    get count() {
      return queue.durable - tables.dropped()
    },
    get memoryBytes() {
      return recent.bytes
    },
    async roll(to, options) {
      throwIfCancelled(options?.signal, "event log roll")
      return roll(Math.min(to, queue.durable), options)
    },
    async whenDurable(position) {
      if (position <= end) return queue.whenDurable(position)
      throw new InvalidArgument(
        "event log",
        `a position up to ${end}`,
        `${position}`,
        "Checkpoint at the position of the last record that was folded.",
      )
    },
    async close() {
      if (closed) return
      closed = true
      await queue.flush()
    },
  }
}

/** The event log as another process sees it: reads whatever is committed, refuses to append. */
export function lmdbLogReader(environment: Environment, { readSegment }: Pick<LogOptions, "readSegment">): EventLog {
  const tables = new LogTables(environment)
  let closed = false
  const refuse = () =>
    new Conflict("event log", "the writing process", "one that only reads", "Send events to the server that has this store open.")
  return {
    append() {
      throw refuse()
    },
    remembers: () => false,
    read({ after = 0, to = Number.POSITIVE_INFINITY, signal } = {}) {
      if (closed) throw closedError()
      environment.refresh()
      return readLog(tables, readSegment, { after, to: Math.min(to, tables.end()), signal })
    },
    get end() {
      environment.refresh()
      return tables.end()
    },
    get count() {
      environment.refresh()
      return tables.end() - tables.dropped()
    },
    memoryBytes: 0,
    roll: () => Promise.reject(refuse()),
    async close() {
      closed = true
    },
  }
}

function slices(records: readonly Incoming[]): readonly (readonly Incoming[])[] {
  if (records.length <= CHUNK_RECORDS) return [records]
  return Array.from({ length: Math.ceil(records.length / CHUNK_RECORDS) }, (_, i) =>
    records.slice(i * CHUNK_RECORDS, (i + 1) * CHUNK_RECORDS),
  )
}

/** The records in columns where they allow it, else as a JSON array without its brackets. */
function bodyOf(records: readonly Incoming[]): string | Buffer {
  return encodeInteractions(records.map(({ record }) => record)) ?? stringify(records)
}

function stringify(records: readonly Incoming[]): string {
  try {
    const text = JSON.stringify(records.map(({ record }) => record))
    return text.slice(1, -1)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0]! : "something else"
    throw new InvalidArgument("event log append", "records of plain JSON", why, "Validate events before they are appended.")
  }
}

/** Writes pieces as chunks with their ids and marks, and drops some ids that are forgotten, as one transaction. */
function commit(tables: LogTables, pieces: readonly Piece[], nowMs: number, forgotten: Position): Promise<void> {
  return tables.environment.commit(() => {
    for (const group of grouped(pieces)) {
      const { first } = group[0]!
      const times = group.length === 1 ? group[0]!.times : group.flatMap((piece) => piece.times)
      const body = group.length === 1 ? group[0]!.body : group.map((piece) => piece.body).join(",")
      tables.chunks.put(first, encodeChunk({ first, times, body }))
      tables.ids.put(first, encodeIds(group, nowMs))
      for (const { marks } of group) {
        for (const [i, { position, mark }] of marks.entries()) tables.marks.put([position, i], Buffer.from(JSON.stringify(mark)))
      }
    }
    if (forgotten === 0) return
    const old = [...tables.ids.getKeys({ end: forgotten, limit: FORGOTTEN_PER_COMMIT + 1 })]
    // The newest of them may reach past the boundary, so it stays until the next one does too.
    for (const key of old.slice(0, -1)) tables.ids.remove(key)
  })
}

/** Neighbouring pieces that fit one chunk; columns stand alone. */
function grouped(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const groups: Piece[][] = []
  let room = 0
  for (const piece of pieces) {
    const alone = typeof piece.body !== "string"
    if (alone || piece.times.length > room) {
      groups.push([])
      room = CHUNK_RECORDS
    }
    groups.at(-1)!.push(piece)
    room = alone ? 0 : room - piece.times.length
  }
  return groups
}

/** `[append time f64]` then low and high of every fingerprint as u32. */
function encodeIds(group: readonly Piece[], nowMs: number): Buffer {
  const count = group.reduce((total, { fingerprints }) => total + fingerprints.length, 0)
  const bytes = Buffer.allocUnsafeSlow(8 + count * 4)
  bytes.writeDoubleLE(nowMs, 0)
  const numbers = new Uint32Array(bytes.buffer, 8, count)
  let at = 0
  for (const { fingerprints } of group) {
    numbers.set(fingerprints, at)
    at += fingerprints.length
  }
  return bytes
}

async function restoreIds(tables: LogTables, recent: RecentIds, nowMs: number): Promise<void> {
  const stored = tables.ids.getRange({ snapshot: false })[Symbol.iterator]()
  await inSlices(() => {
    const { done, value: entry } = stored.next()
    if (done) return false
    const bytes = entry.value
    const appendedMs = bytes.readDoubleLE(0)
    for (let at = 8, position = entry.key as number; at < bytes.length; at += 8, position++) {
      recent.add(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), position, appendedMs)
    }
    recent.expire(nowMs)
    return true
  })
}
