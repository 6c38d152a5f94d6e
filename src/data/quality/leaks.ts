import type { Table } from "../../core/index.ts"
import type { Split } from "../splits/split.ts"
import { aloneAuc, areaUnderRoc, buckets, missingAuc } from "./association.ts"
import { type Cells, cellsOf, isMissing, isWords } from "./cells.ts"

/** What a column or a split gives away. */
export type LeakKind =
  | "label copy"
  | "tells the label"
  | "missing tells the label"
  | "from the future"
  | "aggregate with the label in it"
  | "moves with the label"
  | "shared groups"
  | "shared rows"

/** Something that a model would know in training and not when it is used. */
export interface Leak {
  readonly kind: LeakKind
  /** The column, or the split's part that shares with train. */
  readonly column: string
  /** What was measured, and how much. */
  readonly statistic: string
  readonly value: number
  /** From where on it is called a leak. */
  readonly threshold: number
  /** The first rows that show it. */
  readonly rows: readonly number[]
  /** One sentence for people. */
  readonly why: string
}

/** What {@link findLeaks} looks at; each part adds its detectors. */
export interface LeakSearch {
  readonly table: Table
  /** 0 or 1, NaN where unsure; shape `[n]`. */
  readonly labels: ArrayLike<number>
  /** When each row's decision was made, epoch milliseconds; shape `[n]`. */
  readonly times?: ArrayLike<number>
  /** Columns that hold a moment in epoch milliseconds, held against `times`. */
  readonly timeColumns?: readonly string[]
  /** Who or what each row is about, such as the user: aggregates are looked for within it, and it must not be in two parts. */
  readonly groups?: ArrayLike<number | string>
  readonly split?: Split
  /** AUC of a column alone that is too good to be true; 0.97 without. A true label copy is at 0.9999. */
  readonly suspicious?: number
}

const COPY = 0.9999

/**
 * Looks for what training knows and serving does not: copies of the label, columns made of it, values from after the decision, groups and rows
 * that are on both sides of a split. Strongest first.
 */
export function findLeaks(search: LeakSearch): Leak[] {
  const cells = cellsOf(search.table)
  const detectors = [labelLeaks, futureValues, aggregateLeaks, movingLeaks, sharedLeaks]
  const found = detectors.flatMap((detect) => detect(cells, search))
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.value - a.value || (a.column < b.column ? -1 : 1))
}

const order: readonly LeakKind[] = [
  ...(["label copy", "from the future", "aggregate with the label in it", "moves with the label"] as const),
  ...(["missing tells the label", "tells the label", "shared groups", "shared rows"] as const),
]

/** Columns that alone tell the label, by their values or by being there at all. */
function labelLeaks(cells: readonly Cells[], { labels, suspicious = 0.97 }: LeakSearch): Leak[] {
  return cells.flatMap(({ name, values }): Leak[] => {
    const coded = buckets(values)
    const value = aloneAuc(coded, labels)
    const absent = missingAuc(values, labels)
    const leaks: Leak[] = []
    const statistic = "AUC of the column alone"
    if (value >= COPY) {
      const why = `${name} tells the label of all but ${percent(1 - value)} of pairs: it is the label, or was written with it`
      leaks.push({ kind: "label copy", column: name, statistic, value, threshold: COPY, rows: firstPositives(labels), why })
    } else if (value >= suspicious && !(absent >= suspicious)) {
      const why = `${name} alone orders ${percent(value)} of pairs right: find out when it is written, before or after the outcome`
      leaks.push({ kind: "tells the label", column: name, statistic, value, threshold: suspicious, rows: firstPositives(labels), why })
    }
    if (absent >= suspicious && value < COPY) {
      const rows = firstWhere(values.length, (row) => isMissing(values[row]))
      const why = `whether ${name} is there tells the label: it is filled in by what happened`
      const place = { column: name, statistic: "AUC of being missing", value: absent, threshold: suspicious, rows }
      leaks.push({ kind: "missing tells the label", ...place, why })
    }
    return leaks
  })
}

/** Moments after the decision they are read for. */
function futureValues(cells: readonly Cells[], { times, timeColumns = [] }: LeakSearch): Leak[] {
  if (times === undefined) return []
  return cells.flatMap(({ name, values }): Leak[] => {
    if (!timeColumns.includes(name) || isWords(values)) return []
    const rows = firstWhere(values.length, (row) => values[row]! > times[row]!, values.length)
    if (rows.length === 0) return []
    const share = rows.length / values.length
    const why = `${name} is later than the decision in ${rows.length} rows: it was not known then`
    const place = { column: name, statistic: "share of rows after the decision", value: share, threshold: 0, rows: rows.slice(0, 5) }
    return [{ kind: "from the future", ...place, why }]
  })
}

/**
 * Numbers that are the same in all rows of a group and follow the group's label rate or its number of rows: means and counts over the whole
 * period, the future and the row's own label included.
 */
