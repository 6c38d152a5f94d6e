import { InvalidArgument, type Matrix } from "../../core/index.ts"

/** One column: numbers with NaN for missing, or words with null. */
export interface Column {
  readonly name: string
  readonly values: Float32Array | Float64Array | readonly (string | null)[]
}

/** Columns of one length. */
export interface Table {
  readonly rows: number
  readonly columns: readonly Column[]
}

/** A table of these columns. @throws {@link InvalidArgument} on lengths that differ or a name twice */
export function tableOf(columns: readonly Column[]): Table {
  const rows = columns[0]?.values.length ?? 0
  const names = new Set<string>()
  for (const { name, values } of columns) {
    if (values.length !== rows) throw new InvalidArgument("tableOf", `${rows} values`, `${values.length} of ${name}`, "Fill the column up.")
    if (names.has(name)) throw new InvalidArgument("tableOf", "a name for each column", `${name} twice`, "Rename one of them.")
    names.add(name)
  }
  return { rows, columns }
}

/** A table from rows of numbers and their names. */
export function tableFromMatrix({ data, rows, cols }: Matrix, names: readonly string[]): Table {
  if (names.length !== cols) throw new InvalidArgument("tableFromMatrix", `${cols} names`, `${names.length}`, "Name every column.")
  return tableOf(names.map((name, col) => ({ name, values: Float32Array.from({ length: rows }, (_, row) => data[row * cols + col]!) })))
}

/**
 * A table from rows of text: a column is numbers when every value that is there is one, words otherwise. Empty cells are missing.
 *
 * @param words - columns that are words although they look like numbers, such as codes
 */
export function tableFromRows(names: readonly string[], rows: readonly (readonly string[])[], words: readonly string[] = []): Table {
  return tableOf(
    names.map((name, col) => {
      const cells = rows.map((row) => row[col] ?? "")
      const numbers = Float64Array.from(cells, (cell) => (cell.trim() === "" ? Number.NaN : Number(cell)))
      const isNumeric = !words.includes(name) && cells.every((cell, row) => cell.trim() === "" || !Number.isNaN(numbers[row]!))
      return { name, values: isNumeric ? numbers : cells.map((cell) => (cell === "" ? null : cell)) }
    }),
  )
}

/** True for a column of words. */
export function isWords(values: Column["values"]): values is readonly (string | null)[] {
  return Array.isArray(values)
}

/** True where a value is missing. */
export function isMissing(value: number | string | null | undefined): boolean {
  return value === null || value === undefined || Number.isNaN(value)
}

/** The table without those rows. */
export function withoutRows({ rows, columns }: Table, drop: Iterable<number>): { readonly table: Table; readonly kept: Uint32Array } {
  const gone = new Uint8Array(rows)
  for (const row of drop) gone[row] = 1
  const kept = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => gone[row] === 0)
  return { table: { rows: kept.length, columns: columns.map(({ name, values }) => ({ name, values: taken(values, kept) })) }, kept }
}

function taken(values: Column["values"], rows: Uint32Array): Column["values"] {
  if (isWords(values)) return Array.from(rows, (row) => values[row]!)
  return values instanceof Float32Array ? Float32Array.from(rows, (row) => values[row]!) : Float64Array.from(rows, (row) => values[row]!)
}
