import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { random, type SparseMatrix } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"
import { ftrl, openStream } from "./ftrl.ts"
import { loadFtrl } from "./ftrl-model.ts"
import type { SparseData } from "./sparse-data.ts"

/** Rows of `0 .. 2 * width` entries over 32 columns, whose targets follow the first eight columns. */
function stream(n: number, seed: number, { width = 4, withValues = false, weighted = false } = {}): SparseData {
  const draw = random(seed)
  const [offsets, indices, values]: [number[], number[], number[]] = [[0], [], []]
  const targets = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    let score = -0.5
    const columns = new Set(Array.from({ length: draw.integer(2 * width + 1) }, () => draw.integer(32)))
    for (const col of [...columns].sort((a, b) => a - b)) {
      const x = withValues ? Math.fround(draw.normal()) : 1
      indices.push(col)
      values.push(x)
      if (col < 8) score += x * (col % 2 === 0 ? 1.5 : -1)
    }
    offsets.push(indices.length)
    targets[row] = draw.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0
  }
  const rows = { rows: n, cols: 32, offsets: Uint32Array.from(offsets), indices: Uint32Array.from(indices) }
  return {
    rows: withValues ? { ...rows, values: Float32Array.from(values) } : rows,
    targets,
    ...(weighted ? { weights: Float32Array.from(targets, () => draw.integer(3)) } : {}),
  }
}

/** FTRL-proximal in plain doubles: predictions before each row is learned from. */
function bruteForce({ rows, targets, weights }: SparseData, family: FamilyName, { alpha = 0.1, beta = 1, l1 = 0, l2 = 0 }): number[] {
  const state = Array.from({ length: rows.cols + 1 }, () => ({ z: 0, n: 0 }))
  const weightOf = ({ z, n }: { z: number; n: number }, l: number) =>
    Math.abs(z) <= l ? 0 : -(z - Math.sign(z) * l) / ((beta + Math.sqrt(n)) / alpha + l2)
  return Array.from({ length: rows.rows }, (_, row) => {
    const entries = [{ slot: state[rows.cols]!, x: 1, l: 0 }]
    for (let at = rows.offsets[row]!; at < rows.offsets[row + 1]!; at++) {
      entries.push({ slot: state[rows.indices[at]!]!, x: rows.values?.[at] ?? 1, l: l1 })
    }
    const mean = families[family].mean(entries.reduce((sum, { slot, x, l }) => sum + x * weightOf(slot, l), 0))
    for (const { slot, x, l } of entries) {
      const g = (mean - targets[row]!) * x * (weights?.[row] ?? 1)
      const sigma = (Math.sqrt(slot.n + g * g) - Math.sqrt(slot.n)) / alpha
      slot.z += g - sigma * weightOf(slot, l)
      slot.n += g * g
    }
    return mean
  })
}

describe.each(["logistic", "squared", "poisson"] as const)("%s", (family) => {
  test.each([
    { withValues: false, weighted: false, rates: {} },
    { withValues: true, weighted: true, rates: { alpha: 0.2, beta: 0.5, l1: 0.3, l2: 0.1 } },
  ])("every prediction equals brute force, values $withValues", async ({ withValues, weighted, rates }) => {
    const data = stream(400, 3, { withValues, weighted })
    const learner = await openStream({ family, bits: 5, ...rates })
    const seen = learner.update(data.rows, data.targets, data.weights)
    bruteForce(data, family, rates).forEach((wanted, row) => {
      expect(Math.abs(seen[row]! - wanted)).toBeLessThan(2e-5 * Math.max(1, wanted))
    })
  })
})

test("row by row, in batches, and through a snapshot in between: one state", async () => {
  const data = stream(300, 5, { withValues: true })
  const { offsets, indices, values } = data.rows
  const config = { bits: 5, l1: 0.1 }
  const [one, many, resumed] = [await openStream(config), await openStream(config), await openStream(config)]
  const batch = many.update(data.rows, data.targets)
  for (let row = 0; row < 300; row++) {
    const span = [offsets[row]!, offsets[row + 1]!] as const
    expect(one.updateRow(indices.subarray(...span), data.targets[row]!, values!.subarray(...span))).toBe(batch[row])
    if (row !== 149) continue
    const bundle = memoryBundle()
    one.snapshot().save(bundle.writer)
    resumed.restore(loadFtrl(bundle.reader))
  }
  const half: SparseMatrix = { ...data.rows, rows: 150, offsets: offsets.subarray(150) }
  resumed.update(half, data.targets.subarray(150))
  expect(one.snapshot().parts.state).toEqual(many.snapshot().parts.state)
  expect(resumed.snapshot().parts.state).toEqual(many.snapshot().parts.state)
  expect(resumed.rowsSeen).toBe(300)
})

