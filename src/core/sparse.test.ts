import fc from "fast-check"
import { expect, test } from "vitest"
import type { SparseMatrix } from "./matrix.ts"
import { columnCounts, type MergeRule, sparseHas, sparseMatrix, sparseRow, sparseRowValues, transpose } from "./sparse.ts"

const shape = { rows: 3, cols: 4 }

test("pairs in any order, duplicates once, empty rows kept", () => {
  const m = sparseMatrix(shape, [2, 0, 2, 2], [3, 1, 0, 3])
  expect([...m.offsets]).toEqual([0, 1, 1, 3])
  expect([...m.indices]).toEqual([1, 0, 3])
  expect(m.values).toBeUndefined()
  expect([...sparseRow(m, 2)]).toEqual([0, 3])
  expect([...columnCounts(m)]).toEqual([1, 1, 0, 1])
  expect([sparseHas(m, 2, 3), sparseHas(m, 2, 2), sparseHas(m, 1, 0)]).toEqual([true, false, false])
})

test.each<{ merge: MergeRule; expected: number }>([
  { merge: "sum", expected: 6 },
  { merge: "max", expected: 3 },
  { merge: "last", expected: 1 },
])("three values at one place, $merge: $expected", ({ merge, expected }) => {
  const m = sparseMatrix(shape, [1, 1, 1], [2, 2, 2], [2, 3, 1], merge)
  expect([...sparseRowValues(m, 1)!]).toEqual([expected])
})

test.each([
  { name: "row outside", rows: [3], cols: [0], message: "sparseMatrix: expected a row in [0, 3), came 3 in triple 0." },
  { name: "column outside", rows: [0, 0], cols: [0, 4], message: "expected a column in [0, 4), came 4 in triple 1." },
  { name: "column with a fraction", rows: [0], cols: [0.5], message: "came 0.5 in triple 0." },
  { name: "lengths differ", rows: [0], cols: [0, 1], message: "came 1 and 2." },
])("refused: $name", ({ rows, cols, message }) => {
  expect(() => sparseMatrix(shape, rows, cols)).toThrow(message)
})

const triples = fc.array(fc.tuple(fc.nat(5), fc.nat(7), fc.integer({ min: -8, max: 8 })), { maxLength: 60 })

function cells(m: SparseMatrix): Map<string, number> {
  const found = new Map<string, number>()
  for (let row = 0; row < m.rows; row++) {
    const cols = sparseRow(m, row)
    cols.forEach((col, i) => {
      if (i > 0) expect(col).toBeGreaterThan(cols[i - 1]!)
      found.set(`${row},${col}`, sparseRowValues(m, row)?.[i] ?? 1)
    })
  }
  return found
}

test("property: holds the sums a Map holds, columns ascending", () => {
  fc.assert(
    fc.property(triples, (list) => {
      const sums = new Map<string, number>()
      for (const [row, col, value] of list) sums.set(`${row},${col}`, (sums.get(`${row},${col}`) ?? 0) + value)
      const [rows, cols, values] = [0, 1, 2].map((part) => list.map((triple) => triple[part]!))
      const m = sparseMatrix({ rows: 6, cols: 8 }, rows!, cols!, values!)
      expect(new Map([...cells(m)].sort())).toEqual(new Map([...sums].sort()))
      expect(m.offsets[6]).toBe(m.indices.length)
    }),
  )
})

test("property: transposing swaps every cell, and twice gives the matrix back", () => {
  fc.assert(
    fc.property(triples, fc.boolean(), (list, weighted) => {
      const [rows, cols, values] = [0, 1, 2].map((part) => list.map((triple) => triple[part]!))
      const m = sparseMatrix({ rows: 6, cols: 8 }, rows!, cols!, weighted ? values! : undefined)
      const turned = transpose(m)
      const swapped = [...cells(turned)].map(([key, value]) => [key.split(",").reverse().join(","), value] as const)
      expect(new Map(swapped.sort())).toEqual(new Map([...cells(m)].sort()))
      expect(transpose(turned)).toEqual(m)
    }),
  )
})
