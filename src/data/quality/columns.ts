import { chiSquareSf, fingerprintHex, type Table } from "../../core/index.ts"
import { type Buckets, buckets } from "./association.ts"
import { type Cells, cellsOf, isMissing, isWords } from "./cells.ts"

/** What is missing in a column. */
export interface MissingColumn {
  readonly name: string
  readonly missing: number
  /** In [0, 1]. */
  readonly share: number
  readonly firstRows: readonly number[]
  /** Values that often stand for missing, with how often they occur: `-1`, `unknown`. */
  readonly suspects: readonly { readonly value: string; readonly count: number }[]
}

const STAND_INS = new Set(["", "na", "n/a", "nan", "null", "none", "nil", "unknown", "undefined", "missing", "?", "-"])
const NUMBERS_FOR_MISSING = [-1, -99, -999, -9999, 99, 999, 9999, 99999]

/** What is missing in each column, and what may stand for it: a number far from all others, or a word that says so. */
export function missingValues(table: Table): MissingColumn[] {
  return cellsOf(table).map(({ name, values }) => {
    const rows: number[] = []
    for (let row = 0; row < values.length; row++) if (isMissing(values[row])) rows.push(row)
    const share = values.length === 0 ? 0 : rows.length / values.length
    return { name, missing: rows.length, share, firstRows: rows.slice(0, 5), suspects: suspects(values) }
  })
}

function suspects(values: Cells["values"]): MissingColumn["suspects"] {
  if (isWords(values)) {
    const counts = new Map<string, number>()
    for (const value of values)
      if (value !== null && STAND_INS.has(value.trim().toLowerCase())) counts.set(value, (counts.get(value) ?? 0) + 1)
    return [...counts].map(([value, count]) => ({ value, count }))
  }
  return NUMBERS_FOR_MISSING.flatMap((stand) => {
    let [count, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!
      if (value === stand) count++
      else if (value < low || value > high) [low, high] = [Math.min(low, value), Math.max(high, value)]
    }
    if (count < 2 || low > high) return []
    // Further from the rest than the rest is wide, or the only one of its sign.
    const isApart = stand < 0 ? low >= 0 || low - stand > high - low : stand - high > high - low
    return isApart ? [{ value: String(stand), count }] : []
  })
}

/** Values of a numeric column that stand apart. */
export interface OutlierColumn {
  readonly name: string
  /** Rows whose robust z-score is above the limit, and their share of the values that are there. */
  readonly count: number
  readonly share: number
  readonly low: number
  readonly high: number
  readonly firstRows: readonly number[]
  /** Largest robust z-score. */
  readonly largest: number
}

/**
 * Values further than `limit` robust deviations from the median: `|x - median| / (1.4826 MAD)`, the MAD replaced by the mean absolute deviation
 * (times 1.2533) where more than half of the values are the same. Only columns that have some.
 *
 * @param limit - 3.5 without: about 1 in 2,000 of normally distributed values. Skewed columns want a logarithm first
 * @see Iglewicz & Hoaglin 1993, How to Detect and Handle Outliers
 */
export function outliers(table: Table, limit = 3.5): OutlierColumn[] {
  return cellsOf(table).flatMap(({ name, values }) => {
    if (isWords(values)) return []
    const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
    if (sorted.length < 8) return []
    const middle = medianOf(sorted)
    const deviations = sorted.map((value) => Math.abs(value - middle)).sort()
    const scale = 1.4826 * medianOf(deviations) || 1.2533 * (deviations.reduce((sum, value) => sum + value, 0) / deviations.length)
    if (!(scale > 0)) return []
    const rows: number[] = []
    let largest = 0
    for (let row = 0; row < values.length; row++) {
      const z = Math.abs(values[row]! - middle) / scale
      if (z > limit) rows.push(row)
      if (z > largest) largest = z
    }
    const [low, high] = [middle - limit * scale, middle + limit * scale]
    return rows.length === 0
      ? []
      : [{ name, count: rows.length, share: rows.length / sorted.length, low, high, firstRows: rows.slice(0, 5), largest }]
  })
}

