import fc from "fast-check"
import { expect, test } from "vitest"
import { matrix, matrixFrom, random } from "../../core/index.ts"
import { exactNeighbours } from "./neighbours.ts"
import { smote } from "./smote.ts"

test.each([
  { name: "nearest first", row: 0, k: 2, expected: [2, 3] },
  { name: "ties by place", row: 2, k: 3, expected: [0, 1, 3] },
])("neighbours: $name", async ({ row, k, expected }) => {
  const rows = matrixFrom([
    [0, 0],
    [2, 0],
    [1, 0],
    [1, 1.5],
  ])
  expect([...(await exactNeighbours(rows, k)).subarray(row * k, (row + 1) * k)]).toEqual(expected)
})

test("neighbours ignore columns that either row misses", async () => {
  const rows = matrixFrom([
    [0, Number.NaN],
    [3, 9],
    [1, 5],
  ])
  expect([...(await exactNeighbours(rows, 2)).subarray(0, 2)]).toEqual([2, 1])
})

const table = fc.tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }), fc.integer()).map(([rows, cols, seed]) => {
  const draw = random(seed)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => draw.normal()),
  )
})

test("property: neighbours are those of looking at every pair", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 4 }), async (rows, most) => {
      const k = Math.min(most, rows.rows - 1)
      const found = await exactNeighbours(rows, k)
      for (let row = 0; row < rows.rows; row++) {
        const distance = (other: number) => {
          let sum = 0
          for (let col = 0; col < rows.cols; col++) sum += (rows.data[row * rows.cols + col]! - rows.data[other * rows.cols + col]!) ** 2
          return sum
        }
        const others = Array.from({ length: rows.rows }, (_, other) => other).filter((other) => other !== row)
        others.sort((a, b) => distance(a) - distance(b) || a - b)
        expect([...found.subarray(row * k, (row + 1) * k)]).toEqual(others.slice(0, k))
      }
    }),
  )
})

test("property: each synthetic row lies on the segment to one of the k nearest neighbours, bases in turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer(),
      async (minority, k, count, seed) => {
        const { rows, base, towards, gap } = await smote(minority, { seed, count, k })
        expect([rows.rows, rows.cols]).toEqual([count, minority.cols])
        const near = Math.min(k, minority.rows - 1)
        const neighbours = await exactNeighbours(minority, near)
        const uses = new Uint32Array(minority.rows)
        for (let i = 0; i < count; i++) {
          uses[base[i]!]! += 1
          expect([...neighbours.subarray(base[i]! * near, (base[i]! + 1) * near)]).toContain(towards[i])
          for (let col = 0; col < minority.cols; col++) {
            const [from, to] = [minority.data[base[i]! * minority.cols + col]!, minority.data[towards[i]! * minority.cols + col]!]
            expect(rows.data[i * minority.cols + col]).toBeCloseTo(from + gap[i]! * (to - from), 5)
          }
        }
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test("neighbours can be passed in; a missing value comes from the base; same seed, same rows", async () => {
  const minority = matrixFrom([
    [0, Number.NaN],
    [4, 8],
  ])
  const options = { seed: 3, count: 4, neighbours: () => [1, 0] }
  const { rows, base, gap } = await smote(minority, options)
  for (let i = 0; i < 4; i++) {
    expect(rows.data[2 * i]).toBeCloseTo(base[i] === 0 ? 4 * gap[i]! : 4 - 4 * gap[i]!, 5)
    expect(rows.data[2 * i + 1]).toBe(base[i] === 0 ? Number.NaN : 8)
  }
  expect(await smote(minority, options)).toEqual(await smote(minority, options))
  await expect(smote(matrixFrom([[1]]), { seed: 1, count: 1 })).rejects.toThrow("at least 2 rows")
})
