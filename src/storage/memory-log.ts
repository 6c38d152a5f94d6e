import { type Clock, type LogEntry, type Position, systemClock, throwIfCancelled } from "../core/index.ts"
import { fingerprint, hashed } from "./fingerprint.ts"
import { closedError } from "./log-reader.ts"
import type { Appended, EventLog, Incoming } from "./ports.ts"
import { RecentIds, type RecentIdsOptions } from "./recent-ids.ts"
import { marksOf, Tombstones } from "./tombstones.ts"

const BATCH = 1024

/** An event log in an array: for tests, evaluation and simulations. Records are kept as they are given, so do not change them afterwards. */
export function memoryLog({ clock = systemClock, ids }: { readonly clock?: Clock; readonly ids?: RecentIdsOptions } = {}): EventLog {
  const recent = new RecentIds(ids)
  const tombstones = new Tombstones()
  let entries: LogEntry[] = []
  let end: Position = 0
  let rolledTo: Position = 0
  let closed = false

  function append(records: readonly Incoming[]): Appended {
    if (closed) throw closedError()
    const now = clock.now()
    recent.expire(now)
    const added: LogEntry[] = []
    const duplicates: number[] = []
    for (let i = 0; i < records.length; i++) {
      const { record, time } = records[i]!
      fingerprint(record.id)
      if (recent.has(hashed.low, hashed.high)) {
        duplicates.push(i)
        continue
      }
      const position = ++end
      recent.add(hashed.low, hashed.high, position, now)
      for (const mark of marksOf(record)) tombstones.observe(position, mark)
      const entry = { position, time, record }
      added.push(entry)
      entries.push(entry)
    }
    return { entries: added, duplicates, durable: Promise.resolve(end) }
  }

  async function* read({ after = 0, to, signal }: { after?: Position; to?: Position; signal?: AbortSignal } = {}) {
    const last = Math.min(to ?? end, end)
    let next = after
    while (next < last) {
      throwIfCancelled(signal, "event log read")
      const from = firstAfter(entries, next)
      const batch = entries.slice(from, from + BATCH).filter((entry) => entry.position <= last)
      if (batch.length === 0) return
      next = batch.at(-1)!.position
      const shown = batch.filter((entry) => !tombstones.hides(entry.position, entry.record))
      if (shown.length > 0) yield shown
    }
  }

  return {
    append,
    read,
    remembers(id) {
      fingerprint(id)
      return recent.has(hashed.low, hashed.high)
    },
    get end() {
      return end
    },
    get memoryBytes() {
      return recent.bytes
    },
    get count() {
      return entries.length
    },
    async roll(to, { signal } = {}) {
      throwIfCancelled(signal, "event log roll")
      const kept = entries.filter((entry) => entry.position > to || !tombstones.hides(entry.position, entry.record))
      entries = kept
      const records = Math.max(0, firstAfter(kept, to) - firstAfter(kept, rolledTo))
      rolledTo = Math.max(rolledTo, Math.min(to, end))
      return { records, bytes: 0, files: [] }
    },
    async close() {
      closed = true
    },
  }
}

/** The index of the first entry past a position, by halving. */
function firstAfter(entries: readonly LogEntry[], position: Position): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.position <= position) low = middle + 1
    else high = middle
  }
  return low
}
