import { DEFAULT_COLLECTION, type Field, fingerprintHex, type Schema } from "../../core/index.ts"
import { fieldValue } from "../layouts/infer-fields.ts"
import { guessEpochMs } from "../validation/time.ts"
import type { TablePlan } from "./table-plan.ts"

/** Turns one row into an event that has yet to be checked. `line` and the row's own content make its id, so a second import gives the same. */
export type RowToEvent = (row: readonly unknown[], line: number) => Record<string, unknown>

/** Where rows come from and what they are about. */
export interface RowContext {
  /** The file's name, without folder and packing. */
  readonly file: string
  readonly collection: string
  readonly schema: Schema
  /** Stamps rows of a table without times. */
  readonly timestamp: number
  /** The system that judgements are for. */
  readonly system: string
}

/** The mapping of a table's rows. Cells that cannot be what their column is are passed on as they are, so that the check names them. */
export function rowToEvent(plan: TablePlan, context: RowContext): RowToEvent {
  if (plan.kind === "events") return eventRow(plan, context)
  if (plan.kind === "interactions") return interactionRow(plan, context)
  if (plan.kind === "judgements") return judgementRow(plan, context)
  return fieldRow(plan, context)
}

/** An id made of where a row stands and what it says. */
export function rowId(file: string, line: number, content: string): string {
  return `${file.length > 100 ? fingerprintHex(file) : file}:${line}:${fingerprintHex(content)}`
}

function interactionRow(plan: TablePlan, { file, collection, timestamp }: RowContext): RowToEvent {
  const other = collection !== DEFAULT_COLLECTION
  return (row, line) => {
    const event: Record<string, unknown> = {
      id: plan.id >= 0 ? idOf(row[plan.id]) : rowId(file, line, contentOf(row)),
      timestamp: plan.time >= 0 ? timeOf(row[plan.time]) : timestamp,
      event: "interaction",
      item: idOf(row[plan.item]),
      type: plan.type >= 0 && !isEmpty(row[plan.type]) ? row[plan.type] : plan.defaultType,
    }
    if (other) event.collection = collection
    if (plan.user >= 0 && !isEmpty(row[plan.user])) event.user = idOf(row[plan.user])
    if (plan.session >= 0 && !isEmpty(row[plan.session])) event.session = idOf(row[plan.session])
    if (plan.value >= 0 && !isEmpty(row[plan.value])) event.value = numberOf(row[plan.value])
    if (plan.request >= 0 && !isEmpty(row[plan.request])) event.request = idOf(row[plan.request])
    for (const i of plan.fields) if (!isEmpty(row[i])) event[plan.names[i]!] = row[i]
    return event
  }
}

function judgementRow(plan: TablePlan, { file, collection, timestamp, system }: RowContext): RowToEvent {
  const other = collection !== DEFAULT_COLLECTION
  return (row, line) => {
    const event: Record<string, unknown> = {
      id: plan.id >= 0 ? idOf(row[plan.id]) : rowId(file, line, contentOf(row)),
      timestamp: plan.time >= 0 ? timeOf(row[plan.time]) : timestamp,
      event: "judgement",
      system,
      query: idOf(row[plan.query]),
      item: idOf(row[plan.item]),
    }
    if (other) event.collection = collection
    if (plan.grade >= 0 && !isEmpty(row[plan.grade])) event.grade = numberOf(row[plan.grade])
    if (plan.label >= 0 && !isEmpty(row[plan.label])) event.label = row[plan.label]
    if (plan.rater >= 0 && !isEmpty(row[plan.rater])) event.rater = idOf(row[plan.rater])
    if (plan.request >= 0 && !isEmpty(row[plan.request])) event.request = idOf(row[plan.request])
    return event
  }
}

function fieldRow(plan: TablePlan, { file, collection, schema, timestamp }: RowContext): RowToEvent {
  const isItem = plan.kind === "items"
  const declared = isItem ? schema.item : (schema.user ?? {})
  const columns = plan.fields.map((i) => ({ i, ...declaredAs(plan.names[i]!, declared) }))
  return (row, line) => {
    const fields: Record<string, unknown> = {}
    for (const { i, name, field } of columns) {
      const cell = row[i]
      if (isEmpty(cell)) continue
      fields[name] = typeof cell === "string" && field !== undefined ? (fieldValue(field, cell) ?? cell) : cell
    }
    const stamp = { id: rowId(file, line, contentOf(row)), timestamp: plan.time >= 0 ? timeOf(row[plan.time]) : timestamp }
    if (!isItem) return { ...stamp, event: "user", user: idOf(row[plan.user]), fields }
    const item = { ...stamp, event: "item", item: idOf(row[plan.item]), fields }
    return collection === DEFAULT_COLLECTION ? item : { ...item, collection }
  }
}

/** A column's field: by its exact name, or by the only field that differs from it in case, spaces, dashes and underscores. */
function declaredAs(column: string, declared: Schema["item"]): { readonly name: string; readonly field: Field | undefined } {
  if (Object.hasOwn(declared, column)) return { name: column, field: declared[column] }
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "")
  const alike = Object.keys(declared).filter((name) => plain(name) === plain(column))
  return alike.length === 1 ? { name: alike[0]!, field: declared[alike[0]!] } : { name: column, field: undefined }
}

const NUMBERS = new Set(["value", "grade", "offset", "readAt"])
const NESTED = new Set(["fields", "items", "context", "label"])

/** A table whose columns are the properties of events: empty cells are absent, nested ones are JSON. */
function eventRow(plan: TablePlan, { file }: RowContext): RowToEvent {
  return (row, line) => {
    const event: Record<string, unknown> = {}
    for (let i = 0; i < plan.names.length; i++) {
      const [name, cell] = [plan.names[i]!, row[i]]
      if (isEmpty(cell)) continue
      if (name === "timestamp") event.timestamp = typeof cell === "string" && /^\d+$/.test(cell) ? Number(cell) : cell
      else if (NUMBERS.has(name)) event[name] = numberOf(cell)
      else event[name] = NESTED.has(name) && typeof cell === "string" ? parsed(cell) : cell
    }
    event.id ??= rowId(file, line, contentOf(row))
    return event
  }
}

const isEmpty = (cell: unknown) => cell === undefined || cell === null || cell === ""
const idOf = (cell: unknown) => (typeof cell === "number" ? String(cell) : cell)
const contentOf = (row: readonly unknown[]) => row.join("\u001f")

function numberOf(cell: unknown): unknown {
  if (typeof cell !== "string" || cell.trim() === "") return cell
  const number = Number(cell)
  return Number.isNaN(number) ? cell : number
}

/** Milliseconds where the cell is a time in any unit; otherwise the cell, for the check to refuse. */
function timeOf(cell: unknown): unknown {
  if (typeof cell !== "string" && typeof cell !== "number") return cell
  const time = guessEpochMs(cell)
  return Number.isNaN(time) ? cell : time
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return cell
  }
}
