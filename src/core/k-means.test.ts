import fc from "fast-check"
import { expect, test } from "vitest"
import { InvalidArgument } from "./errors.ts"
import { kMeans, nearestCentre } from "./k-means.ts"
import { type Matrix, matrix, matrixFrom, row } from "./matrix.ts"
import { random } from "./random.ts"

/** Points around `k` far corners, in turn. */
function corners(n: number, k: number, d: number, seed = 1): Matrix {
  const draw = random(seed)
  const rows = matrix(n, d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) rows.data[i * d + j] = (j === i % k ? 100 : 0) + draw.normal()
  return rows
}

const apart = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0)

test("two pairs on a line: the centres are their means", async () => {
  const { centres } = await kMeans(matrixFrom([[0], [2], [10], [14]]), { k: 2 }, { seed: 3 })
  expect([...centres.data].sort((a, b) => a - b)).toEqual([1, 12])
})

test("far corners are all found, whatever the seed", async () => {
  const rows = corners(300, 7, 9)
  for (const seed of [1, 2, 3]) {
    const { centres, inertia } = await kMeans(rows, { k: 7 }, { seed })
    const places = await (await nearestCentre(rows))(centres)
    expect(new Set(places.slice(0, 7)).size).toBe(7)
    for (let i = 7; i < rows.rows; i++) expect(places[i]).toBe(places[i % 7])
    expect(inertia.at(-1)!).toBeLessThan(12)
    expect(inertia).toEqual(inertia.toSorted((a, b) => b - a))
  }
})

test("same seed, same bytes; a sample of the rows is enough", async () => {
  const rows = corners(5000, 5, 6)
  const found = await Promise.all([4, 4].map((seed) => kMeans(rows, { k: 5, sampleRows: 200 }, { seed })))
  expect(found[0]).toEqual(found[1])
  expect(found[0]!.inertia.at(-1)!).toBeLessThan(9)
})

test("fewer rows than clusters, and rows all alike, give centres that are rows", async () => {
  expect((await kMeans(matrixFrom([[1], [5]]), { k: 4 }, { seed: 1 })).centres.rows).toBe(2)
  const alike = await kMeans(matrix(20, 3, new Float32Array(60).fill(2)), { k: 3 }, { seed: 1 })
  for (const value of alike.centres.data) expect(value).toBeCloseTo(2, 1)
})

test.each([0, 1.5, Number.NaN])("k %s is refused", async (k) => {
  await expect(kMeans(matrix(3, 2), { k }, { seed: 1 })).rejects.toThrow(InvalidArgument)
})

test("a fired signal stops it", async () => {
  await expect(kMeans(corners(50, 2, 2), { k: 2 }, { seed: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" })
})

test("property: the nearest centre is that of brute force, for any shape", async () => {
  const shape = fc.record({
    n: fc.integer({ min: 1, max: 21 }),
    k: fc.integer({ min: 1, max: 19 }),
    d: fc.integer({ min: 1, max: 11 }),
    seed: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(shape, async ({ n, k, d, seed }) => {
      const draw = random(seed)
      const [rows, centres] = [matrix(n, d), matrix(k, d)]
      for (const { data } of [rows, centres]) for (let i = 0; i < data.length; i++) data[i] = draw.integer(7) - 3
      const places = await (await nearestCentre(rows))(centres)
      for (let i = 0; i < n; i++) {
        const all = Array.from({ length: k }, (_, c) => apart(row(rows, i), row(centres, c)))
        expect(places[i]).toBe(all.indexOf(Math.min(...all)))
      }
    }),
    { numRuns: 60 },
  )
})
