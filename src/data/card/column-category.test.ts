import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type ColumnCategory, columnCategory } from "./column-category.ts"
import { amountOf, orderOf } from "./ordered-words.ts"

const columns = JSON.parse(readFileSync(new URL("../../../test/fixtures/data/columns.json", import.meta.url), "utf8")) as {
  readonly name: string
  readonly category: ColumnCategory
  readonly values: unknown[]
}[]

describe("twenty labelled columns", () => {
  test("there are twenty, and every category but vectors is among them", () => {
    expect(columns).toHaveLength(20)
    expect(new Set(columns.map(({ category }) => category)).size).toBe(9)
  })
  test.each(columns)("$name is $category", ({ name, category, values }) => {
    expect(columnCategory(name, values).category).toBe(category)
  })
})

test("lists of numbers are vectors", () => {
  expect(
    columnCategory("embedding", [
      [0.1, 0.2],
      [1, 2],
    ]).category,
  ).toBe("vector")
})

test.each([
  { name: "objects", values: [{ a: 1 }], words: 'an object {"a":1}' },
  { name: "nothing", values: [null, "", "NaN"], words: "a value to judge by, came none" },
  { name: "lists of lists", values: [[[1]]], words: "lists of them" },
])("refused: $name", ({ values, words }) => {
  expect(() => columnCategory("odd", values)).toThrow(words)
})

test.each([
  { words: ["high", "low", "medium"], order: ["low", "medium", "high"] },
  { words: ["more than 30", "1 to 7", "none", "8 to 15"], order: ["none", "1 to 7", "8 to 15", "more than 30"] },
  { words: ["under 6 months", "4 to 8 years", "no change", "1 year"], order: ["no change", "under 6 months", "1 year", "4 to 8 years"] },
  { words: ["over 65", "16 to 17", "31 to 35"], order: ["16 to 17", "31 to 35", "over 65"] },
])("order of $words", ({ words, order }) => {
  expect(orderOf(words)).toEqual(order)
})

test("names without an order have none, and codes with digits are no amounts", () => {
  expect(orderOf(["Kyiv", "Oslo", "Lima"])).toBeUndefined()
  expect(orderOf(["A12", "B7", "C30"])).toBeUndefined()
  expect(orderOf(["3", "5", "12"])).toBeUndefined()
  expect(orderOf(["low", "high"])).toBeUndefined()
})

test.each([
  ["20000 to 29000", 24_500],
  ["1,500", 1500],
  ["6 months", 0.5],
  ["none", 0],
  ["Honda", undefined],
])("amount of %s", (word, amount) => {
  if (amount === undefined) expect(amountOf(word)).toBeUndefined()
  else expect(amountOf(word)).toBeCloseTo(amount, 9)
})
