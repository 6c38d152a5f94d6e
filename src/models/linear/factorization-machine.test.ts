import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { bruteForce, meetings } from "./factor-fixtures.test.helper.ts"
import { factorizationMachine, loadFactorizationMachine } from "./factorization-machine.ts"
import { fieldAwareMachine, loadFieldAware } from "./field-aware.ts"

describe.each([false, true])("with values: %s", (withValues) => {
  test("learning equals the brute force, row by row in doubles", async () => {
    const data = meetings(120, 3, withValues)
    const plain = await factorizationMachine({ factors: 4, epochs: 2 }).fit(data, { seed: 5 })
    bruteForce(data, 4, 2, false, 5).forEach((score, row) => {
      expect(Math.abs(plain.scores(data.rows)[row]! - score)).toBeLessThan(2e-4)
    })
    const aware = await fieldAwareMachine({ factors: 4, epochs: 2 }).fit(data, { seed: 5 })
    bruteForce(data, 4, 2, true, 5).forEach((score, row) => {
      expect(Math.abs(aware.scores(data)[row]! - score)).toBeLessThan(2e-4)
    })
  })

  test("one row is predicted as in the batch, and contributions add up to the score", async () => {
    const data = meetings(60, 4, withValues)
    const { offsets, indices, values } = data.rows
    const plain = await factorizationMachine({ factors: 8, epochs: 3 }).fit(data, { seed: 1 })
    const aware = await fieldAwareMachine({ epochs: 3 }).fit(data, { seed: 1 })
    for (let row = 0; row < 60; row++) {
      const part = <T extends Float32Array | Uint32Array>(all: T) => all.subarray(offsets[row], offsets[row + 1]) as T
      const rowValues = values && part(values)
      expect(Math.fround(plain.predictRow(part(indices), rowValues))).toBe(plain.predict(data.rows)[row])
      expect(Math.fround(aware.predictRow(part(indices), part(data.fields), rowValues))).toBe(aware.predict(data)[row])
      const sum = plain.contributions(part(indices), rowValues).reduce((all, one) => all + one, plain.intercept)
      expect(Math.abs(sum - plain.scores(data.rows)[row]!)).toBeLessThan(1e-6)
    }
  })
})

test("pairs that no linear model can see are learned: the loss falls to that of the rule", async () => {
  const data = meetings(2000, 6)
  const held = meetings(1000, 7)
  const rule = -0.9 * Math.log(0.9) - 0.1 * Math.log(0.1)
  const lossOf = (probabilities: Float32Array) =>
    probabilities.reduce((sum, p, row) => sum - Math.log(held.targets[row] === 1 ? p : 1 - p), 0) / probabilities.length
  const plain = await factorizationMachine({ factors: 4, epochs: 20 }).fit(data, { seed: 1 })
  const aware = await fieldAwareMachine({ factors: 4, epochs: 20 }).fit(data, { seed: 1 })
  expect(lossOf(plain.predict(held.rows))).toBeLessThan(rule + 0.06)
  expect(lossOf(aware.predict(held))).toBeLessThan(rule + 0.06)
  expect(plain.losses[19]).toBeLessThan(plain.losses[0]! - 0.02)
})

test("a column never seen, and a row without entries, add nothing", async () => {
  const model = await factorizationMachine({ factors: 4 }).fit(meetings(50, 1), { seed: 1 })
  expect(model.predictRow([1, 5, 12])).toBe(model.predictRow([1, 5]))
  expect(model.predictRow([])).toBe(1 / (1 + Math.exp(-model.intercept)))
  const aware = await fieldAwareMachine().fit(meetings(50, 1), { seed: 1 })
  expect(aware.predictRow([1, 5, 12], [0, 1, 2])).toBe(aware.predictRow([1, 5], [0, 1]))
})

test("squared and Poisson families learn what is expected", async () => {
  const data = { ...meetings(1500, 2), targets: Float32Array.from(meetings(1500, 2).targets, (label) => 3 * label + 1) }
  for (const family of ["squared", "poisson"] as const) {
    const model = await factorizationMachine({ family, factors: 4, epochs: 20 }).fit(data, { seed: 1 })
    expect(model.predictRow([0, 4, 8])).toBeGreaterThan(3)
    expect(model.predictRow([0, 5, 8])).toBeLessThan(2)
  }
})

test.each([
  { config: { factors: 6 }, message: "expected factors as a multiple of 4, came 6" },
  { config: { epochs: 0 }, message: "expected epochs of 1 or more, came 0" },
  { config: { learningRate: Number.NaN }, message: "expected a learningRate above 0, came NaN" },
  { config: { l2: -1 }, message: "expected l2 of 0 or more, came -1" },
])("refused: $message", ({ config, message }) => {
  expect(() => factorizationMachine(config)).toThrow(message)
})

test("refused before training: bad labels, fields that do not fit, and more memory than allowed, with the bytes it would need", async () => {
  const data = meetings(20, 1)
  const bad = { ...data, targets: data.targets.map((label, row) => (row === 3 ? 2 : label)) }
  await expect(factorizationMachine().fit(bad, { seed: 1 })).rejects.toThrow("expected labels in [0, 1], came 2 in row 3.")
  await expect(fieldAwareMachine().fit({ ...data, fields: new Uint32Array(1) }, { seed: 1 })).rejects.toThrow(
    "expected 60 fields, one an entry, came 1.",
  )
  await expect(factorizationMachine({ maxBytes: 1000 }).fit(data, { seed: 1 })).rejects.toThrow("a need of 1600 bytes")
})

estimatorContract("factorization machine", {
  estimator: () => factorizationMachine({ factors: 4, epochs: 3 }),
  data: () => meetings(100, 2, true),
  load: loadFactorizationMachine,
  answers: (model) => [model.intercept, model.losses, model.scores(meetings(20, 9, true).rows), model.predictRow([1, 6])],
})

estimatorContract("field-aware machine", {
  estimator: () => fieldAwareMachine({ factors: 4, epochs: 3 }),
  data: () => meetings(100, 2),
  load: loadFieldAware,
  answers: (model) => [model.intercept, model.losses, model.scores(meetings(20, 9)), model.predictRow([1, 6], [0, 1])],
})
