import type { Field, Fields, Value } from "../../core/index.ts"
import { parseIsoTime } from "../validation/time.ts"

const TEXTS = /^(title|name|description|summary|text|headline|abstract|plot)$/
const LISTS = /^(genres?|categor(y|ies)|tags?|keywords?|subjects?|topics?)$/
const CODES = /(^|_)(id|code|zip|zipcode|gender|sex|occupation|job|language|country|brand)$/
const TIMES = /(^|_)(date|time|timestamp|released|published|created|updated)(_at)?$/

/** What a column of text has shown so far. Give it every value, then ask for the field. */
export interface ColumnGuess {
  see(value: string): void
  field(): Field
}

/**
 * Guesses what a column is from its name and values, for tables that come without a schema.
 *
 * Numbers when all are, unless the name says code (`zip`, `occupation`, `..._id`); lists when the name or the `|` says so; times when the name and
 * the values say so; text by name or when long; categories otherwise. Empty values say nothing.
 */
export function guessColumn(name: string): ColumnGuess {
  const plain = name.toLowerCase()
  let seen = 0
  let numbers = 0
  let bars = 0
  let times = 0
  let length = 0
  return {
    see(value) {
      if (value === "") return
      seen++
      length += value.length
      if (value.trim() !== "" && Number.isFinite(Number(value))) numbers++
      if (value.includes("|")) bars++
      if (TIMES.test(plain) && Number.isFinite(parseIsoTime(value))) times++
    },
    field() {
      if (TEXTS.test(plain)) return { type: "text" }
      if (LISTS.test(plain) || (bars > 0 && bars >= seen / 10)) return { type: "categories" }
      if (seen > 0 && times === seen) return { type: "time" }
      if (CODES.test(plain)) return { type: "category" }
      if (seen > 0 && numbers === seen) return { type: "number" }
      return seen > 0 && length / seen > 40 ? { type: "text" } : { type: "category" }
    },
  }
}

/** Turns one row of text into field values; empty and unreadable cells are left out. */
export function fieldValues(fields: Fields, names: readonly string[], row: readonly string[]): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (let i = 0; i < names.length; i++) {
    const field = fields[names[i]!]
    const cell = row[i]
    if (field === undefined || cell === undefined || cell === "") continue
    const value = fieldValue(field, cell)
    if (value !== undefined) values[names[i]!] = value
  }
  return values
}

/** One cell as the value of a field; `undefined` when it cannot be one. */
export function fieldValue(field: Field, cell: string): Value | undefined {
  switch (field.type) {
    case "number": {
      const number = cell.trim() === "" ? Number.NaN : Number(cell)
      return Number.isFinite(number) ? number : undefined
    }
    case "boolean":
      return /^(true|1|yes|y|t)$/i.test(cell) ? true : /^(false|0|no|n|f)$/i.test(cell) ? false : undefined
    case "categories":
      return listOf(cell)
    case "vector": {
      const numbers = (cell.startsWith("[") ? cell.slice(1, -1) : cell).split(/[\s,;|]+/).filter((part) => part !== "")
      const vector = numbers.map(Number)
      return vector.length === field.dimension && vector.every(Number.isFinite) ? vector : undefined
    }
    default:
      return cell
  }
}

/** A list in one cell: a JSON list, or parts between `|` or `;`. */
function listOf(cell: string): string[] {
  if (cell.startsWith("[") && cell.endsWith("]")) {
    try {
      const list: unknown = JSON.parse(cell)
      if (Array.isArray(list)) return list.map(String)
    } catch {
      // Not JSON after all: split it as text.
    }
  }
  return cell
    .split(cell.includes("|") ? "|" : ";")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "(no genres listed)")
}

/** The year in brackets that ends a film's title, `Alien (1979)`; `undefined` when there is none. */
export function yearOfTitle(title: string): number | undefined {
  const found = /\((\d{4})\)\s*$/.exec(title)
  return found === null ? undefined : Number(found[1])
}
