import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { random, type SparseMatrix, sparseMatrix, sparseRow, topK } from "../../core/index.ts"
import { type FactorModel, loadFactorModel } from "./factor-model.ts"
import { alsMemoryBytes, type ImplicitAlsConfig, implicitAls } from "./implicit-als.ts"

/** People of three tastes, each taking up mostly items of their own. */
function tastes(users = 60, items = 30): SparseMatrix {
  const chance = random(4)
  const pairs = Array.from({ length: users * 8 }, (_, n) => {
    const user = n % users
    const item = chance.next() < 0.85 ? (user % 3) + 3 * chance.integer(items / 3) : chance.integer(items)
    return [user, item] as const
  })
  return sparseMatrix(
    { rows: users, cols: items },
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  )
}

const histories = [new Uint32Array([0, 3, 6]), new Uint32Array([1]), new Uint32Array(), new Uint32Array([2, 29, 5000])]
const answers = (model: FactorModel) => histories.map((history) => [...model.foldIn(history)])

for (const regularisation of ["frequency", "plain"] as const) {
  estimatorContract(`implicitAls, ${regularisation}`, {
    estimator: () => implicitAls({ factors: 5, iterations: 3, regularisation, l2: 0.5 }),
    data: tastes,
    load: loadFactorModel,
    answers,
  })
}

/** The same alternation in plain loops and doubles: the brute-force twin of the kernel. */
function bruteForce(data: SparseMatrix, start: Float64Array[], u: number, l2: number, iterations: number): Float64Array[] {
  const solve = (own: number[][], other: Float64Array[]) =>
    own.map((entries) => {
      const f = other[0]!.length
      const a = Array.from({ length: f }, (_, i) =>
        Float64Array.from({ length: f }, (_, j) => other.reduce((s, v) => s + u * v[i]! * v[j]!, 0)),
      )
      const b = new Float64Array(f)
      for (const entry of entries)
        for (let i = 0; i < f; i++) for (let j = 0; j < f; j++) a[i]![j]! += other[entry]![i]! * other[entry]![j]!
      for (const entry of entries) for (let i = 0; i < f; i++) b[i]! += other[entry]![i]!
      for (let i = 0; i < f; i++) a[i]![i]! += l2 * (entries.length + u * other.length)
      return gauss(a, b)
    })
  const rows = Array.from({ length: data.rows }, (_, row) => [...sparseRow(data, row)])
  const cols = Array.from({ length: data.cols }, (_, col) => rows.flatMap((row, user) => (row.includes(col) ? [user] : [])))
  let items = start
  for (let i = 0; i < iterations; i++) items = solve(cols, solve(rows, items))
  return items
}

function gauss(a: Float64Array[], b: Float64Array): Float64Array {
  const n = b.length
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const by = a[i]![k]! / a[k]![k]!
      for (let j = k; j < n; j++) a[i]![j]! -= by * a[k]![j]!
      b[i]! -= by * b[k]!
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i]! -= a[i]![j]! * b[j]!
    b[i]! /= a[i]![i]!
  }
  return b
}

describe.each([3, 8, 12])("%d factors", (factors) => {
  test("the kernel gives what plain loops give", async () => {
    const data = tastes()
    const model = await implicitAls({ factors, iterations: 3, l2: 0.05 }).fit(data, { seed: 9 })
    const chance = random(9).split("implicit-als")
    const start = Array.from({ length: data.cols }, () =>
      Float64Array.from({ length: factors }, () => Math.fround((0.1 / Math.sqrt(factors)) * chance.normal())),
    )
    const expected = bruteForce(data, start, 0.2, 0.05, 3)
    for (let item = 0; item < data.cols; item++)
      for (let f = 0; f < factors; f++) expect(model.itemFactors[item * model.stride + f]).toBeCloseTo(expected[item]![f]!, 4)
  })
})

