import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { matrix, matrixFrom, random, type SparseMatrix, sparseMatrix } from "../../core/index.ts"
import { denseLoss } from "./dense-loss.ts"
import { type FamilyName, families } from "./families.ts"
import type { RegressionData } from "./fit-batch.ts"
import { loadLinear } from "./linear-model.ts"
import { type OptimiserName, optimisers } from "./optimisers.ts"
import { regression } from "./regression.ts"
import { sgd } from "./sgd.ts"
import { sparseLoss } from "./sparse-loss.ts"
import { fitScaling } from "./standardise.ts"

const names = Object.keys(optimisers) as OptimiserName[]

describe.each(names)("%s", (name) => {
  test("convex: a bowl ten times as steep one way, to 1e-3 of its floor", () => {
    const point = Float64Array.of(3, -2)
    const optimiser = optimisers[name](2)
    const rate = { sgd: 0.05, momentum: 0.005, adagrad: 0.5, rmsprop: 0.05, adam: 0.05 }[name]
    for (let step = 0; step < 3000; step++) {
      optimiser.step(point, Float64Array.of(10 * point[0]!, point[1]!), rate * (1 - step / 3000))
    }
    expect(5 * point[0]! ** 2 + 0.5 * point[1]! ** 2).toBeLessThan(1e-3)
  })

  test("not convex: along Rosenbrock's bent valley to a value below 0.01", () => {
    const point = Float64Array.of(-1, 1)
    const optimiser = optimisers[name](2)
    const rate = { sgd: 1e-3, momentum: 2e-4, adagrad: 0.3, rmsprop: 2e-3, adam: 1e-2 }[name]
    for (let step = 0; step < 20_000; step++) {
      const [x, y] = point as unknown as [number, number]
      const gradient = Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x))
      optimiser.step(point, gradient, rate * (1 - step / 20_000))
    }
    expect((1 - point[0]!) ** 2 + 100 * (point[1]! - point[0]! ** 2) ** 2).toBeLessThan(0.01)
  })

  test("touched places move as they would alone, the others stay", () => {
    const [whole, part] = [Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)]
    const [all, some] = [optimisers[name](3), optimisers[name](3)]
    for (let step = 0; step < 3; step++) {
      all.step(whole, Float64Array.of(0.5, -1, 2), 0.1)
      some.step(part, Float64Array.of(0.5, 77, 2), 0.1, Uint32Array.of(2, 0), 2)
    }
    expect([part[0], part[1], part[2]]).toEqual([whole[0], 2, whole[2]])
  })

  test.each(["squared", "logistic", "poisson"] as const)(
    "%s regression in twenty passes: within 1 % of the optimum's loss",
    async (family) => {
      const data = rowsOf(600, family)
      const learningRate = { sgd: 0.05, momentum: 0.005, adagrad: 0.3, rmsprop: 0.02, adam: 0.03 }[name]
      const model = await sgd({ family, optimiser: name, epochs: 20, learningRate }).fit(data, { seed: 1 })
      const best = await regression({ family }).fit(data, { seed: 1 })
      const lossOf = ({ scores }: typeof best) =>
        scores(matrix(600, 4, (data.rows as { data: Float32Array }).data)).reduce(
          (sum, score, i) => sum + families[family].loss(score, data.targets[i]!),
          0,
        )
      expect(Math.abs(lossOf(model) - lossOf(best))).toBeLessThan(0.01 * Math.abs(lossOf(best)))
    },
  )
})

/** Dense rows of four columns, targets that follow them. */
function rowsOf(n: number, family: FamilyName): RegressionData {
  const draw = random(3)
  const rows = matrix(n, 4)
  const targets = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    const x = Array.from({ length: 4 }, (_, col) => draw.normal() * (1 + col) + col)
    rows.data.set(x, row * 4)
    const score = 0.5 * x[0]! - 0.3 * x[1]! + 0.1 * x[2]!
    targets[row] =
      family === "squared"
        ? score + 3 + draw.normal()
        : family === "logistic"
          ? Number(draw.next() < families.logistic.mean(score))
          : Math.floor(Math.exp(score) + draw.next())
  }
  return { rows, targets }
}

function sparseRowsOf(n: number): RegressionData {
  const draw = random(5)
  const [rowIds, colIds, values]: [number[], number[], number[]] = [[], [], []]
  const targets = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    let score = -0.5
    for (let k = 0; k < 3; k++) {
      const col = draw.integer(20)
      const value = 1 + draw.integer(2)
      rowIds.push(row)
      colIds.push(col)
      values.push(value)
      score += col % 2 === 0 ? 0.4 * value : -0.4 * value
    }
    targets[row] = draw.next() < families.logistic.mean(score) ? 1 : 0
  }
  return { rows: sparseMatrix({ rows: n, cols: 20 }, rowIds, colIds, values), targets, weights: targets.map((label) => 1 + label) }
}

