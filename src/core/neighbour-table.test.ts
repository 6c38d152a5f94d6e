import { expect, test } from "vitest"
import { type NeighbourTable, scoreHistory } from "./neighbour-table.ts"

/** Row 0: item 1 says 0.5, item 2 says -1; row 1: item 0 says 2; row 2: nothing. */
const table: NeighbourTable = {
  rows: 3,
  cols: 3,
  offsets: Uint32Array.of(0, 2, 3, 3),
  indices: Uint32Array.of(1, 2, 0),
  values: Float32Array.of(0.5, -1, 2),
}

test.each([
  { name: "two items", history: [0, 1], weights: undefined, expected: [2, 0.5, -1] },
  { name: "an item twice counts twice", history: [0, 0], weights: undefined, expected: [0, 1, -2] },
  { name: "weights scale their rows", history: [0, 1], weights: [2, 0.5], expected: [1, 1, -2] },
  { name: "an item newer than the table is skipped", history: [7, 1], weights: [9, 1], expected: [2, 0, 0] },
  { name: "no history", history: [], weights: undefined, expected: [0, 0, 0] },
])("scores of $name", ({ history, weights, expected }) => {
  const out = new Float32Array(3)
  scoreHistory(table, Uint32Array.from(history), weights && Float32Array.from(weights), out)
  expect([...out]).toEqual(expected)
})

test("scores are added to what is there", () => {
  const out = Float32Array.of(1, 1, 1)
  scoreHistory(table, Uint32Array.of(0), undefined, out)
  expect([...out]).toEqual([1, 1.5, 0])
})

test("sizes that do not fit are refused", () => {
  expect(() => scoreHistory(table, new Uint32Array(1), undefined, new Float32Array(2))).toThrow("came 2 and 1.")
  expect(() => scoreHistory(table, new Uint32Array(1), new Float32Array(2), new Float32Array(3))).toThrow("came 3 and 2.")
})
