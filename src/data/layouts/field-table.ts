import { basename } from "node:path"
import { type Event, type Field, type Fields, fingerprintHex, InvalidArgument, type Value } from "../../core/index.ts"
import { csvBlocks, delimiterOf } from "../files/csv.ts"
import { firstLineOf } from "../files/text-blocks.ts"
import { fieldValues, guessColumn, yearOfTitle } from "./infer-fields.ts"
import { eventId, inCollection, TIMELESS_TIMESTAMP } from "./layout.ts"

/** A file with one item or user a row, the id in the first column, and what its other columns are. */
export interface FieldTable {
  readonly fields: Fields
  /** One event a row, stamped with `timestamp`. */
  events(options?: { readonly timestamp?: number; readonly signal?: AbortSignal | undefined }): AsyncGenerator<Event>
}

/** How to read a table: of what, with which columns when the file does not say, and which of them to leave out. */
export interface FieldTableOptions {
  readonly path: string
  readonly owner: "item" | "user"
  readonly collection: string
  /** Columns of a file without a header. */
  readonly header?: readonly string[]
  readonly delimiter?: string
  /** Columns to leave out. */
  readonly skip?: readonly string[]
  /** Rewrites a row's cells into those of the header, for files with a shape of their own. */
  readonly reshape?: (row: readonly string[]) => readonly string[]
}

/** Opens a table: one pass over it to see what the columns hold. */
export async function fieldTable(options: FieldTableOptions): Promise<FieldTable> {
  const { path, owner, collection, skip = [], reshape = (row) => row } = options
  const firstLine = await firstLineOf(path)
  const delimiter = options.delimiter ?? delimiterOf(firstLine)
  const header = options.header ?? firstLine.split(delimiter)
  if (header.length < 1 || header[0] === "") {
    throw new InvalidArgument(basename(path), `a header line that begins with the ${owner}'s id`, "none", "Add one.")
  }
  async function* rows(signal?: AbortSignal) {
    let first = options.header === undefined
    for await (const { records } of csvBlocks(path, { delimiter, quotes: delimiter === ",", signal })) {
      for (const record of records) {
        if (first) first = false
        else if (record[0] !== "") yield reshape(record)
      }
    }
  }
  const names = header.map((name, i) => (i === 0 || skip.includes(name) ? "" : name))
  const { fields, titleAt } = await guessFields(names, rows())

  return {
    fields,
    async *events({ timestamp = TIMELESS_TIMESTAMP, signal } = {}) {
      for await (const row of rows(signal)) {
        const values: Record<string, Value> = fieldValues(fields, names, row)
        const year = titleAt < 0 || values.year !== undefined ? undefined : yearOfTitle(row[titleAt] ?? "")
        if (year !== undefined) values.year = year
        const id = row[0]!
        const stamp = { id: eventId(collection, basename(path), id, fingerprintHex(JSON.stringify(values))), timestamp }
        yield owner === "item"
          ? { ...stamp, event: "item", item: id, ...inCollection(collection), fields: values }
          : { ...stamp, event: "user", user: id, fields: values }
      }
    },
  }
}

/** Fields by column, with a `year` beside titles that end in one; `titleAt` is that title's column, or -1. */
async function guessFields(names: readonly string[], rows: AsyncIterable<readonly string[]>): Promise<{ fields: Fields; titleAt: number }> {
  const guesses = names.map(guessColumn)
  const titleAt = names.indexOf("title")
  let count = 0
  let years = 0
  for await (const row of rows) {
    count++
    for (let i = 1; i < names.length; i++) guesses[i]!.see(row[i] ?? "")
    if (titleAt > 0 && yearOfTitle(row[titleAt] ?? "") !== undefined) years++
  }
  const fields: Record<string, Field> = {}
  for (let i = 1; i < names.length; i++) if (names[i] !== "") fields[names[i]!] = guesses[i]!.field()
  const hasYears = years > 0 && years >= 0.8 * count
  if (hasYears && fields.year === undefined) fields.year = { type: "number" }
  return { fields, titleAt: hasYears ? titleAt : -1 }
}
