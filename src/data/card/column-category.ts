import { InvalidArgument } from "../../core/index.ts"
import { parseIsoTime } from "../validation/time.ts"
import { orderOf } from "./ordered-words.ts"

/** What kind of data a column holds, which decides what may be done with it. */
export type ColumnCategory =
  /** Numbers that are counted: whole. */
  | "discrete"
  /** Numbers that are measured. */
  | "continuous"
  /** Names with an order, such as small, medium, large. */
  | "ordinal"
  /** Names without one; also codes written as numbers, yes or no, and lists of names. */
  | "nominal"
  | "text"
  | "image"
  | "audio"
  | "video"
  | "time"
  | "vector"

/** What {@link columnCategory} found, and why. */
export interface CategoryVerdict {
  readonly category: ColumnCategory
  readonly why: string
  /** For ordinal columns: the values, lowest first. */
  readonly order?: readonly string[]
}

const MEDIA: readonly (readonly [ColumnCategory, RegExp])[] = [
  ["image", /^(data:image\/|.*\.(jpe?g|png|gif|webp|bmp|svg|tiff?|heic|avif)(\?.*)?$)/i],
  ["audio", /^(data:audio\/|.*\.(mp3|wav|flac|ogg|m4a|aac|opus)(\?.*)?$)/i],
  ["video", /^(data:video\/|.*\.(mp4|mov|avi|mkv|webm|m4v|mpe?g)(\?.*)?$)/i],
]
const CODES = /(^|_|\b)(id|code|zip|zipcode|postcode|phone|sku|isbn|ean|gender|sex|occupation)$/i
const RATINGS = /(rating|stars?|grade|level|rank|score|satisfaction|severity|priority|class|tier)$/i
const TEXTS = /(^|_)(title|description|summary|text|headline|abstract|plot|comment|review|body|message)$/i
const MISSING = new Set(["", "na", "n/a", "nan", "null", "undefined"])

/**
 * The category of a column, from its name and some of its values (a few hundred tell as much as all). Missing values say nothing.
 *
 * @param values - JSON values, or cells of a text file
 * @throws {@link InvalidArgument} when no value is there to judge by, or a value is of a type that no column can hold
 */
export function columnCategory(name: string, values: readonly unknown[]): CategoryVerdict {
  const present = values.filter(
    (value) => value !== null && value !== undefined && !(typeof value === "string" && MISSING.has(value.trim().toLowerCase())),
  )
  if (present.length === 0)
    throw new InvalidArgument(`column ${name}`, "a value to judge by", "none", "Leave the column out, or collect it.")
  const odd = present.find((value) => !isCell(value))
  if (odd !== undefined)
    throw new InvalidArgument(
      `column ${name}`,
      "text, numbers, booleans or lists of them",
      describe(odd),
      "Flatten it into columns of their own.",
    )
  if (present.every((value) => Array.isArray(value))) {
    const isVector = present.every((value) => (value as unknown[]).every((entry) => typeof entry === "number"))
    return isVector ? { category: "vector", why: "lists of numbers" } : { category: "nominal", why: "lists of names" }
  }
  const cells = present.map(String)
  const media = MEDIA.find(([, pattern]) => cells.every((cell) => pattern.test(cell)))
  if (media !== undefined) return { category: media[0], why: `addresses of ${media[0]} files` }
  if (present.every((value) => typeof value === "boolean")) return { category: "nominal", why: "yes or no" }
  if (cells.every((cell) => Number.isFinite(Number(cell)))) return ofNumbers(name, cells.map(Number))
  if (cells.every((cell) => /\d{4}/.test(cell) && Number.isFinite(parseIsoTime(cell)))) return { category: "time", why: "ISO 8601 times" }
  return ofWords(name, cells)
}

function ofNumbers(name: string, numbers: readonly number[]): CategoryVerdict {
  const distinct = new Set(numbers)
  if (!numbers.every(Number.isInteger)) {
    const halves = numbers.every((value) => Number.isInteger(2 * value))
    if (halves && RATINGS.test(name) && distinct.size <= 21) return ordered(distinct, "a scale in half steps, by its name")
    return { category: "continuous", why: "numbers with fractions" }
  }
  if (CODES.test(name)) return { category: "nominal", why: "numbers that are codes, by the name" }
  if (distinct.size === 2 && distinct.has(0) && distinct.has(1)) return { category: "nominal", why: "0 and 1 alone" }
  if (RATINGS.test(name) && distinct.size <= 11) return ordered(distinct, "a short scale of whole numbers, by its name")
  return { category: "discrete", why: "whole numbers" }
}

function ordered(distinct: ReadonlySet<number>, why: string): CategoryVerdict {
  return { category: "ordinal", why, order: [...distinct].sort((a, b) => a - b).map(String) }
}

/** Words a cell from which it reads as text, and the share of cells that differ. */
const TEXT_WORDS = 4
const TEXT_DISTINCT = 0.5

function ofWords(name: string, cells: readonly string[]): CategoryVerdict {
  const distinct = [...new Set(cells)]
  const order = orderOf(distinct)
  if (order !== undefined) return { category: "ordinal", why: "names in an order that people use", order }
  const words = cells.reduce((sum, cell) => sum + cell.trim().split(/\s+/).length, 0) / cells.length
  const isVaried = distinct.length > TEXT_DISTINCT * cells.length
  if (isVaried && (words >= TEXT_WORDS || TEXTS.test(name))) {
    return { category: "text", why: `${Number(words.toPrecision(2))} words a cell, ${distinct.length} of ${cells.length} differ` }
  }
  return { category: "nominal", why: `${distinct.length} names without an order` }
}

function isCell(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((entry) => typeof entry === "number" || typeof entry === "string")
  return ["string", "number", "boolean"].includes(typeof value)
}

function describe(value: unknown): string {
  return typeof value === "object" ? `an object ${JSON.stringify(value).slice(0, 40)}` : typeof value
}
