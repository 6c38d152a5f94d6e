import { breathe, type Matrix, quantileOf, selectRanks, valuesAtRanks } from "../../core/index.ts"

/** Numbers present, their extremes, mean and population variance; NaN where nothing is present. */
export interface Moments {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly variance: number
}

/** Moments of the numbers that are present, in two passes so that a large mean costs no digits. */
export function momentsOf(values: Float64Array): Moments {
  const sums = { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  const offs = { rest: 0, squares: 0 }
  const column = { data: values, rows: values.length, cols: 1 }
  addSums(column, 0, values.length, 0, sums)
  addSquares(column, 0, values.length, 0, sums.sum / sums.count, offs)
  return momentsFrom(sums.count, sums.sum, sums.min, sums.max, offs)
}

/** Rows of a block: it stays in the cache while its columns are read one after another. */
const BLOCK = 128
/** Cells between two turns of the event loop. */
const BREATH = 2e7

/** {@link momentsOf} every column of some rows, without copying them; shape `[cols]`. Without `spread` the variance is 0 and saves a pass. */
export async function momentsOfColumns(rows: Matrix, spread: boolean, signal?: AbortSignal): Promise<Moments[]> {
  const found = Array.from({ length: rows.cols }, () => ({
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  }))
  const offs = Array.from({ length: rows.cols }, () => ({ rest: 0, squares: 0 }))
  let cells = 0
  for (const pass of spread ? ["sums", "squares"] : ["sums"]) {
    for (let first = 0; first < rows.rows; first += BLOCK) {
      const last = Math.min(rows.rows, first + BLOCK)
      for (let col = 0; col < rows.cols; col++) {
        if (pass === "sums") addSums(rows, first, last, col, found[col]!)
        else addSquares(rows, first, last, col, found[col]!.sum / found[col]!.count, offs[col]!)
      }
      cells += (last - first) * rows.cols
      if (cells > BREATH) {
        cells = 0
        await breathe(signal, "moments")
      }
    }
  }
  return found.map(({ count, sum, min, max }, col) => momentsFrom(count, sum, min, max, offs[col]!))
}

/** Rows of f32 numbers, or one column of f64. */
interface Cells {
  readonly data: Float32Array | Float64Array
  readonly cols: number
}

interface Sums {
  count: number
  sum: number
  min: number
  max: number
}

/** Two sums at a time: one alone would wait for its own last addition. */
function addSums({ data, cols }: Cells, first: number, last: number, col: number, into: Sums): void {
  let { count, sum, min, max } = into
  let other = 0
  let at = first * cols + col
  const pairs = first + ((last - first) & ~1)
  for (let row = first; row < pairs; row += 2, at += 2 * cols) {
    const x = data[at]!
    const y = data[at + cols]!
    if (!Number.isNaN(x)) {
      count++
      sum += x
      if (x < min) min = x
      if (x > max) max = x
    }
    if (!Number.isNaN(y)) {
      count++
      other += y
      if (y < min) min = y
      if (y > max) max = y
    }
  }
  if (pairs < last && !Number.isNaN(data[at]!)) {
    count++
    other += data[at]!
    min = Math.min(min, data[at]!)
    max = Math.max(max, data[at]!)
  }
  into.count = count
  into.sum = sum + other
  into.min = min
  into.max = max
}

interface Offs {
  rest: number
  squares: number
}

function addSquares({ data, cols }: Cells, first: number, last: number, col: number, mean: number, into: Offs): void {
  let { rest, squares } = into
  for (let row = first, at = first * cols + col; row < last; row++, at += cols) {
    const off = data[at]! - mean
    if (Number.isNaN(off)) continue
    rest += off
    squares += off * off
  }
  into.rest = rest
  into.squares = squares
}

/** Moments from sums, and sums of offsets from the rounded mean: what rounding left of the mean is taken off again. */
function momentsFrom(count: number, sum: number, min: number, max: number, { rest, squares }: Offs): Moments {
  if (count === 0) return { count, min: Number.NaN, max: Number.NaN, mean: Number.NaN, variance: Number.NaN }
  return { count, min, max, mean: sum / count + rest / count, variance: Math.max(0, squares - (rest * rest) / count) / count }
}

/** Third standardised moment of the numbers present: 0 for a symmetric column, NaN for a constant one. */
export function skewnessOf(values: Float64Array): number {
  return shapeOf(values).skewness
}

/** Skewness and excess kurtosis of the numbers present. */
export function shapeOf(values: Float64Array): { readonly skewness: number; readonly excessKurtosis: number } {
  const { count, mean, variance } = momentsOf(values)
  const scale = 1 / Math.sqrt(variance)
  let third = 0
  let fourth = 0
  for (let i = 0; i < values.length; i++) {
    const z = (values[i]! - mean) * scale
    if (Number.isNaN(z)) continue
    third += z * z * z
    fourth += z * z * z * z
  }
  return { skewness: variance > 0 ? third / count : Number.NaN, excessKurtosis: variance > 0 ? fourth / count - 3 : Number.NaN }
}

/** Moves missing numbers behind the present ones and returns a view of those. */
export function compact(values: Float64Array): Float64Array {
  let kept = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    if (!Number.isNaN(x)) values[kept++] = x
  }
  return values.subarray(0, kept)
}

/** Quantiles (type 7) of the numbers present, without sorting all of them; reorders `values`. */
export function quantilesOf(values: Float64Array, shares: readonly number[]): number[] {
  const present = compact(values)
  if (present.length === 0) return shares.map(() => Number.NaN)
  const last = present.length - 1
  const ranks = shares.flatMap((share) => [Math.floor(share * last), Math.min(last, Math.floor(share * last) + 1)])
  const wanted = [...new Set(ranks)].sort((a, b) => a - b)
  if (present.length < SMALL) {
    selectRanks(present, wanted)
    return shares.map((share) => quantileOf(present, share))
  }
  const found = valuesAtRanks(present, wanted)
  const at = new Map(wanted.map((rank, i) => [rank, found[i]!]))
  return shares.map((share) => {
    const below = Math.floor(share * last)
    // The quantile between two neighbours, as if they were the whole list.
    return quantileOf([at.get(below)!, at.get(Math.min(last, below + 1))!], share * last - below)
  })
}

/** Shorter lists are selected from by comparing. */
const SMALL = 4096
