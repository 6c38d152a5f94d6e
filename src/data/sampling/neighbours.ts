import { type Matrix, matrix, multiply } from "../../core/index.ts"

/** Rows whose distances are held at a time, in numbers: 4 MiB. */
const BLOCK_NUMBERS = 2 ** 20

/**
 * The `k` rows nearest to each row by Euclidean distance, looking at every pair; ties by place. Columns that either row misses count nothing.
 *
 * Without missing values distances come from a product of the rows with themselves; twice as many rows as wanted are taken by it, and ordered by
 * their exact distances.
 * @param k - at most `rows - 1`
 * @returns places, nearest first; shape `[rows, k]`
 */
export async function exactNeighbours(rows: Matrix, k: number): Promise<Uint32Array> {
  const table = new Uint32Array(rows.rows * k)
  const squares = squaresOf(rows)
  if (squares === undefined) {
    for (let row = 0; row < rows.rows; row++) table.set(nearestOf(rows, row, k, undefined), row * k)
    return table
  }
  const turned = transposed(rows)
  const height = Math.max(1, Math.floor(BLOCK_NUMBERS / rows.rows))
  const more = Math.min(rows.rows - 1, 2 * k + 2)
  const places = new Uint32Array(more)
  const distances = new Float64Array(more)
  for (let from = 0; from < rows.rows; from += height) {
    const block = matrix(Math.min(height, rows.rows - from), rows.cols, rows.data.subarray(from * rows.cols, (from + height) * rows.cols))
    const { data } = await multiply(block, turned)
    for (let i = 0; i < block.rows; i++) {
      distances.fill(Number.POSITIVE_INFINITY)
      const start = i * rows.rows
      for (let other = 0; other < rows.rows; other++) {
        // The row's own square is the same for all, and left out.
        const distance = squares[other]! - 2 * data[start + other]!
        if (distance < distances[more - 1]! && other !== from + i) insert(places, distances, other, distance)
      }
      table.set(nearestOf(rows, from + i, k, places), (from + i) * k)
    }
  }
  return table
}

/** The `k` nearest to `row` among the rows given, or among all. */
function nearestOf({ data, rows, cols }: Matrix, row: number, k: number, among: Uint32Array | undefined): Uint32Array {
  const places = new Uint32Array(k)
  const distances = new Float64Array(k).fill(Number.POSITIVE_INFINITY)
  const order = among?.toSorted()
  const own = row * cols
  for (let i = 0; i < (order?.length ?? rows); i++) {
    const other = order === undefined ? i : order[i]!
    if (other === row) continue
    let sum = 0
    for (let col = 0, at = other * cols; col < cols && sum < distances[k - 1]!; col++, at++) {
      const difference = data[own + col]! - data[at]!
      if (!Number.isNaN(difference)) sum += difference * difference
    }
    if (sum < distances[k - 1]!) insert(places, distances, other, sum)
  }
  return places
}

/** Puts an entry in its place among sorted ones and drops the last. */
function insert(places: Uint32Array, distances: Float64Array, other: number, distance: number): void {
  let place = places.length - 1
  for (; place > 0 && distances[place - 1]! > distance; place--) {
    distances[place] = distances[place - 1]!
    places[place] = places[place - 1]!
  }
  distances[place] = distance
  places[place] = other
}

/** Squared length of each row; `undefined` when a value is missing. */
function squaresOf({ data, rows, cols }: Matrix): Float64Array | undefined {
  const squares = new Float64Array(rows)
  for (let row = 0; row < rows; row++) for (let at = row * cols; at < (row + 1) * cols; at++) squares[row]! += data[at]! ** 2
  return squares.some(Number.isNaN) ? undefined : squares
}

function transposed({ data, rows, cols }: Matrix): Matrix {
  const turned = matrix(cols, rows)
  for (let row = 0; row < rows; row++) for (let col = 0; col < cols; col++) turned.data[col * rows + row] = data[row * cols + col]!
  return turned
}