test.each(["squared", "logistic", "poisson"] as const)(
  "gradient, Hessian, its products and diagonal of %s agree with differences to 1e-5",
  async (family) => {
    const dense = rowsOf(50, family)
    const sparse = { ...sparseRowsOf(50), offset: new Float32Array(50).fill(0.3) }
    const losses = [
      denseLoss(
        dense.rows as ReturnType<typeof matrix>,
        { ...dense, weights: undefined, offset: undefined, hasIntercept: true },
        families[family],
        fitScaling(dense.rows as ReturnType<typeof matrix>, undefined, false),
        undefined,
      ),
      sparseLoss(
        sparse.rows as SparseMatrix,
        { targets: sparse.targets, weights: sparse.weights, offset: sparse.offset, hasIntercept: true },
        families[family],
        undefined,
      ),
    ]
    for (const loss of losses) {
      const { size } = loss
      const draw = random(2)
      const point = Float64Array.from({ length: size }, () => 0.3 * draw.normal())
      const [gradient, hessian, diagonal] = [new Float64Array(size), new Float64Array(size * size), new Float64Array(size)]
      await loss.at(point, 0.7, gradient, hessian)
      await loss.diagonal(0.7, diagonal)
      for (let i = 0; i < size; i++) {
        const step = 1e-5
        const at = async (by: number) => {
          const slopes = new Float64Array(size)
          return {
            value: await loss.at(
              point.map((x, k) => (k === i ? x + by : x)),
              0.7,
              slopes,
            ),
            slopes,
          }
        }
        const [up, down] = [await at(step), await at(-step)]
        expect(Math.abs(gradient[i]! - (up.value - down.value) / (2 * step))).toBeLessThan(1e-5 * Math.max(1, Math.abs(gradient[i]!)))
        await loss.at(point, 0.7, new Float64Array(size))
        const column = new Float64Array(size)
        await loss.product(
          Float64Array.from({ length: size }, (_, k) => (k === i ? 1 : 0)),
          0.7,
          column,
        )
        for (let k = 0; k < size; k++) {
          const bend = (up.slopes[k]! - down.slopes[k]!) / (2 * step)
          expect(Math.abs(column[k]! - bend)).toBeLessThan(1e-5 * Math.max(1, Math.abs(bend)))
          expect(Math.abs(hessian[Math.min(i, k) * size + Math.max(i, k)]! - column[k]!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(bend)))
        }
        expect(Math.abs(diagonal[i]! - column[i]!)).toBeLessThan(1e-9 * Math.max(1, column[i]!))
      }
    }
  },
)

test("sparse rows, weights and offsets: near the optimum, and the loss of the passes falls", async () => {
  const data = { ...sparseRowsOf(3000), offset: new Float32Array(3000).fill(0.2) }
  const model = await sgd({ epochs: 30, learningRate: 0.2 }).fit(data, { seed: 1 })
  const best = await regression({ family: "logistic" }).fit(data, { seed: 1 })
  model.coefficients.forEach((w, col) => {
    expect(Math.abs(w - best.coefficients[col]!)).toBeLessThan(0.1)
  })
  expect(model.losses[29]).toBeLessThan(model.losses[0]!)
})

test("refused: a rate that makes the loss infinite, unknown optimisers, standardised sparse rows", async () => {
  const data = { rows: matrixFrom([[1], [2], [3]]), targets: Float32Array.of(1, 2, 3) }
  await expect(
    sgd({ family: "squared", optimiser: "sgd", learningRate: 1e200, decay: "none", epochs: 5 }).fit(data, { seed: 1 }),
  ).rejects.toThrow("sgd: expected a loss that stays finite")
  expect(() => sgd({ optimiser: "lion" as OptimiserName })).toThrow("an optimiser among adagrad, adam, momentum, rmsprop, sgd")
  expect(() => sgd({ batchSize: 0 })).toThrow("batchSize as a whole number from 1, came 0")
  await expect(sgd({ standardise: true }).fit(sparseRowsOf(10), { seed: 1 })).rejects.toThrow("dense rows when columns are standardised")
})

estimatorContract("stochastic gradients, dense", {
  estimator: () => sgd({ family: "poisson", optimiser: "adam", epochs: 2, l2: 0.1 }),
  data: () => rowsOf(100, "poisson"),
  load: loadLinear,
  answers: (model) => [model.coefficients, model.intercept, model.losses],
})

estimatorContract("stochastic gradients, sparse", {
  estimator: () => sgd({ optimiser: "momentum", epochs: 2, learningRate: 0.02, decay: "sqrt" }),
  data: () => sparseRowsOf(100),
  load: loadLinear,
  answers: (model) => [model.coefficients, model.intercept, model.predictSparse(sparseRowsOf(20).rows as SparseMatrix)],
})
