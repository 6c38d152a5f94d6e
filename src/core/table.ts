import { InvalidArgument, unknownName } from "./errors.ts"

/** Numbers of one column, shape `[rows]`; NaN means missing. */
export interface NumberColumn {
  readonly kind: "number"
  readonly values: Float64Array | Float32Array
}

/** Words of one column: row `r` holds `words[codes[r]]`, a code of -1 means missing. Words may stand twice or not occur. */
export interface WordColumn {
  readonly kind: "word"
  readonly codes: Int32Array
  readonly words: readonly string[]
}

/** One named column of a {@link Table}. */
export type TableColumn = NumberColumn | WordColumn

/** Rows as people have them before they are features: named columns of numbers or words, all of `rows` entries. */
export interface Table {
  readonly rows: number
  readonly columns: Readonly<Record<string, TableColumn>>
}

/** A table of these columns. @throws {@link InvalidArgument} when their lengths differ */
export function tableOf(columns: Readonly<Record<string, TableColumn>>): Table {
  const lengths = Object.entries(columns).map(([name, column]) => [name, columnLength(column)] as const)
  const rows = lengths[0]?.[1] ?? 0
  const odd = lengths.find(([, length]) => length !== rows)
  if (odd !== undefined)
    throw new InvalidArgument("tableOf", `columns of ${rows} rows`, `${odd[1]} in ${odd[0]}`, "Give every row a value or missing.")
  return { rows, columns }
}

/** A table from JSON records: strings and booleans become words, numbers numbers; absent, null and empty text are missing. */
export function tableFromRecords(records: readonly Readonly<Record<string, string | number | boolean | null | undefined>>[]): Table {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const columns = names.map((name) => {
    const cells = records.map((record) => record[name] ?? null)
    const isNumeric = cells.every((cell) => cell === null || typeof cell === "number")
    const column = isNumeric
      ? numberColumn(cells.map((cell) => (cell === null ? Number.NaN : (cell as number))))
      : wordColumn(cells.map((cell) => (cell === null || cell === "" ? null : String(cell))))
    return [name, column] as const
  })
  return { rows: records.length, columns: Object.fromEntries(columns) }
}

/** A column of numbers, copied in f64; NaN means missing. */
export function numberColumn(values: ArrayLike<number>): NumberColumn {
  return { kind: "number", values: Float64Array.from(values) }
}

/** A column of words; null means missing. Words are kept in order of first sight. */
export function wordColumn(cells: readonly (string | null)[]): WordColumn {
  const known = new Map<string, number>()
  const codes = new Int32Array(cells.length)
  cells.forEach((cell, row) => {
    if (cell === null) codes[row] = -1
    else {
      const code = known.get(cell) ?? known.size
      known.set(cell, code)
      codes[row] = code
    }
  })
  return { kind: "word", codes, words: [...known.keys()] }
}

/** The column of that name. @throws {@link NotFound} listing the names there are */
export function columnOf(table: Table, name: string, where = "table"): TableColumn {
  if (!Object.hasOwn(table.columns, name)) throw unknownName(where, "column", name, Object.keys(table.columns))
  return table.columns[name]!
}

/** The rows at these places, in that order, as a table of its own. */
export function takeRows(table: Table, places: ArrayLike<number>): Table {
  const columns = Object.entries(table.columns).map(([name, column]) => {
    if (column.kind === "word") return [name, { ...column, codes: Int32Array.from(places, (place) => column.codes[place]!) }] as const
    return [name, { ...column, values: Float64Array.from(places, (place) => column.values[place]!) }] as const
  })
  return { rows: places.length, columns: Object.fromEntries(columns) }
}

/** Rows of a column. */
export function columnLength(column: TableColumn): number {
  return column.kind === "word" ? column.codes.length : column.values.length
}
