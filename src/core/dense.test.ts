import fc from "fast-check"
import { expect, test } from "vitest"
import { cholesky, invertSpd, multiply, solveSpd } from "./dense.ts"
import { type Matrix, matrix, matrixFrom } from "./matrix.ts"
import { random } from "./random.ts"

test("a product that can be checked by hand", async () => {
  const product = await multiply(matrixFrom([[1, 2, 3]]), matrixFrom([[1, 0], [0, 1], [2, 2]])) // biome-ignore format: rows
  expect([...product.data]).toEqual([7, 8])
})

test("factor, solution and inverse that can be checked by hand", async () => {
  const a = Float64Array.of(4, 2, 2, 10)
  expect([...(await cholesky(a, 2))]).toEqual([2, 0, 1, 3])
  expect([...(await solveSpd(a, 2, Float64Array.of(10, 23, 4, 2)))].map(near)).toEqual([1.5, 2, 1, 0])
  expect([...(await invertSpd(a, 2))].map((x) => near(x * 36))).toEqual([10, -2, -2, 4])
})

test.each([
  { name: "two equal rows", a: [1, 1, 1, 1], n: 2, at: 1 },
  { name: "a negative direction", a: [1, 2, 2, 1], n: 2, at: 1 },
  { name: "a row all but equal to another", a: [1, 1 - 1e-17, 1 - 1e-17, 1], n: 2, at: 1 },
  { name: "not a number", a: [Number.NaN], n: 1, at: 0 },
])("refused: $name", async ({ a, n, at }) => {
  const message = `expected a symmetric positive definite matrix, came one that is singular to its precision at row ${at} of ${n}`
  for (const call of [cholesky, invertSpd]) await expect(call(Float64Array.from(a), n)).rejects.toThrow(message)
})

test("shapes that do not fit are refused", async () => {
  await expect(multiply(matrix(2, 3), matrix(2, 3))).rejects.toThrow("multiply: expected a right matrix of 3 rows, came 2.")
  await expect(cholesky(new Float64Array(5), 2)).rejects.toThrow("cholesky: expected 2 x 2 = 4 numbers, came 5.")
  await expect(solveSpd(Float64Array.of(1, 0, 0, 1), 2, new Float64Array(3))).rejects.toThrow("solveSpd: expected right-hand sides")
})

/** The twins the kernels are compared with. */
function slowProduct(a: Matrix, b: Matrix): number[] {
  const out: number[] = []
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.cols; j++) {
      let sum = 0
      for (let k = 0; k < a.cols; k++) sum += a.data[i * a.cols + k]! * b.data[k * b.cols + j]!
      out.push(sum)
    }
  }
  return out
}

function slowFactor(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!
    }
  }
  return l
}

function noise(rows: number, cols: number, seed: number): Matrix {
  const draw = random(seed)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => draw.normal()),
  )
}

/** `X^T X + I` of a random X with `n` columns. */
function positive(n: number, seed: number): Float64Array {
  const x = noise(n, n, seed).data
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0
      for (let k = 0; k < n; k++) sum += x[k * n + i]! * x[k * n + j]!
      a[i * n + j] = sum
    }
  }
  return a
}

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 70 }), fc.integer({ min: 125, max: 140 }))
const seed = fc.integer()

test("property: products agree with the slow twin at every size", async () => {
  const cases = fc.record({ n: size, k: fc.oneof(size, fc.constantFrom(255, 256, 257, 300)), m: size, seed })
  await fc.assert(
    fc.asyncProperty(cases, async ({ n, k, m, seed }) => {
      const [a, b] = [noise(n, k, seed), noise(k, m, seed + 1)]
      const { data } = await multiply(a, b)
      expect(gap(data, slowProduct(a, b))).toBeLessThan(1e-6 * (k + 8))
    }),
    { numRuns: 25 },
  )
})

test("property: factors agree with the slow twin, solutions and inverses undo the matrix", async () => {
  const cases = fc.record({ n: fc.oneof(size, fc.constantFrom(127, 128, 129, 261)), seed })
  await fc.assert(
    fc.asyncProperty(cases, async ({ n, seed }) => {
      const a = positive(n, seed)
      const before = a.slice()
      const l = await cholesky(a, n)
      expect(gap(l, slowFactor(a, n))).toBeLessThan(1e-9)
      const inverse = await invertSpd(a, n)
      const b = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i))
      const x = await solveSpd(a, n, b)
      for (let i = 0; i < n; i++) {
        let [identity, first, second, product] = [0, 0, 0, 0]
        for (let k = 0; k < n; k++) {
          identity += a[i * n + k]! * inverse[k * n + ((i * 7) % n)]!
          first += a[i * n + k]! * x[k]!
          second += a[i * n + k]! * x[n + k]!
          product += inverse[i * n + k]! * b[k]!
        }
        expect(Math.abs(identity - (i === (i * 7) % n ? 1 : 0))).toBeLessThan(1e-8)
        expect(Math.abs(first - b[i]!)).toBeLessThan(1e-8)
        expect(Math.abs(second - b[n + i]!)).toBeLessThan(1e-8)
        expect(Math.abs(product - x[i]!)).toBeLessThan(1e-8)
      }
      expect(a).toEqual(before)
    }),
    { numRuns: 15 },
  )
})

/** The largest difference between two lists; infinite when the lengths differ or one holds NaN. */
function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    if (!(difference <= most)) most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return most
}

function near(x: number): number {
  return Math.round(x * 1e9) / 1e9
}
