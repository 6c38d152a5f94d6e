// Real data sets as the experiments on labels and sampling read them. Folders are those of TROMMEL_DATA.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { type SparseMatrix, sparseMatrix } from "../../src/core/index.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const data = process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data")

/** Rows of sparse one-hot features with labels of 0 and 1. */
export interface Examples {
  readonly rows: SparseMatrix
  readonly labels: Float32Array
}

/** The lines of a packed file, split; undefined when the set is not there. */
export function readLines(path: string, delimiter: string): { readonly names: string[]; readonly rows: string[][] } | undefined {
  const file = join(data, path)
  if (!existsSync(file)) {
    console.log(`${path} is missing: set TROMMEL_DATA to the folder of the data sets`)
    return undefined
  }
  const [head, ...rows] = gunzipSync(readFileSync(file)).toString().trim().split("\n")
  return { names: head!.trim().split(delimiter), rows: rows.map((row) => row.trimEnd().split(delimiter)) }
}

/** Some rows of sparse examples. */
export function takeExamples({ rows, labels }: Examples, places: ArrayLike<number>): Examples {
  const offsets = new Uint32Array(places.length + 1)
  const indices: number[] = []
  for (let i = 0; i < places.length; i++) {
    for (let at = rows.offsets[places[i]!]!; at < rows.offsets[places[i]! + 1]!; at++) indices.push(rows.indices[at]!)
    offsets[i + 1] = indices.length
  }
  const taken = { rows: places.length, cols: rows.cols, offsets, indices: Uint32Array.from(indices) }
  return { rows: taken, labels: Float32Array.from(places, (place) => labels[place]!) }
}

/** One column for each value of each field, as the rows come. */
export function oneHot(cells: readonly (readonly string[])[]): SparseMatrix {
  const columns = new Map<string, number>()
  const [rowIds, colIds]: [number[], number[]] = [[], []]
  for (const [row, values] of cells.entries()) {
    for (const [field, value] of values.entries()) {
      const name = `${field}=${value}`
      let col = columns.get(name)
      if (col === undefined) {
        col = columns.size
        columns.set(name, col)
      }
      rowIds.push(row)
      colIds.push(col)
    }
  }
  return sparseMatrix({ rows: cells.length, cols: columns.size }, rowIds, colIds)
}

/** Frappe: ten context fields of an app's use. @param part - `train-57k` or `test` */
export function frappe(part: "train-57k" | "test"): Examples | undefined {
  const table = readLines(`ctr-frappe/${part}.tsv.gz`, "\t")
  if (table === undefined) return undefined
  const [rowIds, colIds]: [number[], number[]] = [[], []]
  for (const [row, cells] of table.rows.entries()) {
    for (const cell of cells.slice(1)) {
      rowIds.push(row)
      colIds.push(Number(cell))
    }
  }
  const labels = Float32Array.from(table.rows, (cells) => (Number(cells[0]) > 0 ? 1 : 0))
  return { rows: sparseMatrix({ rows: table.rows.length, cols: 5382 }, rowIds, colIds), labels }
}

/** Vehicle insurance: claims with 31 columns one-hot, `PolicyNumber` and `Year` left out; years beside. */
export function vehicle(): (Examples & { readonly years: Uint16Array }) | undefined {
  const table = readLines("fraud-vehicle-insurance/fraud_oracle.csv.gz", ",")
  if (table === undefined) return undefined
  const at = (name: string) => table.names.indexOf(name)
  const out = new Set([at("FraudFound_P"), at("PolicyNumber"), at("Year")])
  return {
    rows: oneHot(table.rows.map((cells) => cells.filter((_, col) => !out.has(col)))),
    labels: Float32Array.from(table.rows, (cells) => Number(cells[at("FraudFound_P")])),
    years: Uint16Array.from(table.rows, (cells) => Number(cells[at("Year")])),
  }
}

/** Mean and 95 % interval of few repeats, by Student's t for so many. */
export function meanAndInterval(values: readonly number[]): string {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1))
  const t: Readonly<Record<number, number>> = { 3: 4.303, 5: 2.776, 10: 2.262 }
  return n < 2 ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${(((t[n] ?? 2) * deviation) / Math.sqrt(n)).toFixed(4)}`
}

/** Prints a table: the first column left, the others right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const all = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, col) => Math.max(...all.map((row) => row[col]?.length ?? 0)))
  for (const row of all)
    console.log(row.map((cell, col) => (col === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[col]! + 2))).join(""))
  console.log("")
}
