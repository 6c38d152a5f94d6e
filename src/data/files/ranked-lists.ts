import { type FileHandle, open, rename, rm, stat } from "node:fs/promises"
import { Unavailable } from "../../core/index.ts"

/** A ranked list on its way into a file: whose (or what's) it is, and its items, best first. */
export interface RankedListLine {
  /** What the list is keyed by: `user` or `item`. */
  readonly of: "user" | "item"
  readonly name: string
  readonly placement: string
  readonly release: string
  /** ISO 8601. */
  readonly made: string
  readonly items: readonly { readonly id: string; readonly score: number; readonly reasons?: readonly string[] }[]
}

/** How lists are written: text for one list; `head` begins the file, `finish` turns the text into what people asked for. */
interface ListFormat {
  readonly head: string
  lines(list: RankedListLine): string
  finish?(part: string, path: string): Promise<void>
}

/** One line a list, or one row an item. */
export const listFormats = {
  jsonl: {
    head: "",
    lines: ({ of, name, ...list }) => `${JSON.stringify({ [of]: name, ...list })}\n`,
  },
  tsv: {
    head: "of\tname\tplace\titem\tscore\n",
    lines: ({ of, name, items }) =>
      items.map(({ id, score }, place) => `${of}\t${escaped(name)}\t${place + 1}\t${escaped(id)}\t${score}\n`).join(""),
  },
  parquet: {
    head: "",
    lines: ({ items, ...list }) =>
      items.map(({ id, score, reasons = [] }, place) => `${JSON.stringify({ ...list, place: place + 1, id, score, reasons })}\n`).join(""),
    finish: toParquet,
  },
} as const satisfies Record<string, ListFormat>

export type ListFormatName = keyof typeof listFormats

/** A file of ranked lists that grows beside its place (`.part`) and takes it when it is whole, so that it can be gone on with after a stop. */
export interface ListFile {
  /** Bytes written so far, all of them durable: where a later run goes on. */
  readonly bytes: number
  write(lists: readonly RankedListLine[]): Promise<void>
  /** Puts the whole file in its place. */
  finish(): Promise<void>
  /** Leaves what was written for a later run. */
  close(): Promise<void>
}

/** Bytes that an earlier run left of a file of lists; 0 when there is none. */
export async function listBytes(path: string): Promise<number> {
  return (await stat(`${path}.part`).catch(() => undefined))?.size ?? 0
}

/**
 * Begins a file of lists, or goes on after the first `from` bytes of an earlier run.
 *
 * @throws {@link Unavailable} when there is no place to write it
 */
export async function listFile(path: string, format: ListFormatName, from = 0): Promise<ListFile> {
  const part = `${path}.part`
  const { head, lines, finish }: ListFormat = listFormats[format]
  let file: FileHandle | undefined = await open(part, from > 0 ? "r+" : "w").catch((error: NodeJS.ErrnoException) => {
    throw new Unavailable(
      "export",
      "a file that can be written",
      `${JSON.stringify(path)}: ${error.code}`,
      "Check its folder and permissions.",
    )
  })
  await file.truncate(from)
  let bytes = from
  const append = async (text: string) => {
    const encoded = Buffer.from(text)
    await file!.write(encoded, 0, encoded.length, bytes)
    await file!.datasync()
    bytes += encoded.length
  }
  if (from === 0 && head !== "") await append(head)
  const close = async () => {
    await file?.close()
    file = undefined
  }
  return {
    get bytes() {
      return bytes
    },
    write: (lists) => append(lists.map(lines).join("")),
    async finish() {
      await close()
      if (finish === undefined) await rename(part, path)
      else {
        await finish(part, path)
        await rm(part)
      }
    },
    close,
  }
}

/** Tabs and line ends of an id as people write them in text. */
function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[char]!)
}

const COLUMNS =
  "{of: 'VARCHAR', name: 'VARCHAR', placement: 'VARCHAR', release: 'VARCHAR', made: 'TIMESTAMP', place: 'INTEGER', id: 'VARCHAR', score: 'DOUBLE', reasons: 'VARCHAR[]'}"

async function toParquet(part: string, path: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new Unavailable("writing Parquet", "the package @duckdb/node-api", "none", "Run: npm install @duckdb/node-api@1.5.6-r.1")
  })
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
  try {
    const rows = `read_json(${quoted(part)}, format = 'newline_delimited', columns = ${COLUMNS})`
    await connection.run(`COPY (SELECT * FROM ${rows}) TO ${quoted(`${path}.tmp`)} (FORMAT parquet, COMPRESSION zstd)`)
  } finally {
    connection.closeSync()
  }
  await rename(`${path}.tmp`, path)
}
