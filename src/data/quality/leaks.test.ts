import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { splitByGroup, splitByRatio } from "../splits/split.ts"
import { aloneAuc, areaUnderRoc, buckets } from "./association.ts"
import { findLeaks, type LeakSearch } from "./leaks.ts"
import { tableFrom, type Written } from "./table.test.helper.ts"

/** 3,000 decisions about 200 people: honest columns that say something, and the means to plant leaks among them. */
function world(seed: number) {
  const draw = random(seed)
  const rows = 3000
  const groups = Array.from({ length: rows }, () => `u${draw.integer(200)}`)
  const taste = new Map(Array.from({ length: 200 }, (_, user) => [`u${user}`, draw.normal()]))
  const times = Float64Array.from({ length: rows }, (_, row) => 1e12 + row * 60_000)
  const quality = Float64Array.from({ length: rows }, () => draw.normal())
  const labels = Float64Array.from({ length: rows }, (_, row) =>
    draw.next() < 1 / (1 + Math.exp(-quality[row]! - taste.get(groups[row]!)! + 0.5)) ? 1 : 0,
  )
  /** The running mean of a person's labels: before or after the row itself is counted. */
  const running = (own: boolean) => {
    const sums = new Map<string, [number, number]>()
    return Float64Array.from({ length: rows }, (_, row) => {
      const [sum, count] = sums.get(groups[row]!) ?? [1, 3]
      const next: [number, number] = [sum + labels[row]!, count + 1]
      sums.set(groups[row]!, next)
      return own ? next[0] / next[1] : sum / count
    })
  }
  const whole = (of: (row: number) => number) => {
    const sums = new Map<string, [number, number]>()
    for (let row = 0; row < rows; row++) {
      const [sum, count] = sums.get(groups[row]!) ?? [0, 0]
      sums.set(groups[row]!, [sum + of(row), count + 1])
    }
    return { sum: (row: number) => sums.get(groups[row]!)![0], count: (row: number) => sums.get(groups[row]!)![1] }
  }
  const column = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row))
  const honest: Written[] = [
    { name: "quality", values: quality },
    { name: "noise", values: column(() => draw.normal()) },
    { name: "mean so far", values: running(false) },
    { name: "device", values: Array.from({ length: rows }, () => ["phone", "desk", null][draw.integer(3)]!) },
    { name: "born", values: column((row) => times[row]! - 1e9 * (1 + groups[row]!.length)) },
  ]
  const total = whole((row) => labels[row]!)
  const leaky: Written[] = [
    { name: "paid", values: column((row) => (labels[row] === 1 ? 9.5 : 0)) },
    { name: "play time", values: column((row) => labels[row]! * 5 + draw.normal()) },
    { name: "refund code", values: Array.from({ length: rows }, (_, row) => (labels[row] === 1 ? `c${draw.integer(9)}` : null)) },
    { name: "last seen", values: column((row) => times[row]! + (row % 50 === 7 ? 3_600_000 : -60_000)) },
    { name: "user rate", values: column((row) => total.sum(row) / total.count(row)) },
    { name: "user visits", values: column((row) => total.count(row)) },
    { name: "mean with this", values: running(true) },
  ]
  return { rows, groups, times, labels, honest, leaky, timeColumns: ["born", "last seen"] }
}

const look = (columns: readonly Written[], search: Omit<LeakSearch, "table">) => findLeaks({ ...search, table: tableFrom(columns) })

test.each([1, 2, 3])("seed %i: each planted leak is found by name and kind, honest columns are not", (seed) => {
  const { labels, times, groups, timeColumns, honest, leaky } = world(seed)
  const found = look([...honest, ...leaky], { labels, times, groups, timeColumns })
  expect(found.map(({ column, kind }) => `${column}: ${kind}`).sort()).toEqual([
    "last seen: from the future",
    "mean with this: moves with the label",
    "paid: label copy",
    "play time: tells the label",
    "refund code: label copy",
    "user rate: aggregate with the label in it",
    "user visits: aggregate with the label in it",
  ])
  expect(look(honest, { labels, times, groups, timeColumns })).toEqual([])
})

