import { describe, expect, test } from "vitest"
import { cinemaRecords, cinemaSchema, logOf } from "../../../test/fakes/data-page.ts"
import type { LogRecord } from "../../core/index.ts"
import { dataCard } from "./data-card.ts"
import { type DataPageOptions, dataPage } from "./data-page.ts"
import { checkSchema, freezeSchema } from "./data-schema.ts"
import { renderDataPage } from "./render-data-page.ts"
import { categoryDrift, numberDrift } from "./span-drift.ts"
import { histogramOf, sparkline } from "./sparkline.ts"

const pageOf = (records: readonly LogRecord[], options: Partial<DataPageOptions> = {}) =>
  dataPage(() => logOf(records), { schema: cinemaSchema, system: "films", ...options })
const cardOf = (records: readonly LogRecord[]) => dataCard(logOf(records), { schema: cinemaSchema })

test("the page people read", async () => {
  const frozen = freezeSchema(await cardOf(cinemaRecords()))
  const strange: LogRecord = { id: "x", timestamp: 0, event: "item", item: "x", fields: { genre: "Western", minutes: 900 } }
  const page = await pageOf([...cinemaRecords(), strange], { frozen })
  await expect(renderDataPage(page, "Data of films")).toMatchFileSnapshot("../../../test/golden/data-page.txt")
  expect(JSON.parse(JSON.stringify(page))).toEqual(page)
})

test("the same log gives the same page, however it is cut into batches", async () => {
  const [once, again] = [
    await pageOf(cinemaRecords()),
    await dataPage(() => logOf(cinemaRecords(), 7), { schema: cinemaSchema, system: "films" }),
  ]
  expect(again).toEqual(once)
})

test("what was planted is found: tastes turned to horror halfway, clicks and hours stayed", async () => {
  const { drift } = await pageOf(cinemaRecords())
  const verdicts = Object.fromEntries(drift!.columns.map(({ column, verdict }) => [column, verdict]))
  expect(verdicts).toMatchObject({ "item.genre": "shifted", type: "stable", weekday: "stable" })
  expect(drift!.columns.find(({ column }) => column === "item.genre")!.detail).toMatch(/^Horror/)
})

test("an item field that was written after the outcome is found by name", async () => {
  const planted: LogRecord[] = []
  // Every list shows one film that will be liked and one that will not; the field knows which.
  for (let i = 0; i < 40; i++)
    planted.push({ id: `g${i}`, timestamp: 0, event: "item", item: `g${i}`, fields: { minutes: i < 20 ? 1 : 0, year: 1990 + (i % 7) } })
  for (let i = 0; i < 300; i++) {
    const [good, bad] = [`g${i % 20}`, `g${20 + ((i * 7) % 20)}`]
    const time = 1e12 + i * 3_600_000
    planted.push({
      id: `r${i}`,
      timestamp: time,
      event: "impression",
      system: "films",
      items: [{ id: i % 2 ? good : bad }, { id: i % 2 ? bad : good }],
      request: `r${i}`,
    })
    planted.push({ id: `k${i}`, timestamp: time + 1, event: "interaction", item: good, type: "like", request: `r${i}`, user: "u" })
  }
  const page = await pageOf(planted)
  expect(page.leaks!.map(({ kind, column }) => [kind, column])).toContainEqual(["label copy", "item.minutes"])
  expect(page.leaks!.some(({ column }) => column === "item.year" || column === "place")).toBe(false)
  expect(renderDataPage(page, "t")).toContain("item.minutes: label copy")
  expect((await pageOf(cinemaRecords())).leaks).toEqual([])
})

