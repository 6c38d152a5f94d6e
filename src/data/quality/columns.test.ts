import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { cellsOf, tableFromText } from "./cells.ts"
import { irrelevantColumns, missingValues, outliers } from "./columns.ts"
import { tableFrom } from "./table.test.helper.ts"

const NO = Number.NaN

test("missing values by column, and what may stand for them", () => {
  const table = tableFrom([
    { name: "age", values: Float64Array.of(30, NO, 41, 999, 25, 999, NO) },
    { name: "city", values: ["Rome", null, "unknown", "N/A", "Oslo", "unknown", "Rome"] },
    { name: "balance", values: Float64Array.of(-1, -5, 20, -1, 3, 4, 5) },
    { name: "visits", values: Float64Array.of(-1, 5, 20, -1, 3, 4, 5) },
  ])
  expect(missingValues(table)).toEqual([
    { name: "age", missing: 2, share: 2 / 7, firstRows: [1, 6], suspects: [{ value: "999", count: 2 }] },
    {
      ...{ name: "city", missing: 1, share: 1 / 7, firstRows: [1] },
      suspects: [
        { value: "unknown", count: 2 },
        { value: "N/A", count: 1 },
      ],
    },
    { name: "balance", missing: 0, share: 0, firstRows: [], suspects: [] },
    { name: "visits", missing: 0, share: 0, firstRows: [], suspects: [{ value: "-1", count: 2 }] },
  ])
})

test("outliers by robust z-score; columns without spread or with few values have none", () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 100, NO)
  const [found, ...others] = outliers(
    tableFrom([
      { name: "a", values },
      { name: "flat", values: new Float64Array(9) },
      { name: "word", values: Array(9).fill("x") },
      { name: "mostly zero", values: Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 5) },
    ]),
  )
  // Median 4.5, deviations 0.5 0.5 1.5 1.5 2.5 2.5 3.5 95.5: MAD 2.
  expect(found).toMatchObject({ name: "a", count: 1, share: 1 / 8, firstRows: [7] })
  expect(found!.largest).toBeCloseTo(95.5 / (1.4826 * 2), 10)
  expect([found!.low, found!.high]).toEqual([4.5 - 3.5 * 1.4826 * 2, 4.5 + 3.5 * 1.4826 * 2])
  expect(others.map(({ name, firstRows }) => [name, firstRows])).toEqual([["mostly zero", [8]]])
  const draw = random(1)
  const normal = tableFrom([{ name: "normal", values: Float64Array.from({ length: 20_000 }, () => draw.normal()) }])
  expect(outliers(normal)[0]!.share).toBeLessThan(0.001)
})

test("planted noise is dropped and planted signal kept, ten of ten", () => {
  const draw = random(2)
  const rows = 4000
  const signals = Array.from({ length: 10 }, () => Float64Array.from({ length: rows }, () => draw.normal()))
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    const logit = signals.reduce((sum, signal, i) => sum + (i % 2 === 0 ? 0.5 * signal[row]! : 0.5 * (Math.abs(signal[row]!) - 0.8)), 0)
    return draw.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
  })
  const noise = Array.from({ length: 10 }, (_, i) => ({
    name: `noise ${i}`,
    values: Float64Array.from({ length: rows }, () => draw.normal()),
  }))
  const columns = [
    ...signals.map((values, i) => ({ name: `signal ${i}`, values })),
    ...noise,
    { name: "constant", values: new Float64Array(rows).fill(7) },
    { name: "almost", values: Float64Array.from({ length: rows }, (_, row) => (row === 9 ? 1 : 0)) },
    { name: "id", values: Array.from({ length: rows }, (_, row) => `row-${row}`) },
    { name: "twice", values: signals[3]!.map((value) => -2 * value) },
  ]
  const found = irrelevantColumns(tableFrom(columns), labels)
  expect(found.filter(({ name }) => name.startsWith("noise"))).toHaveLength(10)
  expect(found.filter(({ name }) => name.startsWith("signal"))).toEqual([])
  expect(found.filter(({ name }) => !name.startsWith("noise"))).toEqual([
    { name: "constant", why: "constant", evidence: 1 },
    { name: "almost", why: "almost constant", evidence: 1 - 1 / rows },
    { name: "id", why: "different in every row", evidence: 1 },
    { name: "twice", why: "copy of another column", evidence: 1, of: "signal 3" },
  ])
})

test("a table from text: numbers where every value is one, words where named or not", () => {
  const cells = [
    ["1", "a", "7"],
    ["", "", ""],
    ["2.5", "3", "8"],
  ]
  const table = tableFromText(["n", "w", "code"], cells, ["code"])
  expect(cellsOf(table).map(({ name, values }) => [name, ...values])).toEqual([
    ["n", 1, NO, 2.5],
    ["w", "a", null, "3"],
    ["code", "7", null, "8"],
  ])
})
