import { expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../src/core/index.ts"
import {
  classCounts,
  classWeights,
  downSample,
  type Expansion,
  expandTrain,
  partsOf,
  priorCorrected,
  rowWeights,
  smote,
  splitByRatio,
  upSample,
} from "../../src/data/index.ts"
import { auc, logLoss } from "../../src/metrics/index.ts"
import { logistic } from "../../src/models/index.ts"

/** Two clouds in the plane, 3 % of the rows in the rare one. */
function clouds(rows: number, seed: number) {
  const draw = random(seed)
  const labels = Float32Array.from({ length: rows }, () => (draw.next() < 0.03 ? 1 : 0))
  const data = Float32Array.from({ length: 2 * rows }, (_, at) => draw.normal() + 1.4 * labels[at >> 1]!)
  return { rows: matrix(rows, 2, data), labels }
}

const rowsOf = ({ data, cols }: Matrix, places: ArrayLike<number>) =>
  matrix(
    places.length,
    cols,
    Float32Array.from({ length: places.length * cols }, (_, at) => data[places[Math.floor(at / cols)]! * cols + (at % cols)]!),
  )

const [train, held] = [clouds(4000, 1), clouds(20_000, 2)]
const rate = train.labels.reduce((sum, label) => sum + label, 0) / 4000

async function measured(rows: Matrix, labels: Float32Array, weights?: Float32Array) {
  const model = await logistic().fit({ rows, labels, ...(weights === undefined ? {} : { weights }) }, { seed: 1 })
  const scores = model.predict(held.rows)
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? labels.length
  const trainPrior = labels.reduce((sum, label, row) => sum + label * (weights?.[row] ?? 1), 0) / total
  const corrected = scores.map((p) => priorCorrected(p, { trainPrior, truePrior: rate }))
  const positives = held.labels.reduce((sum, label) => sum + label, 0)
  return {
    area: auc(held.labels, scores)!,
    recall: scores.reduce((sum, p, row) => sum + (p >= 0.5 && held.labels[row] === 1 ? 1 : 0), 0) / positives,
    loss: logLoss(held.labels, scores),
    corrected: logLoss(held.labels, corrected),
    mean: corrected.reduce((sum, p) => sum + p, 0) / corrected.length,
  }
}

const balanced: Readonly<Record<string, () => Promise<{ rows: Matrix; labels: Float32Array; weights?: Float32Array }>>> = {
  "down-sampling": async () => {
    const { rows } = downSample(train.labels, { seed: 3 })
    return { rows: rowsOf(train.rows, rows), labels: Float32Array.from(rows, (row) => train.labels[row]!) }
  },
  "up-sampling": async () => {
    const { rows } = upSample(train.labels, { seed: 3 })
    return { rows: rowsOf(train.rows, rows), labels: Float32Array.from(rows, (row) => train.labels[row]!) }
  },
  SMOTE: async () => {
    const rare = Array.from(train.labels.keys()).filter((row) => train.labels[row] === 1)
    const made = await smote(rowsOf(train.rows, rare), { seed: 3, count: 4000 - 2 * rare.length })
    const labels = Float32Array.from([...train.labels, ...new Array<number>(made.rows.rows).fill(1)])
    return { rows: matrix(labels.length, 2, Float32Array.from([...train.rows.data, ...made.rows.data])), labels }
  },
  "class weights": async () => ({ ...train, weights: rowWeights(train.labels, classWeights(classCounts(train.labels))) }),
}

test.each(Object.keys(balanced))(
  "%s finds more of the rare class, and prior correction undoes what it does to probabilities",
  async (name) => {
    const plain = await measured(train.rows, train.labels)
    const { rows, labels, weights } = await balanced[name]!()
    const found = await measured(rows, labels, weights)
    expect(found.recall).toBeGreaterThan(plain.recall + 0.5)
    expect(Math.abs(found.area - plain.area)).toBeLessThan(0.02)
    // Half of the rows were rare in training: probabilities are far off until corrected.
    expect(found.loss).toBeGreaterThan(2 * plain.loss)
    expect(found.corrected).toBeLessThan(1.1 * plain.loss)
    expect(found.mean / rate).toBeGreaterThan(0.75)
    expect(found.mean / rate).toBeLessThan(1.25)
  },
)

test("expanding train by a symmetry that is known beats plain train on held-out rows", async () => {
  const draw = random(5)
  // Left and right halves of a thing: which half has what does not matter to the label.
  const side = 15
  const weights = Float64Array.from({ length: side }, () => draw.normal() / 2)
  const things = Array.from({ length: 3080 }, () => {
    const values = Array.from({ length: 2 * side }, () => draw.normal())
    const logit = values.reduce((sum, value, i) => sum + value * weights[i % side]!, 0)
    return { values, label: draw.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0 }
  })
  const { train: part, test: tested } = partsOf(splitByRatio(3080, { test: 3000 / 3080 }, { seed: 1 }), (rows) =>
    Array.from(rows, (row) => things[row]!),
  )
  const held = tested.open({ release: "expanded and plain", now: 0 })
  const mirror: Expansion<(typeof things)[number]> = {
    name: "mirror",
    make: ({ values, label }) => [{ values: [...values.slice(side), ...values.slice(0, side)], label }],
  }
  const area = async (examples: readonly (typeof things)[number][]) => {
    const asMatrix = (some: readonly (typeof things)[number][]) =>
      matrix(some.length, 2 * side, Float32Array.from(some.flatMap(({ values }) => values)))
    const model = await logistic().fit({ rows: asMatrix(examples), labels: Float32Array.from(examples, ({ label }) => label) }, { seed: 1 })
    return auc(
      held.map(({ label }) => label),
      model.predict(asMatrix(held)),
    )!
  }
  const plain = await area(part.data)
  const expanded = await area(expandTrain(part, [mirror], { seed: 1 }).examples)
  expect(expanded).toBeGreaterThan(plain + 0.02)
})
