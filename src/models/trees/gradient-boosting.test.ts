import { expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { matrix, matrixFrom, type Random, random } from "../../core/index.ts"
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts"
import type { BoostingConfig } from "./config.ts"
import { type BoostingHooks, gradientBoosting, treesMemoryBytes } from "./gradient-boosting.ts"
import { loadTreeModel } from "./tree-model.ts"
import type { TreesData } from "./trees-data.ts"

/** Labels from the first four of six columns, the fourth of which holds categories; one value in ten missing. */
function sample(n: number, seed: number, isBinary = true): TreesData {
  const draw = random(seed)
  const rows = matrix(n, 6)
  const labels = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const x = rows.data.subarray(i * 6, i * 6 + 6)
    for (let col = 0; col < 6; col++) x[col] = col === 3 ? draw.integer(12) : draw.normal()
    const score = Math.sin(2 * x[0]!) + x[1]! * (x[2]! > 0 ? 1 : -1) + ([0, 5, 7].includes(x[3]!) ? 1.5 : -0.5)
    labels[i] = isBinary ? (draw.next() < 1 / (1 + Math.exp(-2 * score)) ? 1 : 0) : score + 0.1 * draw.normal()
    for (let col = 0; col < 3; col++) if (draw.next() < 0.1) x[col] = Number.NaN
  }
  return { rows, labels, columns: ["wave", "slope", "sign", "kind", "noise", "more"] }
}

const small: BoostingConfig = { objective: "logistic", rounds: 8, leaves: 7, categorical: ["kind"] }
const trained = (data: TreesData, config: BoostingConfig = {}, hooks?: BoostingHooks) =>
  gradientBoosting(config, hooks).fit(data, { seed: 5 })

function bytesOf(model: { save: (bundle: ReturnType<typeof memoryBundle>["writer"]) => void }) {
  const bundle = memoryBundle()
  model.save(bundle.writer)
  return bundle.bytes()
}

function meanSquare(predicted: Float32Array, labels: Float32Array): number {
  return predicted.reduce((sum, p, i) => sum + (p - labels[i]!) ** 2, 0) / labels.length
}

estimatorContract("gradientBoosting", {
  estimator: () => gradientBoosting({ ...small, rowShare: 0.7, columnShare: 0.8 }),
  data: () => sample(600, 1),
  load: loadTreeModel,
  answers: (model) => [...model.predict(sample(50, 2).rows)],
})

test("one split of four rows, by hand: leaves take the mean of their side, shrunk", async () => {
  const rows = matrixFrom([[1], [2], [3], [4]])
  const config = { rounds: 1, learningRate: 0.5, l2: 0, minRows: 1, leaves: 2 }
  const model = await trained({ rows, labels: Float32Array.of(0, 0, 10, 10) }, config)
  expect(model.ensemble.base[0]).toBe(5)
  expect(model.ensemble.nodes.threshold[0]).toBe(2.5)
  expect(model.ensemble.nodes.gain[0]).toBeCloseTo(100, 3)
  for (const [i, expected] of [2.5, 2.5, 7.5, 7.5].entries()) expect(model.predict(rows)[i]).toBeCloseTo(expected, 5)
})

test.each<BoostingConfig>([
  { growth: "leaf", leaves: 31 },
  { growth: "depth", maxDepth: 5 },
  { growth: "leaf", leaves: 31, histograms: "exact" },
  { growth: "leaf", rowShare: 0.5, columnShare: 0.7 },
  { growth: "leaf", gossTop: 0.2, gossOther: 0.2 },
  { growth: "leaf", nodeColumnShare: 0.6 },
  { growth: "depth", maxDepth: 5, maxDelta: 0.8, l1: 0.1 },
])("%j learns: far less error than the mean, on rows not seen", async (config) => {
  const [train, held] = [sample(3000, 3, false), sample(1000, 4, false)]
  const model = await trained(train, { ...config, categorical: ["kind"], rounds: 60 })
  const mean = train.labels.reduce((a, b) => a + b, 0) / train.labels.length
  const byMean = meanSquare(new Float32Array(1000).fill(mean), held.labels)
  expect(meanSquare(model.predict(held.rows), held.labels)).toBeLessThan(0.3 * byMean)
})

