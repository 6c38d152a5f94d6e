import { textBlocks } from "./text-blocks.ts"

/** Records of one block of a file, with the line each begins on, and where reading can begin again after them. */
export interface RecordBlock {
  readonly records: readonly (readonly string[])[]
  readonly lines: readonly number[]
  readonly bad: readonly { readonly line: number; readonly reason: string }[]
  readonly nextByte: number
  readonly nextLine: number
}

/** How a file separates fields. Quotes mean something unless `quotes` is false, as in tab-separated files. */
export interface CsvOptions {
  readonly delimiter?: string
  readonly quotes?: boolean
  readonly from?: { readonly byte: number; readonly line: number }
  readonly signal?: AbortSignal | undefined
}

/** A quoted field that runs longer than this is taken for a quote that was never closed. */
const LONGEST_RECORD = 1_048_576

/**
 * Records of a delimited file, a block at a time: quoted fields may hold delimiters, doubled quotes and line ends; empty lines are skipped.
 *
 * A record that cannot be read is told in `bad` and reading goes on at the next line.
 * @see RFC 4180
 */
export async function* csvBlocks(path: string, options: CsvOptions = {}): AsyncGenerator<RecordBlock> {
  const { delimiter = ",", quotes = delimiter !== "\t", from = { byte: 0, line: 1 }, signal } = options
  let pending = ""
  let line = from.line
  let nextByte = from.byte
  for await (const { text, endByte, encoding } of textBlocks(path, { from: from.byte, signal })) {
    const whole = pending === "" ? text : pending + text
    const parsed = parseCsv(whole, { delimiter, quotes, firstLine: line, last: false })
    pending = whole.slice(parsed.end)
    line = parsed.nextLine
    nextByte = pending === "" ? endByte : endByte - Buffer.byteLength(pending, encoding)
    yield { ...parsed, nextByte }
  }
  if (pending === "") return
  const parsed = parseCsv(pending, { delimiter, quotes, firstLine: line, last: true })
  yield { ...parsed, nextByte: nextByte + Buffer.byteLength(pending) }
}

/** What of a text was read: up to `end`, where a record begins that the text does not hold whole (unless it is the `last` text). */
export function parseCsv(
  text: string,
  {
    delimiter,
    quotes,
    firstLine,
    last,
  }: { readonly delimiter: string; readonly quotes: boolean; readonly firstLine: number; readonly last: boolean },
): Omit<RecordBlock, "nextByte"> & { readonly end: number } {
  const records: string[][] = []
  const lines: number[] = []
  const bad: { line: number; reason: string }[] = []
  let line = firstLine
  let at = 0
  let nextQuote = quotes ? text.indexOf('"') : -1
  while (at < text.length) {
    let end = text.indexOf("\n", at)
    if (end < 0) end = text.length
    if (nextQuote >= 0 && nextQuote < at) nextQuote = text.indexOf('"', at)
    if (nextQuote < 0 || nextQuote >= end) {
      const stop = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end
      if (stop > at) {
        records.push(text.slice(at, stop).split(delimiter))
        lines.push(line)
      }
      at = end + 1
      line++
      continue
    }
    const found = quotedRecord(text, at, delimiter)
    if (found === "open" && !last && text.length - at < LONGEST_RECORD) return { records, lines, bad, end: at, nextLine: line }
    if (typeof found === "string") {
      bad.push({ line, reason: found === "open" ? "a quote that is never closed" : "text after a closing quote" })
      at = end + 1
      line++
      continue
    }
    records.push(found.fields)
    lines.push(line)
    line += found.lineEnds
    at = found.end
  }
  return { records, lines, bad, end: text.length, nextLine: line }
}

/** One record with quoted fields; `lineEnds` counts those inside and the one after it. */
function quotedRecord(
  text: string,
  start: number,
  delimiter: string,
): { fields: string[]; end: number; lineEnds: number } | "open" | "after" {
  const fields: string[] = []
  let lineEnds = 1
  let at = start
  for (;;) {
    if (text.charCodeAt(at) !== 34) {
      let end = text.indexOf("\n", at)
      if (end < 0) end = text.length
      const split = text.indexOf(delimiter, at)
      if (split >= 0 && split < end) {
        fields.push(text.slice(at, split))
        at = split + delimiter.length
        continue
      }
      fields.push(text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end))
      return { fields, end: end + 1, lineEnds }
    }
    let close = text.indexOf('"', at + 1)
    while (close >= 0 && text.charCodeAt(close + 1) === 34) close = text.indexOf('"', close + 2)
    if (close < 0) return "open"
    const raw = text.slice(at + 1, close)
    for (let i = raw.indexOf("\n"); i >= 0; i = raw.indexOf("\n", i + 1)) lineEnds++
    fields.push(raw.includes('"') ? raw.replaceAll('""', '"') : raw)
    at = close + 1
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length
      continue
    }
    if (text.charCodeAt(at) === 13) at++
    if (at >= text.length || text.charCodeAt(at) === 10) return { fields, end: at + 1, lineEnds }
    return "after"
  }
}

/** The delimiter that a header line uses most; a comma when it uses none. */
export function delimiterOf(header: string): string {
  let best = ","
  let most = 0
  for (const delimiter of [",", "\t", ";", "::", "|"]) {
    const count = header.split(delimiter).length - 1
    if (count > most) {
      best = delimiter
      most = count
    }
  }
  return best
}
