import fc from "fast-check"
import { expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { matrix, matrixFrom, random, row } from "../../core/index.ts"
import { loadLogistic } from "./linear-model.ts"
import { type LogisticConfig, type LogisticData, logistic, logisticPath } from "./logistic.ts"

const NaNs = Number.NaN
const fitModel = (data: LogisticData, config: LogisticConfig = {}) => logistic(config).fit(data, { seed: 1 })

/** Rows whose label follows three of their columns; one in ten values missing. */
function sample(n: number, d: number, seed: number, weighted = true): LogisticData {
  const draw = random(seed)
  const rows = matrix(n, d)
  const labels = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    let logit = -1
    for (let col = 0; col < d; col++) {
      const x = draw.normal()
      rows.data[i * d + col] = draw.next() < 0.1 ? NaNs : x * (col + 1) + 10 * col
      if (col < 3) logit += x
    }
    labels[i] = draw.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
  }
  return { rows, labels, ...(weighted ? { weights: Float32Array.from({ length: n }, () => draw.integer(3)) } : {}) }
}

/** The same regression in plain arrays: standardise, then one coordinate at a time to the end. */
function bruteForce({ rows, labels, weights }: LogisticData, l2: number): { readonly coefficients: number[]; readonly intercept: number } {
  const n = rows.rows
  const w = Array.from({ length: n }, (_, i) => weights?.[i] ?? 1)
  const z = Array.from({ length: rows.cols }, (_, col) => {
    const x = Array.from({ length: n }, (_, i) => rows.data[i * rows.cols + col]!)
    const share = (f: (value: number) => number) => {
      const there = w.map((weight, i) => (Number.isNaN(x[i]) ? 0 : weight))
      return there.reduce((sum, weight, i) => (weight > 0 ? sum + weight * f(x[i]!) : sum), 0) / there.reduce((a, b) => a + b, 0)
    }
    const mean = share((value) => value)
    const deviation = Math.sqrt(share((value) => (value - mean) ** 2))
    return x.map((value) => (Number.isNaN(value) ? 0 : (value - mean) / deviation))
  })
  z.push(new Array<number>(n).fill(1))
  const beta = z.map(() => 0)
  const logits = new Array<number>(n).fill(0)
  for (let sweep = 0, most = 1; sweep < 5000 && most > 1e-12; sweep++) {
    most = 0
    z.forEach((column, col) => {
      const penalty = col < rows.cols ? l2 : 0
      let gradient = penalty * beta[col]!
      for (let i = 0; i < n; i++) gradient += w[i]! * (1 / (1 + Math.exp(-logits[i]!)) - labels[i]!) * column[i]!
      // A quarter bounds every curvature, so that no step overshoots.
      const step = -gradient / (penalty + 0.25 * column.reduce((sum, value, i) => sum + w[i]! * value * value, 0))
      beta[col]! += step
      for (let i = 0; i < n; i++) logits[i]! += step * column[i]!
      most = Math.max(most, Math.abs(step))
    })
  }
  return { coefficients: beta.slice(0, -1), intercept: beta.at(-1)! }
}

test("one yes-no column: the logits are the log-odds of the two groups", async () => {
  const rows = matrixFrom([[0], [0], [0], [0], [1], [1], [1], [1]])
  const model = await fitModel({ rows, labels: Float32Array.of(1, 0, 0, 0, 1, 1, 1, 0), columns: ["liked"] }, { l2: 1e-9 })
  const [without, withIt] = model.logits(matrixFrom([[0], [1]]))
  expect(without).toBeCloseTo(-Math.log(3), 6)
  expect(withIt).toBeCloseTo(Math.log(3), 6)
  expect(model.predict(matrixFrom([[1]]))[0]).toBeCloseTo(0.75, 6)
  expect(model.columns).toEqual(["liked"])
})

test("a missing value is the mean, or has a coefficient of its own", async () => {
  const rows = matrixFrom([[0], [1], [0], [1], [NaNs], [NaNs], [NaNs], [NaNs]])
  const data = { rows, labels: Float32Array.of(0, 1, 1, 0, 1, 1, 1, 0) }
  const asMean = await fitModel(data, { l2: 1e-9 })
  expect(asMean.logits(matrixFrom([[NaNs]]))[0]).toBeCloseTo(asMean.logits(matrixFrom([[0.5]]))[0]!, 12)
  const asItself = await fitModel(data, { l2: 1e-9, missingIndicators: true })
  expect([...asItself.predict(matrixFrom([[NaNs], [0], [1], [Number.POSITIVE_INFINITY]]))].map((p) => Math.round(p * 1e4) / 1e4)).toEqual([
    0.75, 0.5, 0.5, 0.75,
  ])
})

test("weights count like repeated rows, and a row of weight 0 does not exist", async () => {
  const twice = await fitModel({ rows: matrixFrom([[1], [1], [2], [3]]), labels: Float32Array.of(1, 1, 0, 1) })
  const weighted = await fitModel({
    rows: matrixFrom([[1], [2], [3], [99]]),
    labels: Float32Array.of(1, 0, 1, 1),
    weights: Float32Array.of(2, 1, 1, 0),
  })
  expect(weighted.intercept).toBeCloseTo(twice.intercept, 12)
  expect(weighted.coefficients[0]).toBeCloseTo(twice.coefficients[0]!, 12)
})