test("any number of threads gives the same bytes; another seed samples other rows", async () => {
  const data = sample(30_000, 6)
  const config: BoostingConfig = { ...small, rounds: 4, rowShare: 0.8, leaves: 31 }
  const one = bytesOf(await trained(data, config))
  for (const threads of [2, 3]) expect(bytesOf(await trained(data, { ...config, threads }))).toEqual(one)
  expect(bytesOf(await gradientBoosting(config).fit(data, { seed: 6 }))).not.toEqual(one)
})

test("packed and exact histograms agree: the same splits near the root, and predictions close together", async () => {
  const data = sample(4000, 7)
  const [packed, exact] = await Promise.all((["packed", "exact"] as const).map((histograms) => trained(data, { ...small, histograms })))
  expect([...packed!.ensemble.nodes.feature.subarray(0, 3)]).toEqual([...exact!.ensemble.nodes.feature.subarray(0, 3)])
  const [a, b] = [packed!.predict(data.rows), exact!.predict(data.rows)]
  expect(Math.sqrt(meanSquare(a, b))).toBeLessThan(0.01)
})

test("stopped by validation it keeps the best round; a metric of one's own decides the same way", async () => {
  const [train, validation] = [sample(400, 8), sample(400, 9)]
  const config: BoostingConfig = { ...small, rounds: 300, learningRate: 0.3, patience: 10 }
  const model = await trained({ ...train, validation }, config)
  const best = model.history.reduce((a, b) => (b.value < a.value ? b : a))
  expect(model.ensemble.output.length).toBe(best.round)
  expect(model.history.length).toBeLessThan(300)
  expect(model.history.length).toBe(best.round + 10)
  const of = (predictions: Float32Array) => {
    const loss = predictions.reduce((sum, p, i) => sum - Math.log(validation.labels[i] === 1 ? p : 1 - p), 0)
    return -loss / predictions.length
  }
  const metric = { name: "log likelihood", isHigherBetter: true, of }
  const other = await trained({ ...train, validation }, config, { metric })
  expect(other.ensemble.output.length).toBe(best.round)
  expect(-other.history[0]!.value).toBeCloseTo(model.history[0]!.value, 5)
})

test("resumed from a saved checkpoint the model is the same, bit for bit", async () => {
  const data = { ...sample(500, 10), validation: sample(200, 11) }
  const config: BoostingConfig = { ...small, rounds: 9, rowShare: 0.7, checkpointEvery: 4, patience: 100 }
  const kept: Checkpoint[] = []
  const whole = await trained(data, config, { onCheckpoint: (checkpoint) => void kept.push(checkpoint) })
  expect(kept.map(({ rounds }) => rounds)).toEqual([4, 8])
  const bundle = memoryBundle()
  saveCheckpoint(kept[0]!, bundle.writer)
  const resumed = await trained({ ...data, resume: loadCheckpoint(bundle.reader) }, config)
  expect(bytesOf(resumed)).toEqual(bytesOf(whole))
  expect(resumed.history).toEqual(whole.history)
})

test("a warm start keeps the trees it was given and adds its rounds", async () => {
  const data = sample(500, 12)
  const first = await trained(data, small)
  const more = await trained({ ...data, start: first.ensemble }, { ...small, rounds: 3 })
  expect(more.ensemble.output.length).toBe(11)
  expect(more.ensemble.nodes.value.subarray(0, first.ensemble.nodes.value.length)).toEqual(first.ensemble.nodes.value)
  const loss = (model: typeof first) => meanSquare(model.predict(data.rows), data.labels)
  expect(loss(more)).toBeLessThan(loss(first))
})

test("monotone columns: the prediction never falls along one of 1, never rises along one of -1", async () => {
  const draw = random(13)
  const rows = matrix(800, 3)
  rows.data.forEach((_, i) => {
    rows.data[i] = draw.normal()
  })
  const labels = Float32Array.from({ length: 800 }, (_, i) => rows.data[i * 3]! - rows.data[i * 3 + 1]! + 1.5 * draw.normal())
  const model = await trained({ rows, labels }, { rounds: 30, leaves: 15, minRows: 5, monotone: { x0: 1, x1: -1 } })
  for (let i = 0; i < 40; i++) {
    const at = Array.from({ length: 3 }, () => draw.normal())
    for (const [col, direction] of [
      [0, 1],
      [1, -1],
    ] as const) {
      const line = matrixFrom(Array.from({ length: 30 }, (_, step) => at.map((x, c) => (c === col ? -3 + step * 0.2 : x))))
      const along = model.predict(line)
      for (let step = 1; step < 30; step++) expect(direction * (along[step]! - along[step - 1]!)).toBeGreaterThanOrEqual(-1e-6)
    }
  }
})

