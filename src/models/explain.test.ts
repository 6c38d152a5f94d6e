import { expect, test } from "vitest"
import { type Matrix, matrix, matrixFrom, random } from "../core/index.ts"
import { partialDependence, quantileGrid } from "./partial-dependence.ts"
import { permutationImportance } from "./permutation-importance.ts"

/** Predicts `2 a + b^2`; the third column does nothing. */
const model = {
  predict({ rows, cols, data }: Matrix) {
    return Float32Array.from({ length: rows }, (_, i) => 2 * data[i * cols]! + data[i * cols + 1]! ** 2)
  },
}
const draw = random(3)
const sample = matrix(
  400,
  3,
  Float32Array.from({ length: 1200 }, () => draw.normal()),
)

test("shuffling a column costs what it explains: twice its variance times its squared slope", () => {
  const labels = model.predict(sample)
  const negativeError = (predictions: Float32Array) =>
    -predictions.reduce((sum, prediction, i) => sum + (prediction - labels[i]!) ** 2, 0) / labels.length
  const { mean, deviation, score } = permutationImportance(model, sample, negativeError, { seed: 1, repeats: 10 })
  expect(score).toBeCloseTo(0, 12)
  expect(mean[0]).toBeGreaterThan(6)
  expect(mean[0]).toBeLessThan(10)
  expect(mean[1]).toBeGreaterThan(2)
  expect(mean[1]).toBeLessThan(6)
  expect([mean[2], deviation[2]]).toEqual([0, 0])
  expect(permutationImportance(model, sample, negativeError, { seed: 1, repeats: 10 }).mean).toEqual(mean)
  expect(() => permutationImportance(model, sample, negativeError, { seed: 1, repeats: 0 })).toThrow(/1 repeat or more, came 0/)
})

test("partial dependence is the mean over the other columns", () => {
  const rows = matrixFrom([
    [1, 1, 0],
    [3, 2, 0],
  ])
  expect([...partialDependence(model, rows, 0, [0, 1, 2])]).toEqual([2.5, 4.5, 6.5])
  expect([...partialDependence(model, rows, 1, [0, 3])]).toEqual([4, 13])
  expect([...rows.data]).toEqual([1, 1, 0, 3, 2, 0])
  expect(() => partialDependence(model, rows, 3, [0])).toThrow(/a column from 0 to 2, came 3/)
})

test("a grid holds quantiles once each, missing left out", () => {
  const rows = matrixFrom([[3], [Number.NaN], [1], [1], [2], [1]])
  expect([...quantileGrid(rows, 0, 5)]).toEqual([1, 2, 3])
  expect([...quantileGrid(matrixFrom([[Number.NaN]]), 0)]).toEqual([])
})