/** Why a column says nothing. */
export interface IrrelevantColumn {
  readonly name: string
  readonly why: "constant" | "almost constant" | "different in every row" | "copy of another column" | "no relation to the label"
  /** The number behind it: share of the commonest value, of distinct values, of equal rows, or the p-value of the relation. */
  readonly evidence: number
  /** The column it copies. */
  readonly of?: string
}

/**
 * Columns that a model need not see, each with the reason: constant (or all but 1 in 1,000 rows), words that differ in every row, copies of an
 * earlier column, and, with labels, those whose buckets have no relation to the label (G-test, p above `alpha`).
 *
 * @param labels - classes, 0 and up; NaN rows are left out
 * @param alpha - 0.01 without: of 100 columns of noise, one is kept by chance
 */
export function irrelevantColumns(table: Table, labels?: ArrayLike<number>, alpha = 0.01): IrrelevantColumn[] {
  const { rows } = table
  const seen = new Map<string, string>()
  return cellsOf(table).flatMap(({ name, values }): IrrelevantColumn[] => {
    const counts = new Map<number | string | null, number>()
    let most = 0
    for (let row = 0; row < rows; row++) {
      const value = values[row]!
      const count = (counts.get(value) ?? 0) + 1
      counts.set(value, count)
      most = Math.max(most, count)
    }
    if (counts.size <= 1) return [{ name, why: "constant", evidence: 1 }]
    if (most / rows >= 0.999) return [{ name, why: "almost constant", evidence: most / rows }]
    if (isWords(values) && counts.size === rows) return [{ name, why: "different in every row", evidence: 1 }]
    const content = shapeOf(values)
    const twin = seen.get(content)
    if (twin !== undefined) return [{ name, why: "copy of another column", evidence: 1, of: twin }]
    seen.set(content, name)
    if (labels === undefined) return []
    const p = relationP(buckets(values), labels)
    return p > alpha ? [{ name, why: "no relation to the label", evidence: p }] : []
  })
}

/** Equal for words that are the same up to their names, and for numbers that are the same up to scale and shift. */
function shapeOf(values: Cells["values"]): string {
  return fingerprintHex((isWords(values) ? wordShape(values) : numberShape(values)).join())
}

/** Each value as the row where it came first. */
function wordShape(values: readonly (string | null)[]): number[] {
  const first = new Map<string | null, number>()
  return values.map((value, row) => {
    const known = first.get(value) ?? row
    first.set(value, known)
    return known
  })
}

/** Each value by its distance from the first, in units of the first step that is none. */
function numberShape(values: Float32Array | Float64Array): string[] {
  const origin = values.find((value) => !Number.isNaN(value)) ?? 0
  const step = (values.find((value) => !Number.isNaN(value) && value !== origin) ?? origin + 1) - origin
  return Array.from(values, (value) => ((value - origin) / step).toPrecision(6))
}

/** The probability of a relation at least as strong by chance: likelihood-ratio test of the table of buckets by classes. */
function relationP({ codes, count }: Buckets, labels: ArrayLike<number>): number {
  let classes = 0
  for (let row = 0; row < labels.length; row++) if (labels[row]! >= classes) classes = labels[row]! + 1
  const cells = new Float64Array(count * classes)
  const [byBucket, byClass] = [new Float64Array(count), new Float64Array(classes)]
  let total = 0
  for (let row = 0; row < codes.length; row++) {
    const label = labels[row]!
    if (Number.isNaN(label)) continue
    cells[codes[row]! * classes + label]! += 1
    byBucket[codes[row]!]! += 1
    byClass[label]! += 1
    total++
  }
  let g = 0
  for (let cell = 0; cell < cells.length; cell++) {
    if (cells[cell] === 0) continue
    g += 2 * cells[cell]! * Math.log((cells[cell]! * total) / (byBucket[Math.floor(cell / classes)]! * byClass[cell % classes]!))
  }
  const freedom = (byBucket.filter((sum) => sum > 0).length - 1) * (byClass.filter((sum) => sum > 0).length - 1)
  return freedom <= 0 ? 1 : chiSquareSf(g, freedom)
}

function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