test("weights: a row of weight 3 counts as three rows, one of weight 0 not at all", async () => {
  const data = sample(300, 14, false)
  const draw: Random = random(15)
  const weights = Float32Array.from({ length: 300 }, () => draw.integer(4))
  const repeated = Array.from(weights).flatMap((weight, i) => new Array<number>(weight).fill(i))
  const rows = matrixFrom(repeated.map((i) => [...data.rows.data.subarray(i * 6, i * 6 + 6)]))
  const config: BoostingConfig = { rounds: 5, leaves: 7, minRows: 0, minHessian: 5, histograms: "exact" }
  const weighted = await trained({ ...data, weights }, config)
  const plain = await trained({ rows, labels: Float32Array.from(repeated, (i) => data.labels[i]!), columns: data.columns! }, config)
  expect(Math.sqrt(meanSquare(weighted.predict(data.rows), plain.predict(data.rows)))).toBeLessThan(0.05)
})

test("an objective of one's own is a function", async () => {
  const data = sample(400, 16, false)
  const squared = await trained({ ...data, labels: data.labels }, { rounds: 10, leaves: 7 })
  const own = await trained(
    data,
    { rounds: 10, leaves: 7 },
    {
      objective(scores, labels, gradients, hessians) {
        for (let i = 0; i < labels.length; i++) {
          gradients[i] = scores[i]! - labels[i]!
          hessians[i] = 1
        }
      },
    },
  )
  expect(own.ensemble.base[0]).toBe(0)
  expect(Math.abs(meanSquare(own.predict(data.rows), data.labels) / meanSquare(squared.predict(data.rows), data.labels) - 1)).toBeLessThan(
    0.2,
  )
})

test("memory: what is estimated is enough, with queries and threads too, and a cap below it is refused with the bytes needed", async () => {
  const data = sample(5000, 17)
  const bytes = treesMemoryBytes(small, data)
  await expect(trained(data, { ...small, memoryCapBytes: bytes / 2 })).rejects.toMatchObject({
    code: "too_large",
    came: expect.stringMatching(/\d{6}/),
  })
  await trained(data, { ...small, memoryCapBytes: bytes + 65536 })
  const queries = { ...data, queries: [4000, 900, 100], validation: { ...sample(50, 1), queries: [50] } }
  const ranking: BoostingConfig = { ...small, objective: "lambdaMart", threads: 2, rounds: 2 }
  await trained(queries, { ...ranking, memoryCapBytes: treesMemoryBytes(ranking, queries) + 65536 })
})

test.each<[string, TreesData, BoostingConfig, RegExp]>([
  ["labels", { ...sample(10, 1), labels: new Float32Array(9) }, {}, /10 labels, came 9/],
  ["infinite", { rows: matrixFrom([[1], [Number.POSITIVE_INFINITY]]), labels: new Float32Array(2) }, {}, /Infinity in row 1, column x0/],
  [
    "a label",
    { rows: matrixFrom([[1], [2]]), labels: Float32Array.of(0, 2) },
    { objective: "logistic" },
    /labels in \[0, 1\], came 2 in row 1/,
  ],
  ["queries", sample(10, 1), { objective: "lambdaMart" }, /queries for lambdaMart/],
  ["sums", { ...sample(10, 1), queries: [3, 3] }, { objective: "lambdaMart" }, /queries of 10 rows in all, came 6/],
  ["columns", sample(10, 1), { categorical: ["colour"] }, /a column among .*kind.*, came "colour"/],
  ["category", { rows: matrixFrom([[-1], [2]]), labels: new Float32Array(2) }, { categorical: ["x0"] }, /categories of x0/],
  ["patience", sample(10, 1), { patience: 5 }, /validation rows/],
])("bad data is refused, naming it: %s", async (_, data, config, message) => {
  await expect(trained(data, config)).rejects.toThrow(message)
})

test.each<[BoostingConfig, RegExp]>([
  [{ leaves: 1 }, /leaves as a whole number from 2/],
  [{ objective: "lambda" as "squared" }, /objective among .*lambdaMart/],
  [{ growth: "wide" as "leaf" }, /growth among depth, leaf/],
  [{ gossTop: 0.5 }, /gossTop and gossOther/],
])("a bad config is refused, naming the key: %j", (config, message) => {
  expect(() => gradientBoosting(config)).toThrow(message)
})
