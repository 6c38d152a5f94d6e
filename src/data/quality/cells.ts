import { type Table, tableOf, wordColumn } from "../../core/index.ts"

/** One column's cells: numbers with NaN for missing, or words with null. */
export interface Cells {
  readonly name: string
  readonly values: Float32Array | Float64Array | readonly (string | null)[]
}

/** The columns of a table as cells, words spelt out. */
export function cellsOf(table: Table): Cells[] {
  return Object.entries(table.columns).map(([name, column]) => {
    if (column.kind === "number") return { name, values: column.values }
    return { name, values: Array.from(column.codes, (code) => (code < 0 ? null : column.words[code]!)) }
  })
}

/**
 * A table from rows of text: a column is numbers when every value that is there is one, words otherwise. Empty cells are missing.
 *
 * @param words - columns that are words although they look like numbers, such as codes
 */
export function tableFromText(names: readonly string[], rows: readonly (readonly string[])[], words: readonly string[] = []): Table {
  const columns = names.map((name, col) => {
    const cells = rows.map((row) => row[col]?.trim() ?? "")
    const values = Float64Array.from(cells, (cell) => (cell === "" ? Number.NaN : Number(cell)))
    const isNumeric = !words.includes(name) && cells.every((cell, row) => cell === "" || !Number.isNaN(values[row]!))
    if (isNumeric) return [name, { kind: "number", values }] as const
    return [name, wordColumn(cells.map((cell) => (cell === "" ? null : cell)))] as const
  })
  return tableOf(Object.fromEntries(columns))
}

/** True for a column of words. */
export function isWords(values: Cells["values"]): values is readonly (string | null)[] {
  return Array.isArray(values)
}

/** True where a value is missing. */
export function isMissing(value: number | string | null | undefined): boolean {
  return value === null || value === undefined || Number.isNaN(value)
}
