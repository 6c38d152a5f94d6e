import { mkdir, open, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Corrupt, DEFAULT_COLLECTION, type LogEntry, type LogRecord, type Position } from "../core/index.ts"
import { ioError } from "./environment.ts"
import { names, syncFolder } from "./files.ts"
import type { SegmentReader } from "./log-reader.ts"
import type { SegmentFile } from "./log-tables.ts"
import { loadDuckDb } from "./native.ts"

type Connection = Awaited<ReturnType<Awaited<ReturnType<Awaited<ReturnType<typeof loadDuckDb>>["DuckDBInstance"]["create"]>>["connect"]>>

/** Parquet files of rolled records in one folder. DuckDB is started at first use and kept. */
export interface Segments {
  /** Writes entries (position order, not empty) as a file named after its positions, verified and on disk. */
  write(first: Position, last: Position, entries: AsyncIterable<readonly LogEntry[]>): Promise<SegmentFile>
  readonly read: SegmentReader
  /** Removes files that are not listed: left by a roll that was interrupted, or rolled back. */
  sweep(listed: readonly SegmentFile[]): Promise<void>
  remove(file: SegmentFile): Promise<void>
  close(): void
}

export function parquetSegments(folder: string): Segments {
  let connected: Promise<{ readonly connection: Connection; close(): void }> | undefined
  const connection = () => {
    connected ??= connect()
    return connected.then((database) => database.connection)
  }
  return {
    async write(first, last, entries) {
      const file = `events-${String(first).padStart(16, "0")}-${String(last).padStart(16, "0")}.parquet`
      const part = join(folder, `${file}.part`)
      try {
        await mkdir(folder, { recursive: true })
        const db = await connection()
        const json = `${part}.json`
        const { records, last: written } = await writeLines(json, entries)
        await db.run(toParquet(json, part))
        await rm(json, { force: true })
        await verify(db, part, records, written)
        await syncFile(part)
        await rename(part, join(folder, file))
        await syncFolder(folder)
        return { file, first, last, records, bytes: (await stat(join(folder, file))).size }
      } catch (cause) {
        await rm(part, { force: true }).catch(() => {})
        await rm(`${part}.json`, { force: true }).catch(() => {})
        throw ioError("event log roll", cause)
      }
    },
    async *read(file, after, to) {
      const db = await connection()
      yield* readParquet(db, join(folder, file.file), after, to)
    },
    async sweep(listed) {
      const known = new Set(listed.map(({ file }) => file))
      for (const name of await names(folder)) if (!known.has(name)) await rm(join(folder, name), { force: true })
    },
    async remove({ file }) {
      await rm(join(folder, file), { force: true })
    },
    close() {
      connected?.then(
        (database) => database.close(),
        () => {},
      )
      connected = undefined
    },
  }
}

async function connect() {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" })
  const connection = await instance.connect()
  return {
    connection,
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** One JSON object a line: the columns, and the record itself as text. */
async function writeLines(path: string, entries: AsyncIterable<readonly LogEntry[]>): Promise<{ records: number; last: Position }> {
  const file = await open(path, "w")
  let records = 0
  let last = 0
  try {
    for await (const batch of entries) {
      await file.write(batch.map((entry) => `${JSON.stringify(columns(entry))}\n`).join(""))
      records += batch.length
      last = batch.at(-1)?.position ?? last
    }
  } finally {
    await file.close()
  }
  return { records, last }
}

function columns({ position, time, record }: LogEntry): Record<string, unknown> {
  const known = record as Partial<Record<"user" | "session" | "item" | "collection" | "type" | "value" | "system" | "request", unknown>> &
    LogRecord
  const collection = "item" in known && known.item !== undefined ? (known.collection ?? DEFAULT_COLLECTION) : known.collection
  return {
    position,
    time,
    event: known.event,
    user: known.user,
    session: known.session,
    item: known.item,
    collection,
    type: known.type,
    value: known.value,
    system: known.system,
    request: known.event === "served" ? known.id : known.request,
    record: JSON.stringify(record),
  }
}

const COLUMNS =
  "{position: 'BIGINT', time: 'DOUBLE', event: 'VARCHAR', user: 'VARCHAR', session: 'VARCHAR', item: 'VARCHAR', collection: 'VARCHAR', type: 'VARCHAR', value: 'DOUBLE', system: 'VARCHAR', request: 'VARCHAR', record: 'VARCHAR'}"

function toParquet(from: string, to: string): string {
  const rows = `read_json(${quoted(from)}, format = 'newline_delimited', columns = ${COLUMNS}, maximum_object_size = 134217728)`
  return `COPY (SELECT * FROM ${rows} ORDER BY position) TO ${quoted(to)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)`
}

/** Reads the file back: every record there, in order, and still JSON. */
async function verify(db: Connection, path: string, records: number, last: Position): Promise<void> {
  const reader = await db.runAndReadAll(
    `SELECT count(*)::DOUBLE, coalesce(max(position), 0)::DOUBLE, coalesce(sum(json_valid(record)::INT), 0)::DOUBLE FROM read_parquet(${quoted(path)})`,
  )
  const [count, newest, valid] = reader.getRows()[0] as [number, number, number]
  if (count !== records || newest !== last || valid !== records) {
    throw new Corrupt(
      "event log roll",
      `${records} records up to ${last}`,
      `${count} (${valid} readable) up to ${newest}`,
      "Try again: nothing was removed.",
    )
  }
}

async function* readParquet(db: Connection, path: string, after: Position, to: Position): AsyncGenerator<readonly LogEntry[]> {
  const bound = Number.isFinite(to) ? `AND position <= ${to}` : ""
  const reader = await db.stream(
    `SELECT position::DOUBLE, time, record FROM read_parquet(${quoted(path)}) WHERE position > ${after} ${bound} ORDER BY position`,
  )
  for (let chunk = await reader.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await reader.fetchChunk()) {
    const positions = chunk.getColumnValues(0) as readonly number[]
    const times = chunk.getColumnValues(1) as readonly number[]
    const records = JSON.parse(`[${chunk.getColumnValues(2).join(",")}]`) as LogRecord[]
    yield records.map((record, i) => ({ position: positions[i]!, time: times[i]!, record }))
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+")
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
