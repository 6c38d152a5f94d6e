import { InvalidArgument, type Matrix } from "../core/index.ts"
import { type DifferingCell, describeCause, type MismatchCause, mismatchCause } from "./parity-cause.ts"

/** Differing cells kept a column, the first ones: enough to tell the cause. */
const CELLS_KEPT = 256

/** The rows of one request, as they were served (entries of the feature log fit) or as a replay read them; row `i` belongs to `ids[i]`. */
export interface RequestRows {
  readonly requestId: string
  readonly ids: ArrayLike<number>
  readonly values: Matrix
}

/** One feature whose served values are not all its replayed values. */
export interface Mismatch {
  readonly feature: string
  /** Cells that differ, and the share of the cells compared that they are, in `(0, 1]`. */
  readonly cells: number
  readonly rate: number
  /** What the values say of why, and the same in words. */
  readonly cause: MismatchCause
  readonly explanation: string
  /** The first cell that differs: its request, the item's dense id, and both values (NaN = missing). */
  readonly first: { readonly requestId: string; readonly id: number; readonly served: number; readonly replayed: number }
}

/** What a comparison of served with replayed rows found. */
export interface ParityReport {
  /** Rows that were in both. */
  readonly rows: number
  readonly cells: number
  /** Cells that differ, in all features. */
  readonly differing: number
  /** Rows of one side that the other lacks. */
  readonly missing: number
  /** Features with a difference, the highest rate first. */
  readonly mismatches: readonly Mismatch[]
}

/**
 * Compares served feature values with replayed ones, cell by cell and bit by bit: two NaN are equal, anything else must be the same f32.
 *
 * Rows are matched by request and item, in whatever order they come.
 * @throws {@link InvalidArgument} when a request's rows do not have a column for each of `columns`
 */
export async function compareServed(options: {
  readonly columns: readonly string[]
  readonly served: Iterable<RequestRows> | AsyncIterable<RequestRows>
  readonly replayed: Iterable<RequestRows> | AsyncIterable<RequestRows>
}): Promise<ParityReport> {
  const { columns } = options
  const replayed = new Map<string, RequestRows>()
  for await (const request of options.replayed) replayed.set(request.requestId, checked(request, columns))
  const found = new Map<number, Found>()
  const equal = new Float64Array(columns.length)
  const equalNonZero = new Float64Array(columns.length)
  let rows = 0
  let missing = 0

  for await (const request of options.served) {
    checked(request, columns)
    const other = replayed.get(request.requestId)
    replayed.delete(request.requestId)
    if (other === undefined) {
      missing += request.values.rows
      continue
    }
    const places = placesById(other)
    for (let row = 0; row < request.values.rows; row++) {
      const place = places.get(request.ids[row]!)
      if (place === undefined) {
        missing++
        continue
      }
      places.delete(request.ids[row]!)
      rows++
      const { data, cols } = request.values
      for (let column = 0; column < cols; column++) {
        const a = data[row * cols + column]!
        const b = other.values.data[place * cols + column]!
        if (a === b) {
          equal[column]!++
          if (a !== 0) equalNonZero[column]!++
        } else if (!(Number.isNaN(a) && Number.isNaN(b))) {
          note(found, column, { served: a, replayed: b }, request.requestId, request.ids[row]!)
        }
      }
    }
    missing += places.size
  }
  for (const left of replayed.values()) missing += left.values.rows

  const mismatches = [...found]
    .map(([column, { cells, kept, first }]) => {
      const cause = mismatchCause(kept, { equal: equal[column]! / cells, equalNonZero: equalNonZero[column]! / cells })
      return { feature: columns[column]!, cells, rate: cells / rows, cause, explanation: describeCause(cause), first }
    })
    .sort((a, b) => b.rate - a.rate || (a.feature < b.feature ? -1 : 1))
  return { rows, cells: rows * columns.length, differing: mismatches.reduce((sum, { cells }) => sum + cells, 0), missing, mismatches }
}

interface Found {
  cells: number
  readonly kept: DifferingCell[]
  readonly first: Mismatch["first"]
}

function note(found: Map<number, Found>, column: number, cell: DifferingCell, requestId: string, id: number): void {
  const known = found.get(column)
  if (known === undefined) found.set(column, { cells: 1, kept: [cell], first: { requestId, id, ...cell } })
  else {
    known.cells++
    if (known.kept.length < CELLS_KEPT) known.kept.push(cell)
  }
}

function placesById({ ids, values }: RequestRows): Map<number, number> {
  const places = new Map<number, number>()
  for (let row = 0; row < values.rows; row++) places.set(ids[row]!, row)
  return places
}

function checked(request: RequestRows, columns: readonly string[]): RequestRows {
  if (request.values.cols === columns.length) return request
  throw new InvalidArgument(
    `parity of request ${request.requestId}`,
    `${columns.length} columns`,
    String(request.values.cols),
    "Compare rows of one feature schema: their schema hashes must be equal.",
  )
}
