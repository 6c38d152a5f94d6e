import { InvalidArgument, type Matrix, random } from "../../core/index.ts"
import type { TreesJob } from "./kernel.ts"

/** Slots of a column's cuts. */
export const SLOTS = 256
/** Bin of missing values, and of categories that are not kept. */
export const MISSING = 255
/** Largest f32: a threshold that every number is at or below. */
export const MOST = 3.4028234663852886e38
/** Categories are small whole numbers: a split's set is a bit for each up to the largest. */
const MOST_CATEGORY = 2 ** 20

/** How columns are cut into bins. */
export interface CutRules {
  /** Bins of numbers at most; 2 to 255. */
  readonly bins: number
  /** Rows that the cuts are chosen from; all when there are fewer. */
  readonly sample: number
  /** 1 where a column holds categories, shape `[d]`. */
  readonly kinds: Uint8Array
  readonly seed: number
}

/** Columns gathered from the sampled rows at a time: half a cache line of a row. */
const GATHERED = 8

/** Lays out the regions {@link chooseCuts} works in. */
export function layOutCuts(job: TreesJob, cols: number, rows: number): void {
  const { arena } = job
  arena.add("cuts", "f32", cols * SLOTS)
  arena.add("sampleValues", "f32", rows * GATHERED)
  arena.add("sampleWeights", "f32", rows)
  arena.add("sortA", "f64", rows)
  arena.add("sortB", "f64", rows)
  arena.add("sortCounts", "u32", 3 * 2048)
}

/** Bytes of those regions. */
export function cutBytes(cols: number, rows: number): number {
  return cols * SLOTS * 4 + rows * (20 + 4 * GATHERED) + 3 * 8192 + 384
}

/**
 * Chooses each column's cuts and writes them to the region `cuts`: bin `b` holds `cut[b - 1] < x <= cut[b]`.
 *
 * A column with few enough values gets a bin for each, cut half-way between neighbours. Otherwise bins hold about equal weight; a value heavier
 * than a bin keeps one of its own. A categorical column keeps its 255 heaviest categories, ascending; the rest share the bin of missing values.
 * @throws {@link InvalidArgument} when a categorical column holds a number that is no whole number from 0 to 2^20
 */
export function chooseCuts(
  job: TreesJob,
  rows: Matrix,
  weights: Float32Array | undefined,
  columns: readonly string[],
  rules: CutRules,
): void {
  const { run, arena } = job
  const sample = sampleRows(rows.rows, rules)
  const cuts = arena.view("cuts", "f32").fill(MOST)
  const values = arena.view("sampleValues", "f32")
  const heights = arena.view("sampleWeights", "f32")
  const addresses = ["sampleValues", "sampleWeights", "sortA", "sortB", "sortCounts"].map((name) => arena.address(name))
  const [at, weightsAt, a, b, counts] = addresses as [number, number, number, number, number]
  for (let first = 0; first < rows.cols; first += GATHERED) {
    const width = Math.min(GATHERED, rows.cols - first)
    for (let i = 0; i < sample.length; i++) {
      const from = sample[i]! * rows.cols + first
      for (let c = 0; c < width; c++) values[c * sample.length + i] = rows.data[from + c]!
    }
    for (let c = 0; c < width; c++) {
      const col = first + c
      const start = c * sample.length
      let n = 0
      for (let i = 0; i < sample.length; i++) {
        const value = values[start + i]!
        const weight = weights === undefined ? 1 : weights[sample[i]!]!
        if (Number.isNaN(value) || weight === 0) continue
        values[start + n] = value
        heights[n++] = weight
      }
      run.sortValues(at + start * 4, weightsAt, n, a, b, counts)
      const into = cuts.subarray(col * SLOTS, (col + 1) * SLOTS)
      if (rules.kinds[col] === 1) keepCategories(values.subarray(start, start + n), heights, into, columns[col]!)
      else cutNumbers(values.subarray(start, start + n), heights, rules.bins, into)
    }
  }
}

function sampleRows(n: number, { sample, seed }: CutRules): Uint32Array {
  if (n <= sample) return Uint32Array.from({ length: n }, (_, row) => row)
  // One row drawn from each of equal stretches: spread evenly over the data, whatever its order.
  const draw = random(seed).split("bins")
  return Uint32Array.from({ length: sample }, (_, i) => Math.floor(((i + draw.next()) * n) / sample))
}

/** Cuts of sorted numbers into at most `bins` bins of about equal weight. */
export function cutNumbers(sorted: Float32Array, weights: Float32Array, bins: number, cuts: Float32Array): void {
  let distinct = 0
  let total = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++
    total += weights[i]!
  }
  const isFew = distinct <= bins
  let used = 0
  let weightLeft = total
  let inBin = 0
  for (let i = 0; i < sorted.length && used < bins - 1; ) {
    let height = 0
    let next = i
    for (; next < sorted.length && sorted[next] === sorted[i]; next++) height += weights[next]!
    if (next === sorted.length) break
    inBin += height
    // What is left is shared out among the bins that are left, so that heavy values do not starve the rest.
    const share = weightLeft / (bins - used)
    let following = 0
    for (let j = next; j < sorted.length && sorted[j] === sorted[next] && following < share; j++) following += weights[j]!
    if (isFew || inBin >= share || following >= share || inBin + following / 2 > share) {
      cuts[used++] = between(sorted[i]!, sorted[next]!)
      weightLeft -= inBin
      inBin = 0
    }
    i = next
  }
}

/** A cut with `low <= cut < high`, half-way where f32 has room. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2)
  return middle >= low && middle < high ? middle : low
}

function keepCategories(sorted: Float32Array, weights: Float32Array, cuts: Float32Array, column: string): void {
  const kept: { readonly value: number; readonly weight: number }[] = []
  for (let i = 0; i < sorted.length; ) {
    const value = Math.trunc(sorted[i]!)
    if (!(value >= 0 && value <= MOST_CATEGORY)) {
      const expected = `categories of ${column} as whole numbers from 0 to ${MOST_CATEGORY}`
      throw new InvalidArgument("gradientBoosting", expected, String(sorted[i]), "Number the categories, NaN for missing.")
    }
    let weight = 0
    for (; i < sorted.length && Math.trunc(sorted[i]!) === value; i++) weight += weights[i]!
    kept.push({ value, weight })
  }
  const heaviest = kept.sort((x, y) => y.weight - x.weight || x.value - y.value).slice(0, MISSING)
  heaviest
    .sort((x, y) => x.value - y.value)
    .forEach(({ value }, i) => {
      cuts[i] = value
    })
}
