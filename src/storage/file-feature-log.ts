import { mkdir, open, readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, Conflict, Overloaded, systemClock } from "../core/index.ts"
import { ioError } from "./environment.ts"
import { decodeFeatureRecord, encodeFeatureRecord, featureRecordId, featureRecordLength, featureRecordWhole } from "./feature-record.ts"
import { ifThere, names } from "./files.ts"
import type { FeatureLog } from "./ports.ts"

/** How much is kept, and how it is cut: whole segment files are dropped, the oldest first. */
export interface FeatureLogOptions {
  readonly clock?: Clock
  readonly readOnly?: boolean
  /** Default 8 GB. */
  readonly retentionBytes?: number
  /** Default 30 days after the newest record of a segment. */
  readonly retentionDays?: number
  /** Default 64 MB. */
  readonly segmentBytes?: number
}

interface Segment {
  readonly number: number
  bytes: number
  newestMs: number
  /** Offsets by request id: 100 bytes a request, beside some 20 kB of values. */
  index: Map<string, number> | undefined
}

/** Encoded but unwritten bytes past which rows are refused. */
const PENDING_BYTES = 64 * 2 ** 20
const DAY_MS = 86_400_000

/**
 * Served feature values in append-only segment files (`00000001.f32`), written in the background.
 *
 * `append` costs one copy; `flush` waits for the disk. A record cut short by a crash is cut off when the writer opens. Segments are indexed by
 * request id when first asked. Past the retention, whole segments go.
 */
