import type { KeyValue } from "../storage/index.ts"

/** Bounds of a {@link TraceRing}. */
export interface TraceBounds {
  /** Newest traces kept on disk, default 10,000. */
  readonly maxRecords?: number
  /** Their bytes on disk, default 64 MB. */
  readonly maxBytes?: number
  /** Newest traces kept in memory, default 1,000, and their bytes, default 8 MB. */
  readonly memoryRecords?: number
  readonly memoryBytes?: number
  /** Writes under way at once; what comes beyond stays in memory only, and is counted. Default 1,000. */
  readonly maxWrites?: number
  /** Start of its keys, default `trace`. */
  readonly prefix?: string
}

interface Kept {
  readonly timeKey: string
  readonly bytes: number
}

/**
 * The newest traces by request id: in memory, and on disk for other processes, both bounded by count and bytes, oldest out first.
 *
 * Records are JSON. `put` never waits and never fails: what could not be written is counted. One process writes, many read.
 */
export class TraceRing {
  readonly #values: KeyValue
  readonly #bounds: Required<TraceBounds>
  readonly #memory = new Map<string, Uint8Array>()
  #memoryBytes = 0
  /** What is on disk, oldest first. */
  readonly #disk = new Map<string, Kept>()
  #diskBytes = 0
  readonly #writes = new Set<Promise<void>>()
  #notWritten = 0

  private constructor(values: KeyValue, bounds: Required<TraceBounds>) {
    this.#values = values
    this.#bounds = bounds
  }

