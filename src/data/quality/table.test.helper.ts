import { numberColumn, type Table, tableOf, wordColumn } from "../../core/index.ts"

/** A column of a small table: numbers, or words with null for missing. */
export interface Written {
  readonly name: string
  readonly values: Float64Array | readonly (string | null)[]
}

/** A table of columns as they are written in tests. */
export function tableFrom(columns: readonly Written[]): Table {
  return tableOf(
    Object.fromEntries(
      columns.map(({ name, values }) => [name, values instanceof Float64Array ? numberColumn(values) : wordColumn(values)]),
    ),
  )
}
