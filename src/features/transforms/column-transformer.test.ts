import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { numberColumn, random, type Table, tableFromRecords, tableOf, takeRows, wordColumn } from "../../core/index.ts"
import * as t from "./index.ts"

const NaNs = Number.NaN
const table = tableOf({
  age: numberColumn([20, NaNs, 40, 60]),
  price: numberColumn([1, 10, 100, 1000]),
  make: wordColumn(["kia", "vw", null, "kia"]),
  city: wordColumn(["a", "b", "c", "d"]),
  size: wordColumn(["small", "large", "medium", "small"]),
})
const labels = [0, 1, 1, 0]

const plan = () =>
  t.columnTransformer([
    { of: ["age"], steps: [t.missingIndicator(), t.impute(), t.minMax()] },
    { of: ["price"], steps: [t.log1p(), t.zScore()] },
    { of: ["make"], steps: [t.oneHot({ missing: true })] },
    { of: ["city"], read: t.vocabulary({ atLeast: 2 }), steps: [t.targetEncode({ folds: 2 })] },
    { of: ["size"], read: t.vocabulary({ order: ["small", "medium", "large"] }) },
    { of: ["city", "make"], read: t.hashing({ size: 4 }) },
  ])

test("columns by name, steps in turn, groups side by side", async () => {
  const fitted = await plan().fit({ table, labels }, { seed: 1 })
  expect(fitted.columns).toEqual([
    ...["age", "age missing", "price", "make=kia", "make=vw", "make missing", "city rate", "size"],
    ...[0, 1, 2, 3].map((slot) => `city+make #${slot}`),
  ])
  const out = fitted.transform(table)
  expect(Array.from(out.data.subarray(0, 2))).toEqual([0, 0])
  expect(Array.from(out.data.subarray(out.cols, out.cols + 2))).toEqual([0.5, 1])
  expect(Array.from({ length: 4 }, (_, row) => out.data[row * out.cols + 7])).toEqual([1, 3, 2, 1])
})

test("one row online, from JSON, gets the bits that the table gets; unseen words are other", async () => {
  const fitted = await plan().fit({ table, labels }, { seed: 1 })
  const whole = fitted.transform(table)
  const online = tableFromRecords([{ age: 40, price: 100, make: null, city: "c", size: "medium" }])
  expect(Array.from(fitted.transform(online).data)).toEqual(Array.from(whole.data.subarray(2 * whole.cols, 3 * whole.cols)))
  const strange = fitted.transform(tableFromRecords([{ age: 1, price: -5, make: "fiat", city: "z", size: "huge" }]))
  expect(Array.from(strange.data.subarray(3, 6))).toEqual([0, 0, 0])
  expect(strange.data.some(Number.isNaN)).toBe(false)
})

test("training rows are out of fold, and the rest as transform gives it", async () => {
  const { fitted, rows } = await plan().fitTransform({ table, labels }, { seed: 1 })
  const again = fitted.transform(table)
  for (let at = 0; at < rows.data.length; at++) {
    if (at % rows.cols !== fitted.columns.indexOf("city rate")) expect(rows.data[at]).toBe(again.data[at])
  }
})

test("it saves into a bundle and loads to the same bits", async () => {
  const fitted = await plan().fit({ table, labels }, { seed: 1 })
  const bundle = memoryBundle()
  fitted.save(bundle.writer)
  const loaded = t.loadColumnTransformer(bundle.reader)
  expect(loaded.columns).toEqual(fitted.columns)
  expect(loaded.transform(table)).toEqual(fitted.transform(table))
  const second = memoryBundle()
  loaded.save(second.writer)
  expect(second.bytes()).toEqual(bundle.bytes())
  expect(JSON.parse(JSON.stringify(plan().config))).toEqual(plan().config)
})

test("fitted on train only: other test rows change nothing that was learnt", async () => {
  const chance = random(1)
  const wide: Table = tableOf({ x: numberColumn(Float64Array.from({ length: 100 }, () => chance.normal())) })
  const train = takeRows(
    wide,
    Array.from({ length: 50 }, (_, i) => i),
  )
  const fitted = await t.columnTransformer([{ of: ["x"], steps: [t.zScore()] }]).fit({ table: train }, { seed: 1 })
  const alone = fitted.transform(train)
  expect(Array.from(fitted.transform(wide).data.subarray(0, 50))).toEqual(Array.from(alone.data))
})

test.each([
  { name: "no groups", groups: [], words: "groups of one column or more" },
  { name: "a column that is not there", groups: [{ of: ["agee"] }], words: "a column among age, city, make, price, size" },
  { name: "words read as numbers", groups: [{ of: ["make"], read: t.numbers() }], words: "numbers in make, came words" },
  { name: "words and numbers together", groups: [{ of: ["make", "age"] }], words: "numbers or words in a group" },
])("refused: $name", async ({ groups, words }) => {
  await expect(async () => t.columnTransformer(groups).fit({ table }, { seed: 1 })).rejects.toThrow(words)
})

test("labels of another length are refused", async () => {
  await expect(plan().fit({ table, labels: [1] }, { seed: 1 })).rejects.toThrow("expected 4 labels, came 1")
})

test("progress never falls and ends at 1; a stop signal stops it", async () => {
  const heard: number[] = []
  await plan().fit({ table, labels }, { seed: 1, onProgress: (done) => heard.push(done) })
  expect(heard).toEqual(heard.toSorted((a, b) => a - b))
  expect(heard.at(-1)).toBe(1)
  await expect(plan().fit({ table, labels }, { seed: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" })
})