test.each<ImplicitAlsConfig>([{ regularisation: "frequency" }, { regularisation: "plain", l2: 0.5, unobserved: 0.1 }])(
  "a folded-in vector is the minimum of its row's loss: %o",
  async (config) => {
    const model = await implicitAls({ factors: 6, iterations: 4, ...config }).fit(tastes(), { seed: 2 })
    const history = new Uint32Array([0, 3, 9, 11])
    const { share, weight, pull, ridge } = model.rule
    const loss = (x: ArrayLike<number>) => {
      let sum = 0
      for (let item = 0; item < model.items; item++) {
        let s = 0
        for (let f = 0; f < model.factors; f++) s += x[f]! * model.itemFactors[item * model.stride + f]!
        sum += share * s * s + (history.includes(item) ? weight * s * s - 2 * pull * s : 0)
      }
      for (let f = 0; f < model.factors; f++) sum += (ridge.base + ridge.perPair * history.length) * x[f]! ** 2
      return sum
    }
    const best = Float64Array.from(model.foldIn(history))
    const least = loss(best)
    for (let f = 0; f < 6; f++) for (const step of [-0.01, 0.01]) expect(loss(best.with(f, best[f]! + step))).toBeGreaterThan(least)
  },
)

test("people of a taste are shown items of it", async () => {
  const model = await implicitAls({ factors: 8, l2: 0.05 }).fit(tastes(), { seed: 1 })
  const scores = new Float32Array(model.items)
  model.scores(new Uint32Array([1, 4, 7]), scores)
  expect([...topK(scores, 7)].filter((item) => item % 3 === 1).length).toBeGreaterThanOrEqual(6)
})

test("enough steps of conjugate gradients end where the exact solution is, few come close", async () => {
  const config = { factors: 6, iterations: 2, l2: 0.05 }
  const exact = await implicitAls(config).fit(tastes(), { seed: 2 })
  const far = async (steps: number) => {
    const { itemFactors } = await implicitAls({ ...config, steps }).fit(tastes(), { seed: 2 })
    return Math.max(...itemFactors.map((value, at) => Math.abs(value - exact.itemFactors[at]!)))
  }
  expect(await far(20)).toBeLessThan(1e-4)
  expect(await far(1)).toBeGreaterThan(await far(4))
})

test("nobody's history is the zero vector, and every score 0", async () => {
  const model = await implicitAls({ factors: 4 }).fit(tastes(), { seed: 1 })
  const scores = new Float32Array(model.items).fill(9)
  model.scores(new Uint32Array(), scores)
  expect(scores.every((score) => score === 0)).toBe(true)
})

test("values weigh their pairs: a pair of weight 2 pulls like two of weight 1 without more weight for all others", async () => {
  const one = sparseMatrix({ rows: 2, cols: 3 }, [0, 0, 1], [0, 1, 2], [1, 1, 1])
  const plain = sparseMatrix({ rows: 2, cols: 3 }, [0, 0, 1], [0, 1, 2])
  const config = { factors: 4, iterations: 3, l2: 0.05 }
  const fitted = async (data: SparseMatrix) => (await implicitAls(config).fit(data, { seed: 3 })).itemFactors
  expect(await fitted(one)).toEqual(await fitted(plain))
  expect(await fitted(sparseMatrix({ rows: 2, cols: 3 }, [0, 0, 1], [0, 1, 2], [4, 1, 1]))).not.toEqual(await fitted(plain))
})

test("memory is said before, and a job past its cap is refused with what it needs", async () => {
  const bytes = alsMemoryBytes({ rows: 60, cols: 30, pairs: 480, factors: 64 })
  expect(bytes).toBeGreaterThan(60 * 64 * 4)
  await expect(implicitAls({ memoryCapBytes: 1000 }).fit(tastes(), { seed: 1 })).rejects.toThrow(
    /at most 1000 bytes of memory, came a need of \d+ bytes/,
  )
  await implicitAls({ memoryCapBytes: bytes }).fit(tastes(), { seed: 1 })
})

test.each<[string, ImplicitAlsConfig]>([
  ["factors", { factors: 0 }],
  ["iterations", { iterations: 1.5 }],
  ["unobserved in (0, 1)", { unobserved: 1 }],
  ["l2 above 0", { l2: 0 }],
])("refuses a wrong value: %s", (expected, config) => {
  expect(() => implicitAls(config)).toThrow(`implicitAls: expected ${expected}`)
})

test("the same bytes for any number of threads", async () => {
  const data = tastes(400)
  const config = { factors: 12, iterations: 3 }
  const alone = await implicitAls(config).fit(data, { seed: 5 })
  const together = await implicitAls({ ...config, threads: 3 }).fit(data, { seed: 5 })
  expect(together.itemFactors).toEqual(alone.itemFactors)
})
