import { expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../src/core/index.ts"
import * as f from "../../src/features/index.ts"
import { auc } from "../../src/metrics/index.ts"
import { gradientBoosting, logistic } from "../../src/models/index.ts"

/** Four columns whose sum decides the label; the share of cells asked for is multiplied by ten thousand, as a slipped unit does. */
function rowsWith(outliers: number, rows: number, seed: number): { readonly rows: Matrix; readonly labels: Float32Array } {
  const chance = random(seed)
  const out = matrix(rows, 4)
  const labels = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let col = 0; col < 4; col++) {
      const x = chance.normal()
      sum += x
      out.data[row * 4 + col] = chance.next() < outliers ? 1e4 * x : x
    }
    labels[row] = chance.next() < 1 / (1 + Math.exp(-1.5 * sum)) ? 1 : 0
  }
  return { rows: out, labels }
}

const fresh = rowsWith(0, 3000, 99)

async function linear(outliers: number, step?: f.TransformStep): Promise<number> {
  const train = rowsWith(outliers, 3000, 1)
  const fitted = await step?.fit(train, { seed: 1 })
  const model = await logistic({ l2: 10 }).fit({ ...train, rows: fitted?.transform(train.rows) ?? train.rows }, { seed: 1 })
  return auc(fresh.labels, model.predict(fitted?.transform(fresh.rows) ?? fresh.rows))!
}

async function trees(outliers: number): Promise<number> {
  const model = await gradientBoosting({ objective: "logistic", rounds: 60, leaves: 15 }).fit(rowsWith(outliers, 3000, 1), { seed: 1 })
  return auc(fresh.labels, model.predict(fresh.rows))!
}

test("with 1 % gross outliers trees lose under 2 % of their AUC, a linear model more, and capping mends it", async () => {
  const [treesClean, treesDirty] = [await trees(0), await trees(0.01)]
  const [linearClean, linearDirty, linearCapped] = [await linear(0), await linear(0.01), await linear(0.01, f.cap())]
  const lost = (clean: number, dirty: number) => (clean - dirty) / clean
  expect(lost(treesClean, treesDirty)).toBeLessThan(0.02)
  expect(lost(linearClean, linearDirty)).toBeGreaterThan(0.02)
  expect(lost(linearClean, linearCapped)).toBeLessThan(0.02)
})

test("outlier rows can be found and dropped by the bounds that capping learns, and are counted", async () => {
  const { rows } = rowsWith(0.01, 3000, 1)
  const { params } = await f.cap({ low: 0.001, high: 0.999 }).fit({ rows }, { seed: 1 })
  const { dropped, loss } = f.dropOutliers(rows, params)
  expect(dropped).toBeGreaterThan(10)
  expect(loss).toBeLessThan(0.02)
})