test("each leak comes with its statistic, the threshold, and first rows that show it", () => {
  const { labels, times, groups, timeColumns, leaky } = world(4)
  const byColumn = new Map(look(leaky, { labels, times, groups, timeColumns }).map((leak) => [leak.column, leak]))
  expect(byColumn.get("last seen")).toMatchObject({ value: 0.02, threshold: 0, rows: [7, 57, 107, 157, 207] })
  const copy = byColumn.get("paid")!
  expect([copy.statistic, copy.value, copy.rows.every((row) => labels[row] === 1)]).toEqual(["AUC of the column alone", 1, true])
  expect(byColumn.get("user rate")!.value).toBeGreaterThan(0.95)
  expect(new Set(byColumn.get("user rate")!.rows.map((row) => groups[row])).size).toBe(1)
  expect(byColumn.get("play time")!.why).toContain("find out when it is written")
})

test("a column whose absence tells the label, whatever is in it", () => {
  const { labels, honest, rows } = world(5)
  const draw = random(6)
  const stay = Float64Array.from({ length: rows }, (_, row) => (labels[row] === 1 || draw.next() < 0.03 ? draw.normal() : Number.NaN))
  const found = look([...honest, { name: "comment stay", values: stay }], { labels })
  expect(found.map(({ column, kind }) => [column, kind])).toEqual([["comment stay", "missing tells the label"]])
  expect(Number.isNaN(stay[found[0]!.rows[0]!])).toBe(true)
})

test("groups and rows on both sides of a split are told, by part; a split by group shares none", () => {
  const { labels, groups, honest, rows } = world(7)
  const byRow = splitByRatio(rows, { test: 0.2, validation: 0.1 }, { seed: 1 })
  const found = look(honest, { labels, groups, split: byRow })
  expect(found.map(({ kind, column }) => `${kind}: ${column}`).sort()).toEqual(["shared groups: test", "shared groups: validation"])
  expect(found[0]!.value).toBeGreaterThan(0.9)
  expect(look(honest, { labels, groups, split: splitByGroup(groups, { test: 0.2, validation: 0.1 }, { seed: 1 }) })).toEqual([])
  const twice = honest.map(({ name, values }) => ({
    name,
    values:
      values instanceof Float64Array
        ? Float64Array.from([...values, ...values.slice(0, 300)])
        : [...[...values], ...[...values].slice(0, 300)],
  }))
  const again = splitByRatio(rows + 300, { test: 0.2 }, { seed: 2 })
  const shared = look(twice, { labels: [...labels, ...labels.slice(0, 300)], split: again })
  expect(shared.map(({ kind, column }) => [kind, column])).toEqual([["shared rows", "test"]])
})

test.each([
  { name: "perfect", scores: [1, 2, 3, 4], labels: [0, 0, 1, 1], expected: 1 },
  { name: "ties count half", scores: [1, 1, 1, 1], labels: [0, 1, 0, 1], expected: 0.5 },
  { name: "one pair of four wrong", scores: [1, 3, 2, 4], labels: [0, 0, 1, 1], expected: 0.75 },
])("area under the ROC curve: $name", ({ scores, labels, expected }) =>
  expect(areaUnderRoc(Float64Array.from(scores), labels)).toBe(expected),
)

test("a column alone: any shape counts, noise and ids do not", () => {
  const draw = random(8)
  const values = Float64Array.from({ length: 5000 }, () => draw.normal())
  const labels = values.map((value) => (Math.abs(value) < 0.7 ? 1 : 0))
  expect(aloneAuc(buckets(values), labels)).toBeGreaterThan(0.97)
  expect(aloneAuc(buckets(values.map(() => draw.normal())), labels)).toBeCloseTo(0.5, 1)
  expect(aloneAuc(buckets(Array.from(values, (_, row) => `id${row}`)), labels)).toBeCloseTo(0.5, 1)
})
