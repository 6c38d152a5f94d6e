import { setImmediate as nextTurn } from "node:timers/promises"
import { Cancelled, type LogEntry, type Position, throwIfCancelled } from "../core/index.ts"
import { decodeChunk } from "./chunk.ts"
import type { LogTables, SegmentFile } from "./log-tables.ts"
import type { Tombstones } from "./tombstones.ts"

/** Chunks smaller than this are handed on together. */
const BATCH = 512
const TURN_MS = 2

/** Reads a rolled file: its entries in `(after, to]`, in order, in batches. */
export type SegmentReader = (file: SegmentFile, after: Position, to: Position) => AsyncIterable<readonly LogEntry[]>

interface ReadOptions {
  readonly after: Position
  readonly to: Position
  readonly signal?: AbortSignal | undefined
  /** Hears how many records a deletion left out. */
  readonly onHidden?: (count: number) => void
}

/** Entries of `(after, to]` without the deleted ones, from files and chunks, in batches; gives way to other work between them. */
export async function* readLog(
  tables: LogTables,
  readSegment: SegmentReader,
  { after, to, signal, onHidden }: ReadOptions,
): AsyncGenerator<readonly LogEntry[]> {
  let next = after
  let gathered: readonly LogEntry[] = []
  let turn = performance.now()
  while (next < to) {
    throwIfCancelled(signal, "event log read")
    tables.environment.refresh()
    const tombstones = tables.tombstones()
    if (next < tables.rolledTo()) {
      if (gathered.length > 0) yield gathered
      gathered = []
      const file = tables.segmentAfter(next)
      if (file === undefined) continue
      for await (const batch of readSegment(file, next, to)) {
        throwIfCancelled(signal, "event log read")
        const shown = visible(batch, tombstones)
        onHidden?.(batch.length - shown.length)
        if (shown.length > 0) yield shown
      }
      next = file.last
      continue
    }
    const chunk = tables.chunkAfter(next)
    const entries = chunk === undefined ? [] : decodeChunk(chunk, next, to)
    if (entries.length === 0) break
    next = entries.at(-1)!.position
    const shown = visible(entries, tombstones)
    onHidden?.(entries.length - shown.length)
    gathered = gathered.length === 0 ? shown : gathered.concat(shown)
    if (gathered.length >= BATCH) {
      yield gathered
      gathered = []
    }
    if (performance.now() - turn > TURN_MS) {
      await nextTurn()
      turn = performance.now()
    }
  }
  if (gathered.length > 0) yield gathered
}

function visible<Entries extends readonly LogEntry[]>(entries: Entries, tombstones: Tombstones): Entries | LogEntry[] {
  const covered = entries.length > 0 && entries[0]!.position < tombstones.newest
  if (!covered) return entries
  return entries.filter(({ position, record }) => !tombstones.hides(position, record))
}

export const closedError = (): Cancelled =>
  new Cancelled("event log", "an open log", "one that is closed", "Open the store again; what was acknowledged is there.")