test("spans of one's own; one that ends before it begins is refused", async () => {
  const span = (from: string, to: string) => ({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` })
  const [early, later] = [span("2026-01-01", "2026-01-08"), span("2026-01-08", "2026-01-15")]
  const { drift } = await pageOf(cinemaRecords(), { spans: { before: early, after: later } })
  expect(drift!.columns.every(({ verdict }) => verdict === "stable")).toBe(true)
  const backwards = { before: span("2026-02-01", "2026-01-01"), after: later }
  await expect(pageOf(cinemaRecords(), { spans: backwards })).rejects.toThrow("span before: expected a time and a later one")
})

test("rates over time by hand: three days, half of what was shown led to something on the second", async () => {
  const day = 86_400_000
  const shown = (time: number): LogRecord => ({
    id: `s${time}`,
    timestamp: time,
    event: "impression",
    system: "films",
    items: [{ id: "a" }, { id: "b" }],
  })
  const click = (time: number, value: number): LogRecord => ({
    id: `c${time}`,
    timestamp: time,
    event: "interaction",
    item: "a",
    type: "click",
    request: "s",
    value,
  })
  const { rates } = await pageOf([shown(0), shown(day + 1), click(day + 2, 3), click(2 * day + 5, 5)])
  expect(rates!.width).toBe("day")
  expect(rates!.buckets.map(({ shown, interactions, labelRate, meanValue }) => [shown, interactions, labelRate, meanValue])).toEqual([
    [2, 0, 0, null],
    [2, 1, 0.5, 3],
    [0, 1, null, 5],
  ])
})

test("no times, and nothing at all, are no errors", async () => {
  const timeless = await pageOf([{ id: "c", timestamp: 5, event: "interaction", item: "a", type: "click" }])
  expect([timeless.rates, timeless.drift]).toEqual([undefined, undefined])
  expect(renderDataPage(timeless, "t")).toContain("the data has no times")
  expect((await pageOf([])).advice).toEqual([])
})

describe("a frozen schema", () => {
  const item = (id: string, fields: Record<string, string | number | null>): LogRecord => ({
    id,
    timestamp: 0,
    event: "item",
    item: id,
    fields,
  })
  const films = Array.from({ length: 40 }, (_, i) =>
    item(`f${i}`, { title: `t ${i}`, genre: i % 2 === 0 ? "Comedy" : "Drama", minutes: 90 + i, year: 2000 }),
  )
  const click = (type: string): LogRecord => ({ id: type, timestamp: 0, event: "interaction", item: "f1", type })
  const freeze = async () => freezeSchema(await cardOf([...films, click("click")]))

  test("is passed by the data it was frozen from, and survives its file", async () => {
    const schema = JSON.parse(JSON.stringify(await freeze()))
    expect(checkSchema(schema, await cardOf([...films, click("click")]))).toEqual([])
    expect(schema.fields["item.genre"]).toMatchObject({
      type: "category",
      category: "nominal",
      values: ["Comedy", "Drama"],
      presentAtLeast: 0.95,
    })
  })

  test.each([
    {
      name: "a number out of range",
      more: [item("x", { title: "t", genre: "Drama", minutes: 500, year: 2000 })],
      field: "item.minutes",
      rule: "range",
    },
    {
      name: "a new value",
      more: [item("x", { title: "t", genre: "Western", minutes: 90, year: 2000 })],
      field: "item.genre",
      rule: "values",
    },
    { name: "gaps", more: Array.from({ length: 10 }, (_, i) => item(`f${i}`, { year: null })), field: "item.year", rule: "present" },
    { name: "another type of interaction", more: [click("hide")], field: "hide", rule: "interaction type" },
  ])("$name is told by name", async ({ more, field, rule }) => {
    const violations = checkSchema(await freeze(), await cardOf([...films, click("click"), ...more]))
    expect(violations).toMatchObject([{ field, rule }])
  })

  test("fields that came or went are told", async () => {
    const schema = await freeze()
    const { "item.year": year, ...rest } = schema.fields
    const card = await cardOf([...films, click("click")])
    expect(checkSchema({ ...schema, fields: rest }, card)).toMatchObject([{ field: "item.year", rule: "new field" }])
    expect(checkSchema({ ...schema, fields: { ...schema.fields, "item.gone": year! } }, card)).toMatchObject([
      { field: "item.gone", rule: "missing field" },
    ])
  })
})

test("drift of one column, by hand", () => {
  const moved = categoryDrift("c", [...Array(500).fill("a"), ...Array(500).fill("b")], [...Array(800).fill("a"), ...Array(200).fill("b")])
  expect(moved).toMatchObject({ verdict: "shifted", detail: "a 50 % to 80 %" })
  const numbers = Array.from({ length: 1000 }, (_, i) => i)
  expect(numberDrift("n", numbers, numbers)).toMatchObject({ verdict: "stable", psi: 0, distance: 0 })
  expect(
    numberDrift(
      "n",
      numbers,
      numbers.map((x) => x + 300),
    ),
  ).toMatchObject({ verdict: "shifted", detail: "mean 500 to 800" })
  const many = Array.from({ length: 1000 }, (_, i) => `v${i % 200}`)
  expect(categoryDrift("many", many, many)).toMatchObject({ psi: 0, distance: 0 })
})

test("sparklines and histograms", () => {
  expect(sparkline([0, 1, 4, 8])).toBe(" ▁▄█")
  expect(sparkline([])).toBe("")
  expect(histogramOf([1, 2, 3, 4, Number.NaN], 2)).toEqual({ min: 1, max: 4, counts: [2, 2] })
  expect(histogramOf([7, 7])).toEqual({ min: 7, max: 7, counts: [2] })
  expect(histogramOf([]).counts).toEqual([])
})
