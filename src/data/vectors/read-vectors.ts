import { open } from "node:fs/promises"
import { basename } from "node:path"
import { Corrupt, InvalidArgument, type Matrix } from "../../core/index.ts"
import { csvBlocks, delimiterOf } from "../files/csv.ts"
import { firstLineOf, lineBlocks } from "../files/text-blocks.ts"
import { parquetBlocks } from "../importing/parquet.ts"
import { readNpy } from "./npy.ts"
import { VectorRows } from "./vector-rows.ts"

/** How a file of vectors is read. */
export interface ReadVectorsOptions {
  /** Numbers a vector, for a file of bare f32; other files say it themselves. */
  readonly dimension?: number
  /** The column or field that holds vectors as lists; found by itself when there is one. */
  readonly column?: string
  readonly signal?: AbortSignal
}

/**
 * Vectors of a file as rows, shape `[n, d]`: `.npy`, `.fvecs`, bare little-endian f32 (`.f32`, `.bin`), Parquet, JSON lines, or CSV.
 *
 * Parquet, JSON lines and CSV may hold a list in one column (in CSV as JSON text) or a number in each; CSV leaves out columns that are not
 * numbers in its first row. Text may be packed with gzip.
 * @throws {@link InvalidArgument} on rows of different lengths or a file without vectors, {@link Corrupt} on a damaged one
 */
export async function readVectors(path: string, options: ReadVectorsOptions = {}): Promise<Matrix> {
  const name = basename(path)
  const head = await firstBytes(path, 8)
  if (head.toString("latin1", 1, 6) === "NUMPY") return readNpy(path)
  if (head.toString("latin1", 0, 4) === "PAR1") return fromParquet(path, options)
  if (name.endsWith(".fvecs")) return fromFvecs(path)
  if (/\.(f32|bin|raw)$/.test(name)) return fromBare(path, options.dimension)
  const first = (await firstLineOf(path)).trim()
  return first.startsWith("{") || first.startsWith("[") ? fromJsonLines(path, options) : fromCsv(path, first, options)
}

async function fromParquet(path: string, { column, signal }: ReadVectorsOptions): Promise<Matrix> {
  const file = await parquetBlocks(path)
  const rows = new VectorRows(basename(path))
  for await (const block of file.blocks(0, signal)) {
    block.rows.forEach((values, i) => {
      rows.addRecord(Object.fromEntries(file.names.map((name, at) => [name, values[at]])), column, block.firstRow + i + 1)
    })
  }
  return rows.done()
}

async function fromJsonLines(path: string, { column, signal }: ReadVectorsOptions): Promise<Matrix> {
  const rows = new VectorRows(basename(path))
  for await (const { lines, firstLine } of lineBlocks(path, { signal })) {
    lines.forEach((line, i) => {
      if (line.trim() !== "") rows.addRecord(parsed(line, path, firstLine + i), column, firstLine + i)
    })
  }
  return rows.done()
}

async function fromCsv(path: string, header: string, { column, signal }: ReadVectorsOptions): Promise<Matrix> {
  const rows = new VectorRows(basename(path))
  const delimiter = delimiterOf(header)
  let names: readonly string[] | undefined
  let places: number[] | undefined
  for await (const { records, lines } of csvBlocks(path, { delimiter, signal })) {
    records.forEach((record, i) => {
      if (names === undefined) {
        names = record
        // Without a header the first row is a vector itself.
        if (!record.every(isNumber)) return
      }
      places ??= placesOf(record, names, column, basename(path))
      const text = record[places[0]!] ?? ""
      if (places.length === 1 && text.startsWith("[")) rows.add(parsed(text, path, lines[i]!), lines[i]!)
      else
        rows.add(
          places.map((place) => numberOf(record[place])),
          lines[i]!,
        )
    })
  }
  return rows.done()
}

/** Columns that are numbers, or the one that holds a list. */
function placesOf(record: readonly string[], names: readonly string[], column: string | undefined, file: string): number[] {
  if (column !== undefined) {
    const place = names.indexOf(column)
    if (place < 0) throw new InvalidArgument(file, `a column among ${names.join(", ")}`, JSON.stringify(column), "Check the spelling.")
    return [place]
  }
  const list = record.findIndex((text) => text.startsWith("["))
  if (list >= 0) return [list]
  return record.flatMap((text, place) => (isNumber(text) && !/^(id|index|label)$/i.test(names[place] ?? "") ? [place] : []))
}

async function fromFvecs(path: string): Promise<Matrix> {
  const bytes = await whole(path)
  const dimension = bytes.length >= 4 ? bytes.readInt32LE(0) : 0
  const stride = 4 + 4 * dimension
  if (dimension < 1 || bytes.length % stride !== 0) {
    throw new Corrupt(basename(path), "whole vectors of one length", `${bytes.length} bytes, length ${dimension}`, "Write the file again.")
  }
  const rows = bytes.length / stride
  const data = new Float32Array(rows * dimension)
  for (let i = 0; i < rows; i++) data.set(floats(bytes.subarray(i * stride + 4, (i + 1) * stride)), i * dimension)
  return { data, rows, cols: dimension }
}

async function fromBare(path: string, dimension: number | undefined): Promise<Matrix> {
  const bytes = await whole(path)
  if (dimension === undefined || bytes.length % (4 * dimension) !== 0) {
    const came = dimension === undefined ? "none" : `${bytes.length} bytes, not whole vectors of ${dimension}`
    throw new InvalidArgument(basename(path), "the dimension of its vectors", came, "Give the length of a vector.")
  }
  return { data: floats(bytes), rows: bytes.length / (4 * dimension), cols: dimension }
}

function floats(bytes: Buffer): Float32Array {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return new Float32Array(copy.buffer)
}

async function whole(path: string): Promise<Buffer> {
  const { readFile } = await import("node:fs/promises")
  return readFile(path)
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path).catch(() => {
    throw new InvalidArgument("vectors", "a file that can be read", JSON.stringify(basename(path)), "Check the path.")
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function parsed(text: string, path: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgument(`${basename(path)}, line ${line}`, "JSON", JSON.stringify(text.slice(0, 40)), "Mend the line.")
  }
}

const isNumber = (text: string) => text.trim() !== "" && !Number.isNaN(Number(text))
const numberOf = (text: string | undefined) => (text === undefined || text.trim() === "" ? Number.NaN : Number(text))
