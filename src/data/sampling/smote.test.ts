import fc from "fast-check"
import { expect, test } from "vitest"
import { matrix, matrixFrom, random } from "../../core/index.ts"
import { exactNeighbours, smote } from "./smote.ts"

test.each([
  { name: "nearest first", row: 0, k: 2, expected: [2, 3] },
  { name: "ties by place", row: 2, k: 3, expected: [0, 1, 3] },
])("neighbours: $name", ({ row, k, expected }) => {
  const rows = matrixFrom([
    [0, 0],
    [2, 0],
    [1, 0],
    [1, 1.5],
  ])
  expect([...exactNeighbours(rows, row, k)]).toEqual(expected)
})

test("neighbours ignore columns that either row misses", () => {
  const rows = matrixFrom([
    [0, Number.NaN],
    [3, 9],
    [1, 5],
  ])
  expect([...exactNeighbours(rows, 0, 2)]).toEqual([2, 1])
})

const table = fc.tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }), fc.integer()).map(([rows, cols, seed]) => {
  const draw = random(seed)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => draw.normal()),
  )
})

test("property: each synthetic row lies on the segment to one of the k nearest neighbours, bases in turn", () => {
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 30 }), fc.integer(), (minority, k, count, seed) => {
      const { rows, base, towards, gap } = smote(minority, { seed, count, k })
      expect([rows.rows, rows.cols]).toEqual([count, minority.cols])
      const uses = new Uint32Array(minority.rows)
      for (let i = 0; i < count; i++) {
        uses[base[i]!]! += 1
        expect([...exactNeighbours(minority, base[i]!, Math.min(k, minority.rows - 1))]).toContain(towards[i])
        for (let col = 0; col < minority.cols; col++) {
          const [from, to] = [minority.data[base[i]! * minority.cols + col]!, minority.data[towards[i]! * minority.cols + col]!]
          expect(rows.data[i * minority.cols + col]).toBeCloseTo(from + gap[i]! * (to - from), 5)
        }
      }
      expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1)
    }),
  )
})

test("neighbours can be passed in; a missing value comes from the base; same seed, same rows", () => {
  const minority = matrixFrom([
    [0, Number.NaN],
    [4, 8],
  ])
  const options = { seed: 3, count: 4, neighbours: (_: unknown, row: number) => [1 - row] }
  const { rows, base, gap } = smote(minority, options)
  for (let i = 0; i < 4; i++) {
    expect(rows.data[2 * i]).toBeCloseTo(base[i] === 0 ? 4 * gap[i]! : 4 - 4 * gap[i]!, 5)
    expect(rows.data[2 * i + 1]).toBe(base[i] === 0 ? Number.NaN : 8)
  }
  expect(smote(minority, options)).toEqual(smote(minority, options))
  expect(() => smote(matrixFrom([[1]]), { seed: 1, count: 1 })).toThrow("at least 2 rows")
})