export async function fileFeatureLog(
  folder: string,
  { clock = systemClock, readOnly = false, retentionBytes = 8e9, retentionDays = 30, segmentBytes = 64 * 2 ** 20 }: FeatureLogOptions = {},
): Promise<FeatureLog & { close(): Promise<void> }> {
  const path = (number: number) => join(folder, `${String(number).padStart(8, "0")}.f32`)
  let segments = await found(folder, path)
  if (!readOnly && segments.length > 0) await mend(path(segments.at(-1)!.number), segments.at(-1)!)
  let pending: { readonly requestId: string; readonly time: number; readonly bytes: Buffer }[] = []
  let pendingBytes = 0
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function write(): Promise<void> {
    const rows = pending.slice()
    if (rows.length === 0) return
    const last = segments.at(-1)
    const current = last === undefined || last.bytes >= segmentBytes ? fresh((last?.number ?? 0) + 1) : last
    try {
      await mkdir(folder, { recursive: true })
      const file = await open(path(current.number), "a")
      try {
        // What an earlier failed write left half done must not stand before good records.
        await file.truncate(current.bytes)
        await file.writeFile(Buffer.concat(rows.map((row) => row.bytes)))
        await file.datasync()
      } finally {
        await file.close()
      }
    } catch (cause) {
      throw ioError("feature log", cause)
    }
    if (current !== last) segments.push(current)
    for (const { requestId, time, bytes } of rows) {
      current.index?.set(requestId, current.bytes)
      current.bytes += bytes.length
      current.newestMs = Math.max(current.newestMs, time)
      pendingBytes -= bytes.length
    }
    pending = pending.slice(rows.length)
    await retain()
  }

  async function retain(): Promise<void> {
    let total = segments.reduce((sum, { bytes }) => sum + bytes, 0)
    while (segments.length > 1) {
      const oldest = segments[0]!
      if (total <= retentionBytes && clock.now() - oldest.newestMs <= retentionDays * DAY_MS) return
      total -= oldest.bytes
      segments.shift()
      await rm(path(oldest.number), { force: true })
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const after = (writing ?? Promise.resolve()).catch(() => {}).then(write)
    writing = after
    return after
  }

  async function* rowsOf(segment: Segment) {
    const bytes = await ifThere(readFile(path(segment.number)))
    if (bytes === undefined) return
    for (const at of offsets(bytes)) yield decodeFeatureRecord(bytes, at)
  }

  async function indexOf(segment: Segment): Promise<Map<string, number>> {
    if (segment.index !== undefined) return segment.index
    const bytes = await ifThere(readFile(path(segment.number)))
    const index = new Map<string, number>()
    for (const at of bytes === undefined ? [] : offsets(bytes)) index.set(featureRecordId(bytes!, at), at)
    segment.index = index
    return index
  }

  return {
    append(row) {
      if (readOnly) throw new Conflict("feature log", "the writing process", "one that only reads", "Let the server log what it serves.")
      if (pendingBytes > PENDING_BYTES) {
        throw new Overloaded(
          "feature log",
          `less than ${PENDING_BYTES} bytes waiting for the disk`,
          `${pendingBytes}`,
          "Log a smaller share of requests.",
        )
      }
      const bytes = encodeFeatureRecord(row)
      pending.push({ requestId: row.requestId, time: row.time, bytes })
      pendingBytes += bytes.length
      timer ??= setTimeout(() => {
        // A failed write keeps its rows; the next one tries again and `flush` tells.
        flush().catch(() => {})
      }, 100).unref()
    },
    async read(requestId) {
      const waiting = pending.findLast((row) => row.requestId === requestId)
      if (waiting !== undefined) return decodeFeatureRecord(waiting.bytes)
      if (readOnly) segments = await found(folder, path, segments)
      for (const segment of segments.toReversed()) {
        const at = (await indexOf(segment)).get(requestId)
        if (at === undefined) continue
        const bytes = await recordAt(path(segment.number), at)
        return bytes === undefined ? undefined : decodeFeatureRecord(bytes)
      }
      return undefined
    },
    async *all() {
      if (readOnly) segments = await found(folder, path, segments)
      else await flush()
      for (const segment of [...segments]) yield* rowsOf(segment)
    },
    async flush() {
      await flush()
    },
    get bytes() {
      return segments.reduce((sum, { bytes }) => sum + bytes, pendingBytes)
    },
    async close() {
      if (!readOnly) await flush()
      clearTimeout(timer)
    },
  }
}

const fresh = (number: number): Segment => ({ number, bytes: 0, newestMs: 0, index: new Map() })

/** The segments in the folder; indexes of those that did not grow are kept. */
async function found(folder: string, path: (number: number) => string, known: readonly Segment[] = []): Promise<Segment[]> {
  const numbers = (await names(folder))
    .flatMap((name) => (/^\d+\.f32$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b)
  const segments: Segment[] = []
  for (const number of numbers) {
    const file = await ifThere(stat(path(number)))
    if (file === undefined) continue
    const before = known.find((segment) => segment.number === number && segment.bytes === file.size)
    segments.push(before ?? { number, bytes: file.size, newestMs: file.mtimeMs, index: undefined })
  }
  return segments
}

/** Cuts a half-written record off the end of the newest segment. */
async function mend(path: string, segment: Segment): Promise<void> {
  const bytes = await readFile(path)
  let end = 0
  for (const at of offsets(bytes)) end = at + featureRecordLength(bytes, at)
  if (end === bytes.length) return
  const file = await open(path, "r+")
  try {
    await file.truncate(end)
    await file.datasync()
  } finally {
    await file.close()
  }
  segment.bytes = end
}

/** Where whole records start; ends at the first that is not. */
function* offsets(bytes: Uint8Array): Generator<number> {
  for (let at = 0; featureRecordWhole(bytes, at); at += featureRecordLength(bytes, at)) yield at
}

async function recordAt(path: string, at: number): Promise<Buffer | undefined> {
  const file = await ifThere(open(path, "r"))
  if (file === undefined) return undefined
  try {
    const head = Buffer.alloc(32)
    await file.read(head, 0, 32, at)
    const bytes = Buffer.alloc(Math.max(32, featureRecordLength(head, 0)))
    await file.read(bytes, 0, bytes.length, at)
    return bytes
  } finally {
    await file.close()
  }
}
