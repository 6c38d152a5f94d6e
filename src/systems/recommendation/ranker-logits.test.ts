import { expect, test } from "vitest"
import { matrixFrom } from "../../core/index.ts"
import { logitsOf, modelFor } from "./ranker-logits.ts"
import type { RankerModel } from "./rankers.ts"

const constant = (value: number): RankerModel => ({
  logits: ({ rows }, out = new Float64Array(rows)) => out.fill(value, 0, rows),
  contributions: () => new Float64Array(2),
  save() {},
})

test("rows without a taste are scored by what they are, all others by the model, whatever else is missing", () => {
  const columns = ["year", "ease"]
  const models = { model: constant(1), modelOfNew: constant(2) }
  const rows = matrixFrom([
    [Number.NaN, 0],
    [1990, Number.NaN],
    [2000, 3],
  ])
  expect([...logitsOf(models, columns)!(rows, new Float64Array(3))]).toEqual([1, 2, 1])
  expect([...logitsOf({ ...models, modelOfNew: undefined }, columns)!(rows, new Float64Array(3))]).toEqual([1, 1, 1])
  expect(logitsOf({ model: undefined, modelOfNew: undefined }, columns)).toBeUndefined()
  expect(modelFor(models, columns, matrixFrom([[1990, Number.NaN]]))).toBe(models.modelOfNew)
  expect(modelFor(models, columns, matrixFrom([[1990, 0]]))).toBe(models.model)
})