  /** A ring over what is stored already; looks at the keys, not at the traces. */
  static async open(values: KeyValue, bounds: TraceBounds = {}): Promise<TraceRing> {
    const ring = new TraceRing(values, {
      maxRecords: 10_000,
      maxBytes: 64e6,
      memoryRecords: 1_000,
      memoryBytes: 8e6,
      maxWrites: 1_000,
      prefix: "trace",
      ...bounds,
    })
    const start = `${ring.#bounds.prefix}/time/`
    const gone: [string, Kept][] = []
    for await (const [timeKey, size] of values.range({ prefix: start })) {
      const bytes = new DataView(size.buffer, size.byteOffset).getUint32(0, true)
      gone.push(...ring.#remember(timeKey.slice(start.length + TIME_DIGITS + 1), { timeKey, bytes }))
    }
    // A process that only reads cannot prune; the one that writes will.
    await ring.#erase(gone).catch(() => {})
    return ring
  }

  /** Traces that did not reach the disk: too large, too many at once, or a write that failed. */
  get notWritten(): number {
    return this.#notWritten
  }

  /** Traces on disk, and their bytes. */
  get stored(): { readonly records: number; readonly bytes: number } {
    return { records: this.#disk.size, bytes: this.#diskBytes }
  }

  /** Keeps a record under its request id; the oldest leave. `timeMs` orders what is on disk. */
  put(requestId: string, timeMs: number, record: unknown): void {
    const { maxBytes, maxWrites } = this.#bounds
    const bytes = new TextEncoder().encode(JSON.stringify(record))
    this.#keepInMemory(requestId, bytes)
    if (bytes.length > maxBytes || this.#writes.size >= maxWrites) {
      this.#notWritten++
      return
    }
    const write = this.#write(requestId, timeMs, bytes).catch(() => {
      this.#notWritten++
    })
    this.#writes.add(write)
    void write.then(() => this.#writes.delete(write))
  }

  /** The record of a request, from memory or disk; undefined when it is unknown or has left. */
  async get(requestId: string): Promise<unknown> {
    const bytes = this.#memory.get(requestId) ?? (await this.#values.get(idKey(this.#bounds.prefix, requestId)))
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  }

  /** The records on disk, newest first, gives way to other work between them. */
  async *newest(): AsyncGenerator<unknown> {
    await this.flush()
    const start = `${this.#bounds.prefix}/time/`
    let looked = 0
    for await (const [timeKey] of this.#values.range({ prefix: start, reverse: true })) {
      if (++looked % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
      const record = await this.get(timeKey.slice(start.length + TIME_DIGITS + 1))
      if (record !== undefined) yield record
    }
  }

  /**
   * Removes the traces whose JSON text `matches`, from memory and disk; gives way to other work while it looks.
   * @returns how many are gone
   */
  async remove(matches: (text: string) => boolean): Promise<number> {
    await this.flush()
    const decoder = new TextDecoder()
    const start = idKey(this.#bounds.prefix, "")
    const gone = new Set<string>()
    let looked = 0
    const look = async (id: string, bytes: Uint8Array) => {
      if (matches(decoder.decode(bytes))) gone.add(id)
      if (++looked % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const [id, bytes] of [...this.#memory]) await look(id, bytes)
    for await (const [key, bytes] of this.#values.range({ prefix: start })) await look(key.slice(start.length), bytes)
    const stored: [string, Kept][] = []
    for (const id of gone) {
      this.#memoryBytes -= this.#memory.get(id)?.length ?? 0
      this.#memory.delete(id)
      const kept = this.#disk.get(id)
      if (kept === undefined) continue
      this.#forget(id, kept)
      stored.push([id, kept])
    }
    await this.#erase(stored)
    return gone.size
  }

  /** Resolves when everything put so far is written or counted as not written. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes)
  }

  async #write(requestId: string, timeMs: number, bytes: Uint8Array): Promise<void> {
    const { prefix } = this.#bounds
    const timeKey = `${prefix}/time/${String(Math.max(0, Math.floor(timeMs))).padStart(TIME_DIGITS, "0")}/${requestId}`
    const size = new Uint8Array(4)
    new DataView(size.buffer).setUint32(0, bytes.length, true)
    const before = this.#disk.get(requestId)
    const gone = this.#remember(requestId, { timeKey, bytes: bytes.length })
    // The size goes first: a crash between the two leaves a key that pruning removes, never a trace that nothing removes.
    const writes = [this.#values.put(timeKey, size), this.#values.put(idKey(prefix, requestId), bytes)]
    if (before !== undefined && before.timeKey !== timeKey) writes.push(this.#values.delete(before.timeKey))
    writes.push(this.#erase(gone))
    await Promise.all(writes)
  }

  async #erase(gone: readonly [string, Kept][]): Promise<void> {
    await Promise.all(
      gone.flatMap(([id, kept]) => [this.#values.delete(idKey(this.#bounds.prefix, id)), this.#values.delete(kept.timeKey)]),
    )
  }

  /** Takes an entry as the newest on disk; answers the oldest, which have to leave for it. */
  #remember(requestId: string, kept: Kept): [string, Kept][] {
    const before = this.#disk.get(requestId)
    if (before !== undefined) this.#forget(requestId, before)
    this.#disk.set(requestId, kept)
    this.#diskBytes += kept.bytes
    const gone: [string, Kept][] = []
    for (const [id, oldest] of this.#disk) {
      if (this.#disk.size <= this.#bounds.maxRecords && this.#diskBytes <= this.#bounds.maxBytes) break
      this.#forget(id, oldest)
      gone.push([id, oldest])
    }
    return gone
  }

  #forget(requestId: string, kept: Kept): void {
    this.#disk.delete(requestId)
    this.#diskBytes -= kept.bytes
  }

  #keepInMemory(requestId: string, bytes: Uint8Array): void {
    this.#memoryBytes -= this.#memory.get(requestId)?.length ?? 0
    this.#memory.delete(requestId)
    this.#memory.set(requestId, bytes)
    this.#memoryBytes += bytes.length
    for (const [id, oldest] of this.#memory) {
      if (this.#memory.size <= this.#bounds.memoryRecords && this.#memoryBytes <= this.#bounds.memoryBytes) return
      this.#memory.delete(id)
      this.#memoryBytes -= oldest.length
    }
  }
}

/** Digits of a time in a key: enough until the year 33,658. */
const TIME_DIGITS = 15

/** The record of a request as a {@link TraceRing} stored it, read by a process that has no ring; undefined when there is none. */
export async function storedTrace(values: KeyValue, requestId: string, prefix = "trace"): Promise<unknown> {
  const bytes = await values.get(idKey(prefix, requestId))
  return bytes && JSON.parse(new TextDecoder().decode(bytes))
}

function idKey(prefix: string, requestId: string): string {
  return `${prefix}/id/${requestId}`
}
