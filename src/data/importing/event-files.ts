import { open } from "node:fs/promises"
import { basename } from "node:path"
import { InvalidArgument } from "../../core/index.ts"
import { csvBlocks, delimiterOf, parseCsv } from "../files/csv.ts"
import { firstLineOf, lineBlocks } from "../files/text-blocks.ts"
import { isPlainObject } from "../validation/inspection.ts"
import { parquetBlocks } from "./parquet.ts"
import { type RowContext, type RowToEvent, rowId, rowToEvent } from "./row-events.ts"
import { planTable } from "./table-plan.ts"

/** Events of one block of a file, unchecked, each with its line (or row), and where reading goes on after them. */
export interface EventBlock {
  readonly events: readonly unknown[]
  readonly lines: readonly number[]
  readonly bad: readonly { readonly line: number; readonly reason: string }[]
  readonly next: Place
}

/** A place in a file: bytes after unpacking (rows of a Parquet file), and the line it is. */
export interface Place {
  readonly byte: number
  readonly line: number
}

/** A file that was looked at: whether its interactions have times, and its events from a place on. */
export interface EventFile {
  /** True for a table of interactions without a column of times. */
  readonly timeless: boolean
  events(from: Place, signal?: AbortSignal): AsyncGenerator<EventBlock>
}

/** The beginning of a file. */
export const START: Place = { byte: 0, line: 1 }

/** Looks at a file's first bytes and says what it is: Parquet, one JSON object a line, TREC judgements, or a table with a header. */
export async function openEventFile(path: string, context: Omit<RowContext, "file">): Promise<EventFile> {
  const name = basename(path)
  const full = { ...context, file: name.replace(/\.gz$/, "") }
  if (await isParquet(path)) return parquetFile(path, full)
  const first = (await firstLineOf(path)).trim()
  if (first.startsWith("[")) {
    throw new InvalidArgument(name, "one JSON object a line", "a JSON list", "Write each event on a line of its own.")
  }
  if (first.startsWith("{")) return jsonFile(path, full)
  return QRELS.test(first) ? qrelsFile(path, full) : tableFile(path, first, full)
}

/** A line of TREC judgements: query, iteration, document, grade. They have no header. */
const QRELS = /^\S+\s+(0|Q0)\s+\S+\s+-?\d+$/

/** TREC judgements as rows of a table of judgements. */
function qrelsFile(path: string, context: RowContext): EventFile {
  const toEvent = rowToEvent(
    planTable(context.file, ["query", "iteration", "document", "grade"], context.collection, context.schema),
    context,
  )
  return {
    timeless: false,
    async *events(from, signal) {
      for await (const { lines, firstLine, endByte } of lineBlocks(path, { from: from.byte, ...(signal ? { signal } : {}) })) {
        const at = from.line + firstLine - 1
        const numbered = lines.map((text, i) => ({ cells: text.trim().split(/\s+/), line: at + i })).filter(({ cells }) => cells[0] !== "")
        const good = numbered.filter(({ cells }) => cells.length === 4)
        const bad = numbered
          .filter(({ cells }) => cells.length !== 4)
          .map(({ cells, line }) => ({ line, reason: `expected query, iteration, document and grade, came ${cells.length} columns` }))
        const events = good.map(({ cells, line }) => toEvent(cells, line))
        yield { events, lines: good.map(({ line }) => line), bad, next: { byte: endByte, line: at + lines.length } }
      }
    },
  }
}

function tableFile(path: string, header: string, context: RowContext): EventFile {
  const delimiter = delimiterOf(header)
  const parsed = parseCsv(header, { delimiter, quotes: delimiter !== "\t", firstLine: 1, last: true })
  const names = (parsed.records[0] ?? []).map((name) => name.trim())
  const plan = planTable(context.file, names, context.collection, context.schema)
  const toEvent = rowToEvent(plan, context)
  return {
    timeless: plan.kind === "interactions" && plan.time < 0,
    async *events(from, signal) {
      for await (const { records, lines, bad, nextByte, nextLine } of csvBlocks(path, { delimiter, from, signal })) {
        const events: unknown[] = []
        const kept: number[] = []
        const wrong = [...bad]
        for (let i = 0; i < records.length; i++) {
          if (lines[i] === 1) continue
          const record = records[i]!
          if (record.length !== names.length) {
            wrong.push({ line: lines[i]!, reason: `expected ${names.length} columns as in the header, came ${record.length}` })
            continue
          }
          events.push(toEvent(record, lines[i]!))
          kept.push(lines[i]!)
        }
        yield { events, lines: kept, bad: wrong, next: { byte: nextByte, line: nextLine } }
      }
    },
  }
}

function jsonFile(path: string, context: RowContext): EventFile {
  const toEvent = objectToEvent(context)
  return {
    timeless: false,
    async *events(from, signal) {
      for await (const { lines, firstLine, endByte } of lineBlocks(path, { from: from.byte, ...(signal ? { signal } : {}) })) {
        const events: unknown[] = []
        const kept: number[] = []
        const bad: { line: number; reason: string }[] = []
        const at = from.line + firstLine - 1
        for (let i = 0; i < lines.length; i++) {
          if (lines[i]!.trim() === "") continue
          try {
            events.push(toEvent(JSON.parse(lines[i]!), at + i, lines[i]!))
            kept.push(at + i)
          } catch (error) {
            bad.push({ line: at + i, reason: error instanceof Error ? error.message : String(error) })
          }
        }
        yield { events, lines: kept, bad, next: { byte: endByte, line: at + lines.length } }
      }
    },
  }
}

/** Objects with an `event` are events; others are rows of a table whose header is their keys. */
function objectToEvent(context: RowContext): (value: unknown, line: number, text: string) => unknown {
  const plans = new Map<string, RowToEvent>()
  return (value, line, text) => {
    if (!isPlainObject(value)) return value
    if (value.event !== undefined) return value.id === undefined ? { ...value, id: rowId(context.file, line, text) } : value
    const names = Object.keys(value)
    const key = names.join("\u001f")
    let toEvent = plans.get(key)
    if (toEvent === undefined) {
      toEvent = rowToEvent(planTable(context.file, names, context.collection, context.schema), context)
      // Objects of ever new shapes must not fill the memory.
      if (plans.size < 1000) plans.set(key, toEvent)
    }
    return toEvent(
      names.map((name) => value[name]),
      line,
    )
  }
}

async function parquetFile(path: string, context: RowContext): Promise<EventFile> {
  const { names, blocks } = await parquetBlocks(path)
  const plan = planTable(context.file, names, context.collection, context.schema)
  const toEvent = rowToEvent(plan, context)
  return {
    timeless: plan.kind === "interactions" && plan.time < 0,
    async *events(from, signal) {
      for await (const { rows, firstRow } of blocks(from.byte, signal)) {
        const lines = rows.map((_, i) => firstRow + i + 1)
        const next = firstRow + rows.length
        yield { events: rows.map((row, i) => toEvent(row, lines[i]!)), lines, bad: [], next: { byte: next, line: next + 1 } }
      }
    },
  }
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path, "r").catch(() => undefined)
  if (file === undefined) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.toString("latin1") === "PAR1"
  } finally {
    await file.close()
  }
}
