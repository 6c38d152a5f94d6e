import { type LogEntry, type Position, throwIfCancelled } from "../core/index.ts"
import { chunkLast, decodeChunk, encodeChunk } from "./chunk.ts"
import { readLog } from "./log-reader.ts"
import type { LogTables, SegmentFile } from "./log-tables.ts"
import type { Segments } from "./parquet-segments.ts"

/** Positions in a file at most. */
export const SEGMENT_POSITIONS = 262_144
const REMOVED_PER_COMMIT = 256
const CHUNK_RECORDS = 1024

interface Rolled {
  readonly records: number
  readonly bytes: number
  readonly files: readonly string[]
}

/**
 * Moves records up to `to` into Parquet files, deleted ones left out.
 *
 * The order makes every step safe: the file is written, verified and on disk; one commit lists it, and from then on its positions are read from
 * it; then the chunks it replaced are removed. A crash leaves at worst a file that is not listed or chunks that nobody reads; {@link tidy}
 * removes both.
 */
export async function rollLog(
  tables: LogTables,
  segments: Segments,
  to: Position,
  { signal, positions = SEGMENT_POSITIONS }: { readonly signal?: AbortSignal | undefined; readonly positions?: number } = {},
): Promise<Rolled> {
  const files: SegmentFile[] = []
  for (let after = tables.rolledTo(); after < to; after = tables.rolledTo()) {
    throwIfCancelled(signal, "event log roll")
    const last = Math.min(after + positions, to)
    let hidden = 0
    const onHidden = (count: number) => {
      hidden += count
    }
    const file = await segments.write(after + 1, last, readLog(tables, segments.read, { after, to: last, signal, onHidden }))
    await list(tables, file, hidden)
    files.push(file)
    await removeCovered(tables)
  }
  return {
    records: files.reduce((total, file) => total + file.records, 0),
    bytes: files.reduce((total, file) => total + file.bytes, 0),
    files: files.map(({ file }) => file),
  }
}

/** Brings records after `from` back from files into chunks, newest file first; whole files only. Says how many came back. */
export async function unrollLog(tables: LogTables, segments: Segments, from: Position): Promise<number> {
  let records = 0
  for (const file of tables
    .allSegments()
    .filter(({ last }) => last > from)
    .reverse()) {
    const boundary = tables.chunkAfter(file.last)
    // A chunk that reaches into the file still holds its own part of it, with what was deleted.
    const kept = boundary === undefined ? [] : decodeChunk(boundary, file.first - 1, file.last)
    const boundaryFirst = kept[0]?.position ?? Number.POSITIVE_INFINITY
    let restored = kept.length
    for await (const batch of segments.read(file, 0, file.last)) {
      restored -= batch.filter(({ position }) => position >= boundaryFirst).length
      await putChunks(
        tables,
        batch.filter(({ position }) => position < boundaryFirst),
      )
      records += batch.length
    }
    await tables.environment.commit(() => {
      tables.segments.remove(file.first)
      tables.counts.put("dropped", number(tables.dropped() - restored))
      // Deleted records may have been the last ones: their positions are not given out again.
      tables.counts.put("end", number(tables.end()))
    })
    await segments.remove(file)
  }
  return records
}

/** Removes what interrupted rolls left. */
export async function tidy(tables: LogTables, segments: Segments): Promise<void> {
  await segments.sweep(tables.allSegments())
  await removeCovered(tables)
}

function list(tables: LogTables, file: SegmentFile, hidden: number): Promise<void> {
  const dropped = tables.dropped() + hidden
  return tables.environment.commit(() => {
    tables.segments.put(file.first, Buffer.from(JSON.stringify(file)))
    tables.counts.put("dropped", number(dropped))
  })
}

/** Removes chunks that end at or before the last file. */
async function removeCovered(tables: LogTables): Promise<void> {
  const to = tables.rolledTo()
  for (let more = to > 0; more; ) {
    const covered: number[] = []
    for (const { key, value } of tables.chunks.getRange({ end: to + 1, limit: REMOVED_PER_COMMIT })) {
      if (chunkLast(value) <= to) covered.push(key)
    }
    more = covered.length > 0
    if (more) {
      await tables.environment.commit(() => {
        for (const key of covered) tables.chunks.remove(key)
      })
    }
  }
}

async function putChunks(tables: LogTables, entries: readonly LogEntry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += CHUNK_RECORDS) {
    const part = entries.slice(at, at + CHUNK_RECORDS)
    const chunk = encodeChunk({
      first: part[0]!.position,
      positions: part.map(({ position }) => position),
      times: part.map(({ time }) => time),
      body: JSON.stringify(part.map(({ record }) => record)).slice(1, -1),
    })
    await tables.environment.commit(() => void tables.chunks.put(part[0]!.position, chunk))
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}