test("the snapshot predicts as the learner does, one row as the batch, and stays as it was while learning goes on", async () => {
  const data = stream(200, 6, { withValues: true })
  const learner = await openStream({ bits: 5 })
  learner.update(data.rows, data.targets)
  const model = learner.snapshot()
  const now = learner.predict(data.rows)
  const before = model.predict(data.rows)
  before.forEach((p, row) => {
    expect(Math.abs(p - now[row]!)).toBeLessThan(1e-6)
  })
  learner.update(data.rows, data.targets)
  expect(model.predict(data.rows)).toEqual(before)
  expect(learner.predict(data.rows)).not.toEqual(now)
  const { offsets, indices, values } = data.rows
  const span = [offsets[7]!, offsets[8]!] as const
  const [columns, x] = [indices.subarray(...span), values!.subarray(...span)]
  expect(Math.fround(model.predictRow(columns, x))).toBe(before[7])
  const sum = model.contributions(columns, x).reduce((all, part) => all + part, model.intercept)
  expect(Math.abs(sum - model.scores(data.rows)[7]!)).toBeLessThan(1e-6)
})

test("L1 keeps the columns that say nothing at exactly 0", async () => {
  const data = stream(5000, 8)
  const free = await ftrl({ bits: 5 }).fit(data, { seed: 1 })
  const sparse = await ftrl({ bits: 5, l1: 12 }).fit(data, { seed: 1 })
  expect(free.nonZero).toBe(32)
  expect(sparse.nonZero).toBeLessThan(20)
  for (let col = 0; col < 8; col++) expect(Math.sign(sparse.weights[col]!)).toBe(col % 2 === 0 ? 1 : -1)
})

test("more rows than fit the buffer, and none at all, give the same as row by row", async () => {
  const data = stream(20_000, 9, { width: 8 })
  const learner = await openStream({ bits: 5 })
  const seen = learner.update(data.rows, data.targets)
  const wanted = bruteForce(data, "logistic", {})
  expect(Math.abs(seen[19_999]! - wanted[19_999]!)).toBeLessThan(1e-3)
  expect(learner.update({ rows: 0, cols: 32, offsets: new Uint32Array(1), indices: new Uint32Array(0) }, new Float32Array(0)).length).toBe(
    0,
  )
  expect(learner.rowsSeen).toBe(20_000)
})

test("property: a refused batch changes nothing", async () => {
  const data = stream(50, 2, { withValues: true })
  const learner = await openStream({ bits: 5 })
  learner.update(data.rows, data.targets)
  const before = learner.snapshot().parts.state
  const bad = fc.oneof(
    fc.record({ what: fc.constant("target" as const), at: fc.nat(49), to: fc.constantFrom(Number.NaN, -1, 2) }),
    fc.record({ what: fc.constant("value" as const), at: fc.nat(data.rows.indices.length - 1), to: fc.constantFrom(Number.NaN, Infinity) }),
  )
  fc.assert(
    fc.property(bad, ({ what, at, to }) => {
      const targets = data.targets.slice()
      const values = data.rows.values!.slice()
      if (what === "target") targets[at] = to
      else values[at] = to
      expect(() => learner.update({ ...data.rows, values }, targets)).toThrow("ftrl: expected")
      expect(learner.snapshot().parts.state).toEqual(before)
    }),
  )
  expect(() => learner.updateRow([32], 1)).toThrow("ftrl: expected columns below 2^5, came 32.")
  expect(() => learner.updateRow([1], 1, undefined, -1)).toThrow("a finite weight of 0 or more, came -1")
})

test.each([
  { config: { bits: 40 }, message: "bits from 1 to 28, came 40" },
  { config: { alpha: 0 }, message: "an alpha above 0, came 0" },
  { config: { l1: -1 }, message: "l1 of 0 or more, came -1" },
  { config: { beta: 0 }, message: "beta or l2 above 0, came both 0" },
])("refused: $message", ({ config, message }) => {
  expect(() => ftrl(config)).toThrow(message)
})

test("a learner over its memory cap is refused with the bytes it would need", async () => {
  await expect(openStream({ bits: 20, maxBytes: 1e6 })).rejects.toThrow("a need of 8388")
})

estimatorContract("FTRL-proximal", {
  estimator: () => ftrl({ bits: 5, l1: 0.2, epochs: 2 }),
  data: () => stream(300, 2, { withValues: true, weighted: true }),
  load: loadFtrl,
  answers: (model) => [model.intercept, model.weights, model.rowsSeen, model.parts.losses, model.predict(stream(30, 4).rows)],
})
