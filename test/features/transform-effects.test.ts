import { expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../src/core/index.ts"
import * as t from "../../src/features/index.ts"
import { auc } from "../../src/metrics/index.ts"
import { logistic } from "../../src/models/index.ts"

test("scaled columns are learnt in a third of the steps or fewer: one step size fits them all", async () => {
  const chance = random(4)
  const rows = matrix(400, 3)
  const labels = new Float64Array(400)
  for (let row = 0; row < 400; row++) {
    const x = [chance.normal(), 30 * chance.normal(), 0.05 * chance.normal()]
    rows.data.set(x, row * 3)
    labels[row] = x[0]! + x[1]! / 30 + x[2]! / 0.05 + 0.3 * chance.normal() > 0 ? 1 : 0
  }
  const scaled = (await t.zScore().fit({ rows }, { seed: 1 })).transform(rows)
  const [raw, fast] = [stepsTo(0.22, rows, labels), stepsTo(0.22, scaled, labels)]
  expect(raw).toBeGreaterThan(3 * fast)
})

/** Steps of gradient descent on the log loss, at the best of many step sizes, until the loss is reached. */
function stepsTo(goal: number, { data, rows, cols }: Matrix, labels: Float64Array): number {
  let best = Number.POSITIVE_INFINITY
  for (let rate = 1e-5; rate < 100; rate *= 4) {
    const weights = new Float64Array(cols)
    for (let step = 1; step < Math.min(best, 600); step++) {
      const gradient = new Float64Array(cols)
      let loss = 0
      for (let row = 0; row < rows; row++) {
        let logit = 0
        for (let c = 0; c < cols; c++) logit += weights[c]! * data[row * cols + c]!
        const off = 1 / (1 + Math.exp(-logit)) - labels[row]!
        loss += Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(logit, 0) - labels[row]! * logit
        for (let c = 0; c < cols; c++) gradient[c]! += (off * data[row * cols + c]!) / rows
      }
      if (loss / rows < goal) best = step
      for (let c = 0; c < cols; c++) weights[c]! -= rate * gradient[c]!
    }
  }
  return best === Number.POSITIVE_INFINITY ? 600 : best
}

/** A category of six values whose effect goes up and down with the code, or grows with it. */
function categories(isOrdinal: boolean, seed: number) {
  const chance = random(seed)
  const effects = isOrdinal ? [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5] : [2, -2, 2, -2, 2, -2]
  const rows = matrix(2000, 1)
  const labels = Float32Array.from({ length: 2000 }, (_, row) => {
    const code = chance.integer(6)
    rows.data[row] = code
    return chance.next() < 1 / (1 + Math.exp(-effects[code]!)) ? 1 : 0
  })
  return { rows, labels }
}

async function aucOf(step: t.TransformStep, isOrdinal: boolean): Promise<number> {
  const train = categories(isOrdinal, 1)
  const test = categories(isOrdinal, 2)
  const { fitted, rows } = await t.fitStep(step, train, { seed: 1 })
  const model = await logistic().fit({ rows, labels: train.labels }, { seed: 1 })
  return auc(test.labels, model.predict(fitted.transform(test.rows)))!
}

test("label codes mislead a linear model on nominal values and serve it well on ordinal ones; one-hot serves both", async () => {
  const [label, hot] = [t.labelEncode(), t.oneHot()]
  expect(await aucOf(label, false)).toBeLessThan(0.65)
  expect(await aucOf(hot, false)).toBeGreaterThan(0.85)
  const [ordinalLabel, ordinalHot] = [await aucOf(label, true), await aucOf(hot, true)]
  expect(ordinalLabel).toBeGreaterThan(0.85)
  expect(Math.abs(ordinalLabel - ordinalHot)).toBeLessThan(0.005)
})

test("target and embedding encodings serve a linear model as well as one-hot, in fewer columns", async () => {
  const best = await aucOf(t.oneHot(), false)
  expect(await aucOf(t.targetEncode(), false)).toBeGreaterThan(best - 0.01)
  expect(await aucOf(t.embedding({ dimension: 1, labels: true }), false)).toBeGreaterThan(best - 0.01)
})
