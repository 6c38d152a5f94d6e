import { expect, test } from "vitest"
import { sparseMatrix } from "../../core/index.ts"
import { damped } from "./damped.ts"

const matrix = sparseMatrix({ rows: 3, cols: 4 }, [0, 1, 1, 1, 1], [2, 0, 1, 2, 3])

test("damping 0 changes nothing", () => {
  expect(damped(matrix, 0)).toBe(matrix)
})

test("damping 1/2: a person with 4 items weighs half of one with 1, and all together what they did", () => {
  const { values } = damped(matrix, 0.5)
  const squares = Array.from(values!, (value) => value ** 2)
  expect(squares[0]! / squares[1]!).toBeCloseTo(2, 5)
  expect(squares.reduce((sum, value) => sum + value, 0)).toBeCloseTo(5, 5)
})

test("nobody did anything: the matrix itself", () => {
  const empty = sparseMatrix({ rows: 2, cols: 2 }, [], [])
  expect(damped(empty, 0.5)).toBe(empty)
})
