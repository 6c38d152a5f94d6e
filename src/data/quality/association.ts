import { type Cells, isMissing, isWords } from "./cells.ts"

/** A column cut into few buckets. */
export interface Buckets {
  /** Bucket of each row; shape `[n]`. */
  readonly codes: Uint16Array
  readonly count: number
}

/** Buckets a numeric column is cut into by quantiles, and categories that keep a bucket of their own. */
const MOST = 32

/** Buckets of equal counts for numbers (each value its own while there are at most 32), the most frequent words, others, and missing. */
export function buckets(values: Cells["values"]): Buckets {
  return isWords(values) ? wordBuckets(values) : numberBuckets(values)
}

function numberBuckets(values: Float32Array | Float64Array): Buckets {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
  const distinct = Float64Array.from(new Set(sorted))
  const edges =
    distinct.length <= MOST
      ? distinct
      : Float64Array.from(new Set(Array.from({ length: MOST }, (_, i) => sorted[Math.floor((i * sorted.length) / MOST)]!)))
  const codes = Uint16Array.from(values, (value) => (Number.isNaN(value) ? edges.length : lastNotAbove(edges, value)))
  return { codes, count: edges.length + 1 }
}

function wordBuckets(values: readonly (string | null)[]): Buckets {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST)
  const codeOf = new Map(frequent.map(([value], code) => [value, code]))
  const [other, missing] = [frequent.length, frequent.length + 1]
  return {
    codes: Uint16Array.from(values, (value) => (value === null ? missing : (codeOf.get(value) ?? other))),
    count: frequent.length + 2,
  }
}

/** Place of the last edge that is not above the value; 0 below all. */
function lastNotAbove(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (edges[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * How well a column alone tells labels of 0 and 1 apart: the area under the ROC curve of each row's bucket's label rate among the rows of the
 * other half, so that buckets with few rows do not flatter. 0.5 says nothing, 1 everything, whatever the shape of the relation.
 *
 * @returns NaN without rows of both classes
 */
export function aloneAuc({ codes, count }: Buckets, labels: ArrayLike<number>): number {
  const rates = [0, 1].map((half) => {
    const [yes, all] = [new Float64Array(count), new Float64Array(count)]
    let [sum, rows] = [0, 0]
    for (let row = 0; row < codes.length; row++) {
      if (row % 2 === half || Number.isNaN(labels[row]!)) continue
      yes[codes[row]!]! += labels[row]!
      all[codes[row]!]! += 1
      sum += labels[row]!
      rows++
    }
    const prior = rows === 0 ? 0 : sum / rows
    return yes.map((value, code) => (value + prior) / (all[code]! + 1))
  })
  const scores = Float64Array.from(codes, (code, row) => rates[row % 2]![code]!)
  return areaUnderRoc(scores, labels)
}

/** How well the mere absence of a value tells labels apart, either way round; NaN when nothing or everything is missing. */
export function missingAuc(values: Cells["values"], labels: ArrayLike<number>): number {
  let missing = 0
  const flags = Float64Array.from({ length: values.length }, (_, row) => {
    const is = isMissing(values[row])
    if (is) missing++
    return is ? 1 : 0
  })
  if (missing === 0 || missing === values.length) return Number.NaN
  const area = areaUnderRoc(flags, labels)
  return Math.max(area, 1 - area)
}

/** Area under the ROC curve, ties counting half; NaN labels and scores are left out. */
export function areaUnderRoc(scores: Float64Array, labels: ArrayLike<number>): number {
  const rows = Uint32Array.from(scores, (_, row) => row).filter((row) => !Number.isNaN(labels[row]!) && !Number.isNaN(scores[row]!))
  rows.sort((a, b) => scores[a]! - scores[b]!)
  let [below, area, positives] = [0, 0, 0]
  for (let from = 0, to = 0; from < rows.length; from = to) {
    let [yes, no] = [0, 0]
    while (to < rows.length && scores[rows[to]!] === scores[rows[from]!]) labels[rows[to++]!]! > 0 ? yes++ : no++
    area += yes * (below + no / 2)
    below += no
    positives += yes
  }
  return area / (positives * below)
}
