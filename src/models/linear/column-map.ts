import { columnCounts, type SparseMatrix } from "../../core/index.ts"

/** The columns that occur in sparse rows, ascending: what is learned has room for these alone, however wide the rows are. */
export function occurringColumns(rows: SparseMatrix): Uint32Array {
  const counts = columnCounts(rows)
  let used = 0
  for (const count of counts) if (count > 0) used++
  const columns = new Uint32Array(used)
  let at = 0
  for (let col = 0; col < counts.length; col++) if (counts[col]! > 0) columns[at++] = col
  return columns
}

/** The place of each of `width` columns in `columns`, counted from `first`; 0 for a column that is not among them. */
export function columnPlaces(columns: Uint32Array, width: number, first: 0 | 1): Uint32Array {
  const places = new Uint32Array(width)
  for (let place = 0; place < columns.length; place++) places[columns[place]!] = place + first
  return places
}