test.each<{ solver: "newton" | "newton-cg"; weighted: boolean; l2: number }>([
  { solver: "newton", weighted: true, l2: 1 },
  { solver: "newton", weighted: false, l2: 0.01 },
  { solver: "newton-cg", weighted: true, l2: 1 },
  { solver: "newton-cg", weighted: false, l2: 0.01 },
])("every coefficient is within 1e-6 of brute force: $solver, l2 $l2", async ({ solver, weighted, l2 }) => {
  const data = sample(400, 5, 3, weighted)
  const model = await fitModel(data, { solver, l2 })
  const twin = bruteForce(data, l2)
  expect(Math.abs(model.intercept - twin.intercept)).toBeLessThan(1e-6)
  model.coefficients.forEach((coefficient, col) => {
    expect(Math.abs(coefficient - twin.coefficients[col]!)).toBeLessThan(1e-6)
  })
})

test("separable labels end at a finite optimum where the gradient is 0", async () => {
  const data = { rows: matrixFrom([[-2], [-1], [1], [2]]), labels: Float32Array.of(0, 0, 1, 1) }
  for (const solver of ["newton", "newton-cg"] as const) {
    const model = await fitModel(data, { l2: 1e-4, solver })
    const p = model.logits(data.rows).map((logit) => 1 / (1 + Math.exp(-logit)))
    const deviation = Math.sqrt(2.5)
    const gradient = [-2, -1, 1, 2].reduce((sum, x, i) => sum + (p[i]! - data.labels[i]!) * (x / deviation), 1e-4 * model.coefficients[0]!)
    expect(Math.abs(gradient)).toBeLessThan(1e-9)
  }
})

test("a constant column, and one that is nowhere, get coefficient 0", async () => {
  const model = await fitModel({
    rows: matrixFrom([
      [7, NaNs, 0],
      [7, NaNs, 1],
      [7, NaNs, 2],
    ]),
    labels: Float32Array.of(0, 1, 1),
  })
  expect([...model.coefficients.subarray(0, 2)]).toEqual([0, 0])
  expect(model.logits(matrixFrom([[1e30, 5, NaNs]]))[0]).toBe(model.intercept)
})

test("the path gives what single fits give", async () => {
  const data = sample(300, 4, 9)
  const penalties = [10, 1, 0.1]
  const path = await logisticPath(data, penalties, {}, { seed: 1 })
  for (const [i, l2] of penalties.entries()) {
    const alone = await fitModel(data, { l2 })
    path[i]!.coefficients.forEach((coefficient, col) => {
      expect(Math.abs(coefficient - alone.coefficients[col]!)).toBeLessThan(1e-6)
    })
  }
})

const two = matrixFrom([[1], [2]])
test.each([
  { name: "one kind of label", data: { rows: two, labels: Float32Array.of(1, 1) }, message: "labels of both kinds, came only 1." },
  { name: "label outside", data: { rows: two, labels: Float32Array.of(0, 2) }, message: "labels in [0, 1], came 2 in row 1." },
  { name: "too few labels", data: { rows: two, labels: Float32Array.of(1) }, message: "expected 2 labels, came 1." },
  {
    name: "negative weight",
    data: { rows: two, labels: Float32Array.of(0, 1), weights: Float32Array.of(1, -1) },
    message: "came -1 in row 1.",
  },
  {
    name: "infinite value",
    data: { rows: matrixFrom([[1], [Infinity]]), labels: Float32Array.of(0, 1) },
    message: "came Infinity in row 1, column 0.",
  },
  { name: "names missing", data: { rows: two, labels: Float32Array.of(0, 1), columns: [] }, message: "expected 1 column names, came 0." },
])("refused: $name", async ({ data, message }) => {
  await expect(fitModel(data)).rejects.toThrow(message)
})

test("no penalty, and rows of another width, are refused", async () => {
  expect(() => logistic({ l2: 0 })).toThrow("logistic: expected l2 above 0, came 0.")
  const model = await fitModel({ rows: two, labels: Float32Array.of(0, 1) })
  expect(() => model.predict(matrix(1, 2))).toThrow("logistic: expected 1 columns: x0, came 2.")
})

test("property: contributions add up to the logit, and predict is its probability", async () => {
  const model = await fitModel(sample(200, 4, 5), { missingIndicators: true })
  const value = fc.oneof(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), fc.constant(NaNs), fc.constant(Number.NEGATIVE_INFINITY))
  fc.assert(
    fc.property(fc.array(value, { minLength: 4, maxLength: 4 }), (values) => {
      const rows = matrixFrom([values])
      const logit = model.logits(rows)[0]!
      const sum = model.contributions(row(rows, 0)).reduce((total, part) => total + part, model.intercept)
      expect(Math.abs(sum - logit)).toBeLessThanOrEqual(1e-6)
      expect(model.predict(rows)[0]).toBe(Math.fround(1 / (1 + Math.exp(-logit))))
    }),
  )
})

estimatorContract("logistic", {
  estimator: () => logistic({ missingIndicators: true }),
  data: () => sample(300, 4, 2),
  load: loadLogistic,
  answers: (model) => {
    const { rows } = sample(20, 4, 8)
    return [model.columns, model.intercept, model.coefficients, model.predict(rows), model.contributions(row(rows, 3))]
  },
})
