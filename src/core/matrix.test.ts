import { expect, test } from "vitest"
import { matrix, matrixFrom, row } from "./matrix.ts"

test("rows are views into one array", () => {
  const m = matrixFrom([
    [1, 2, 3],
    [4, Number.NaN, 6],
  ])
  expect([m.rows, m.cols]).toEqual([2, 3])
  row(m, 1)[0] = 40
  expect([...m.data]).toEqual([1, 2, 3, 40, Number.NaN, 6])
})

test("a matrix is zeros, or a view over the data given", () => {
  const data = Float32Array.of(1, 2)
  expect(matrix(1, 2, data).data).toBe(data)
  expect([...matrix(2, 2).data]).toEqual([0, 0, 0, 0])
  expect([matrixFrom([]).rows, matrixFrom([]).cols]).toEqual([0, 0])
})

test("lengths that do not fit are refused", () => {
  expect(() => matrix(2, 3, new Float32Array(5))).toThrow("matrix: expected 2 x 3 = 6 numbers, came 5.")
  expect(() => matrixFrom([[1, 2], [3]])).toThrow("matrixFrom: expected 2 numbers a row, came 1 in row 1.")
})
