import { expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../src/core/index.ts"
import * as f from "../../src/features/index.ts"
import { auc } from "../../src/metrics/index.ts"
import { logistic, regressionPath } from "../../src/models/index.ts"

const COLUMNS = 20
const signals = Array.from({ length: 10 }, (_, i) => 2 * i)

/** Ten columns whose weighted sum decides the label, at the even places, among ten of noise. */
function planted(rows: number, seed: number) {
  const chance = random(seed)
  const out = matrix(rows, COLUMNS)
  const labels = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let logit = 0
    for (let col = 0; col < COLUMNS; col++) {
      const x = chance.normal()
      out.data[row * COLUMNS + col] = x
      if (col % 2 === 0) logit += (col % 4 === 0 ? 0.6 : -0.6) * x
    }
    labels[row] = chance.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
  }
  return { rows: out, labels }
}

function columnsOf({ data, rows, cols }: Matrix, columns: readonly number[]): Matrix {
  const out = matrix(rows, columns.length)
  out.data.forEach((_, at) => {
    out.data[at] = data[Math.floor(at / columns.length) * cols + columns[at % columns.length]!]!
  })
  return out
}

const train = planted(1200, 1)
const validation = planted(1200, 2)
const fresh = planted(2000, 3)

async function quality(columns: readonly number[], on: typeof train): Promise<number> {
  const model = await logistic().fit({ rows: columnsOf(train.rows, columns), labels: train.labels }, { seed: 1 })
  return auc(on.labels, model.predict(columnsOf(on.rows, columns)))!
}
const found = (columns: readonly number[]) => columns.filter((col) => signals.includes(col)).length

test("forward selection finds nine of ten planted columns at the least, and little else; a filter is as good here in one pass", async () => {
  const wrapper = await f.selectForward({ columns: COLUMNS, score: (columns) => quality(columns, validation), tolerance: 0.001 })
  expect(found(wrapper.columns)).toBeGreaterThanOrEqual(9)
  expect(wrapper.columns.length).toBeLessThanOrEqual(12)
  const { scores } = f.anova(train.rows, train.labels)
  const filter = f.keepColumns(scores, { best: 10 })
  expect(found(filter)).toBeGreaterThanOrEqual(9)
  expect(wrapper.fits).toBeGreaterThan(100)
  const [byWrapper, byFilter] = [await quality(wrapper.columns, fresh), await quality(filter, fresh)]
  expect(Math.abs(byWrapper - byFilter)).toBeLessThan(0.02)
})

test("the L1 path lets the planted columns in first", async () => {
  const penalties = Array.from({ length: 12 }, (_, i) => 200 * 0.7 ** i)
  const models = await regressionPath(
    { rows: train.rows, targets: train.labels },
    penalties.map((l1) => ({ l1 })),
    { family: "logistic", standardise: true },
    { seed: 1 },
  )
  const path = await f.penaltyPath(async (l1) => models[penalties.indexOf(l1)]!.coefficients, penalties)
  expect(found(f.keepColumns(path.entered, { best: 10 }))).toBeGreaterThanOrEqual(9)
})

test("permutation importance of a fitted model ranks planted columns above noise", async () => {
  const model = await logistic().fit(train, { seed: 1 })
  const { mean } = f.permutationImportance(validation.rows, (rows) => auc(validation.labels, model.predict(rows))!, { seed: 1, repeats: 3 })
  expect(found(f.keepColumns(mean, { best: 10 }))).toBe(10)
})