function aggregateLeaks(cells: readonly Cells[], { labels, groups }: LeakSearch): Leak[] {
  if (groups === undefined) return []
  const byGroup = gather(groups)
  const several = [...byGroup.values()].filter((rows) => rows.length >= 2)
  if (several.length < 10) return []
  const rates = Float64Array.from(several, (rows) => meanOf(rows.map((row) => labels[row]!)))
  const counts = Float64Array.from(several, (rows) => rows.length)
  return cells.flatMap(({ name, values }): Leak[] => {
    if (isWords(values)) return []
    if (!several.every((rows) => rows.every((row) => Object.is(values[row], values[rows[0]!]) || values[row] === values[rows[0]!])))
      return []
    const own = Float64Array.from(several, (rows) => values[rows[0]!]!)
    for (const [what, other] of [
      ["label rate", rates],
      ["number of rows", counts],
    ] as const) {
      const value = Math.abs(rankCorrelation(own, other))
      if (!(value >= 0.95)) continue
      const why = `${name} is one number for each group and follows the group's ${what} over all rows, those still to come included`
      const statistic = `rank correlation with the group's ${what}`
      return [
        { kind: "aggregate with the label in it", column: name, statistic, value, threshold: 0.95, rows: several[0]!.slice(0, 5), why },
      ]
    }
    return []
  })
}

/** Running numbers that step with the label of their own row: they were updated before they were read. */
function movingLeaks(cells: readonly Cells[], { labels, groups, times, suspicious = 0.97 }: LeakSearch): Leak[] {
  if (groups === undefined || times === undefined) return []
  const inTurn = [...gather(groups).values()].map((rows) => rows.toSorted((a, b) => times[a]! - times[b]! || a - b))
  return cells.flatMap(({ name, values }): Leak[] => {
    if (isWords(values)) return []
    const steps = new Float64Array(values.length).fill(Number.NaN)
    for (const rows of inTurn) for (let i = 1; i < rows.length; i++) steps[rows[i]!] = values[rows[i]!]! - values[rows[i - 1]!]!
    const value = areaUnderRoc(steps, labels)
    if (!(Math.max(value, 1 - value) >= suspicious)) return []
    const rows = firstWhere(values.length, (row) => !Number.isNaN(steps[row]!) && labels[row]! > 0)
    const why = `${name} goes up in the very row whose label is 1: it is read after it was updated`
    const place = { column: name, statistic: "AUC of the step from the group's row before", value: Math.max(value, 1 - value) }
    return [{ kind: "moves with the label", ...place, threshold: suspicious, rows, why }]
  })
}

/** Groups, and whole rows, on both sides of a split. */
function sharedLeaks(cells: readonly Cells[], { groups, split }: LeakSearch): Leak[] {
  if (split === undefined) return []
  const rowKey = (row: number) => cells.map(({ values }) => values[row]).join("\u001f")
  const kinds = [
    ...(groups === undefined ? [] : [{ kind: "shared groups" as const, keyOf: (row: number) => groups[row]!, what: "group" }]),
    { kind: "shared rows" as const, keyOf: rowKey, what: "values in every column" },
  ]
  return kinds.flatMap(({ kind, keyOf, what }) => {
    const known = new Set(Array.from(split.train, keyOf))
    // Where most rows repeat, as with a few short categories, they meet in both parts without being the same case; groups never should.
    if (kind === "shared rows" && known.size < split.train.length / 2) return []
    const threshold = kind === "shared rows" ? 0.01 : 0
    return (["validation", "test"] as const).flatMap((part): Leak[] => {
      const shared = Array.from(split[part]).filter((row) => known.has(keyOf(row)))
      const value = shared.length / split[part].length
      if (!(value > threshold)) return []
      const why = `${percent(value)} of ${part} has the same ${what} as a row of train`
      return [{ kind, column: part, statistic: `share of ${part} also in train`, value, threshold, rows: shared.slice(0, 5), why }]
    })
  })
}

function gather(groups: ArrayLike<number | string>): Map<number | string, number[]> {
  const byGroup = new Map<number | string, number[]>()
  for (let row = 0; row < groups.length; row++) {
    const rows = byGroup.get(groups[row]!)
    if (rows === undefined) byGroup.set(groups[row]!, [row])
    else rows.push(row)
  }
  return byGroup
}

/** Spearman's correlation; NaN when either is constant. */
function rankCorrelation(a: Float64Array, b: Float64Array): number {
  const [x, y] = [ranks(a), ranks(b)]
  const middle = (x.length - 1) / 2
  let [both, left, right] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    both += (x[i]! - middle) * (y[i]! - middle)
    left += (x[i]! - middle) ** 2
    right += (y[i]! - middle) ** 2
  }
  return both / Math.sqrt(left * right)
}

/** Ranks from 0, ties sharing their mean; missing ones are below all. */
function ranks(given: Float64Array): Float64Array {
  const values = given.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value))
  const places = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b))
  const found = new Float64Array(values.length)
  for (let from = 0, to = 0; from < places.length; from = to) {
    while (to < places.length && values[places[to]!] === values[places[from]!]) to++
    for (let i = from; i < to; i++) found[places[i]!] = (from + to - 1) / 2
  }
  return found
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

function firstWhere(rows: number, is: (row: number) => boolean, most = 5): number[] {
  const found: number[] = []
  for (let row = 0; row < rows && found.length < most; row++) if (is(row)) found.push(row)
  return found
}

const firstPositives = (labels: ArrayLike<number>) => firstWhere(labels.length, (row) => labels[row]! > 0)
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`
