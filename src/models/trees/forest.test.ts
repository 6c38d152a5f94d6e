import { expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { type Matrix, matrix, random } from "../../core/index.ts"
import { decisionTree, randomForest } from "./forest.ts"
import { gradientBoosting } from "./gradient-boosting.ts"
import { loadTreeModel } from "./tree-model.ts"

/** Friedman's function of five of eight columns, with noise. */
function friedman(n: number, seed: number, noise = 1): { rows: Matrix; labels: Float32Array } {
  const draw = random(seed)
  const rows = matrix(n, 8)
  const labels = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const x = rows.data.subarray(i * 8, i * 8 + 8)
    for (let col = 0; col < 8; col++) x[col] = draw.next()
    labels[i] = 10 * Math.sin(Math.PI * x[0]! * x[1]!) + 20 * (x[2]! - 0.5) ** 2 + 10 * x[3]! + 5 * x[4]! + noise * draw.normal()
  }
  return { rows, labels }
}

const rmse = (predicted: ArrayLike<number>, labels: Float32Array) =>
  Math.sqrt(labels.reduce((sum, label, i) => sum + (label - predicted[i]!) ** 2, 0) / labels.length)

estimatorContract("randomForest", {
  estimator: () => randomForest({ trees: 5, leaves: 20 }),
  data: () => friedman(300, 1),
  load: loadTreeModel,
  answers: (model) => [...model.predict(friedman(20, 2).rows)],
})

/** The exact tree, in plain loops: every threshold between two values, best first. */
function exactTree(
  rows: Matrix,
  labels: ArrayLike<number>,
  list: readonly number[],
  depth: number,
  minRows: number,
): (x: Float32Array) => number {
  const mean = list.reduce((sum, i) => sum + labels[i]!, 0) / list.length
  let best = { gain: 1e-9, col: -1, cut: 0 }
  for (let col = 0; depth > 0 && col < rows.cols; col++) {
    const x = (i: number) => rows.data[i * rows.cols + col]!
    const order = list.toSorted((a, b) => x(a) - x(b))
    let sum = 0
    for (let k = 1; k < order.length; k++) {
      sum += labels[order[k - 1]!]! - mean
      if (x(order[k]!) === x(order[k - 1]!) || k < minRows || order.length - k < minRows) continue
      const gain = sum ** 2 / k + sum ** 2 / (order.length - k)
      if (gain > best.gain) best = { gain, col, cut: (x(order[k]!) + x(order[k - 1]!)) / 2 }
    }
  }
  const { col, cut } = best
  if (col < 0) return () => mean
  const goes = (i: number) => rows.data[i * rows.cols + col]! <= cut
  const sides = [list.filter(goes), list.filter((i) => !goes(i))].map((side) => exactTree(rows, labels, side, depth - 1, minRows))
  return (x) => sides[x[col]! <= cut ? 0 : 1]!(x)
}

const each = (rows: Matrix, of: (x: Float32Array) => number) =>
  Float64Array.from({ length: rows.rows }, (_, i) => of(rows.data.subarray(i * rows.cols, (i + 1) * rows.cols)))

test.each([1, 2, 3, 4])("a single tree on small data splits as brute force does: seed %i", async (seed) => {
  const { rows, labels } = friedman(60, seed)
  const list = Array.from({ length: 60 }, (_, i) => i)
  for (const maxDepth of [1, 3, 6]) {
    const expected = each(rows, exactTree(rows, labels, list, maxDepth, 3))
    const found = (await decisionTree({ maxDepth, minRows: 3 }).fit({ rows, labels }, { seed: 1 })).predict(rows)
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4)
  }
})

test("a forest beats a single tree, boosting beats the forest's single trees, on rows not seen", async () => {
  const [train, held] = [friedman(1500, 11), friedman(1500, 12)]
  const tree = (await decisionTree({ minRows: 5 }).fit(train, { seed: 1 })).predict(held.rows)
  const forest = (await randomForest({ trees: 60 }).fit(train, { seed: 1 })).predict(held.rows)
  const boosted = (await gradientBoosting({ rounds: 150, leaves: 15 }).fit(train, { seed: 1 })).predict(held.rows)
  expect(rmse(forest, held.labels)).toBeLessThan(0.85 * rmse(tree, held.labels))
  expect(rmse(boosted, held.labels)).toBeLessThan(0.85 * rmse(tree, held.labels))
})

test("a tree of 0 and 1 gives the share of ones in each leaf", async () => {
  const rows = matrix(8, 1, Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2))
  const model = await decisionTree().fit({ rows, labels: Float32Array.of(0, 0, 0, 1, 1, 1, 1, 0) }, { seed: 1 })
  expect([...model.predict(matrix(2, 1, Float32Array.of(1, 2)))].map((p) => Math.round(p * 1e4) / 1e4)).toEqual([0.25, 0.75])
})

test("boosting on histograms is within 0.5 % of boosting on every threshold", async () => {
  const [train, held] = [friedman(1200, 21), friedman(4000, 22)]
  const settings = { rounds: 40, learningRate: 0.2, growth: "depth", maxDepth: 4, minRows: 10, l2: 0 } as const
  const histogram = (await gradientBoosting(settings).fit(train, { seed: 1 })).predict(held.rows)
  const base = train.labels.reduce((a, b) => a + b, 0) / train.labels.length
  const list = Array.from(train.labels.keys())
  const [scores, exact] = [new Float64Array(train.labels.length).fill(base), new Float64Array(held.labels.length).fill(base)]
  for (let round = 0; round < settings.rounds; round++) {
    const left = scores.map((score, i) => train.labels[i]! - score)
    const tree = exactTree(train.rows, left, list, settings.maxDepth, settings.minRows)
    for (const [of, rows] of [
      [scores, train.rows],
      [exact, held.rows],
    ] as const) {
      for (const [i, value] of each(rows, tree).entries()) of[i]! += settings.learningRate * value
    }
  }
  expect(rmse(histogram, held.labels)).toBeLessThan(1.005 * rmse(exact, held.labels))
})
