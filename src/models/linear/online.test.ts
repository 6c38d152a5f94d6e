import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { openStream } from "./ftrl.ts"
import type { FtrlModel } from "./ftrl-model.ts"
import { ftrlOnline, type OnlineLearner, openOnline } from "./online.ts"
import type { SparseData } from "./sparse-data.ts"

/** `n` rows of one column among 16; even columns happen nine times in ten, odd ones once (or the other way round). */
function batch(n: number, seed: number, isTurned = false): SparseData {
  const draw = random(seed)
  const indices = Uint32Array.from({ length: n }, () => draw.integer(16))
  const targets = Float32Array.from(indices, (col) => (draw.next() < (col % 2 === 0 ? 0.9 : 0.1) !== isTurned ? 1 : 0))
  return { rows: { rows: n, cols: 16, offsets: Uint32Array.from({ length: n + 1 }, (_, i) => i), indices }, targets }
}

const open = async (config = {}) => openOnline(ftrlOnline(await openStream({ bits: 4 })), { every: 500, judgeAfter: 100, ...config })

test("a version is published every 500 rows; what is served is the last one and stays as it was", async () => {
  const online = await open()
  expect(online.current).toMatchObject({ version: 0, rows: 0 })
  expect(online.update(batch(300, 1))).toEqual({ outcome: "learned", version: 0 })
  expect(online.current.model.predictRow([0])).toBe(0.5)
  expect(online.update(batch(300, 2))).toEqual({ outcome: "published", version: 1 })
  const { model, loss, rows } = online.current
  expect(rows).toBe(600)
  expect(loss).toBeLessThan(Math.LN2)
  expect(model.predictRow([0])).toBeGreaterThan(0.6)
  const before = model.predictRow([0])
  online.update(batch(300, 3))
  expect(model.predictRow([0])).toBe(before)
})

test("roll back: the version before is served again, learning goes on from it, and its number is never used twice", async () => {
  const online = await open()
  for (let i = 0; i < 4; i++) online.update(batch(500, i))
  const second = online.versions.find(({ version }) => version === 2)!.model
  const twice = await open()
  for (let i = 0; i < 2; i++) twice.update(batch(500, i))
  expect(online.rollback(2).model).toBe(second)
  expect(online.current.version).toBe(2)
  expect(online.update(batch(500, 9))).toEqual({ outcome: "published", version: 5 })
  twice.update(batch(500, 9))
  expect(online.current.model.weights).toEqual(twice.current.model.weights)
  expect(online.rollback().version).toBe(2)
  expect(() => online.rollback(4)).toThrow("rollback: expected a version among 0, 1, 2")
  online.rollback()
  online.rollback()
  expect(() => online.rollback()).toThrow("expected a version before the served one, came only one")
})

test("memory is bounded: five versions are kept", async () => {
  const online = await open({ every: 100 })
  for (let i = 0; i < 30; i++) online.update(batch(100, i))
  expect(online.versions.map(({ version }) => version)).toEqual([26, 27, 28, 29, 30])
})

test("a batch with a bad label is refused with its reason, and nothing was learned", async () => {
  const [online, twin] = [await open(), await open()]
  const bad = batch(200, 5)
  bad.targets[7] = Number.NaN
  expect(online.update(bad)).toEqual({
    outcome: "refused",
    version: 0,
    reason: "ftrl: expected labels in [0, 1], came NaN in row 7. Leave the row out.",
  })
  online.update(batch(500, 1))
  twin.update(batch(500, 1))
  expect(online.current.model.weights).toEqual(twin.current.model.weights)
  expect(online.refused).toBe(1)
})

test("labels turned round blow the loss up: rolled back to the served version, halted after three, resumed by hand", async () => {
  const online = await open()
  for (let i = 0; i < 6; i++) online.update(batch(500, i))
  const { version, model } = online.current
  const outcome = online.update(batch(200, 20, true))
  expect(outcome).toMatchObject({ outcome: "rolledBack", version })
  expect(outcome.reason).toMatch(/a mean loss of \d.* over 200 rows, above 2 times the usual 0\.\d+/)
  expect(online.current.model).toBe(model)
  expect(online.update(batch(500, 7))).toMatchObject({ outcome: "published", version: version + 1 })
  for (let i = 0; i < 3; i++) expect(online.isHalted || online.update(batch(200, 30 + i, true)).outcome).toBe("rolledBack")
  expect(online.isHalted).toBe(true)
  expect(online.update(batch(500, 8)).reason).toContain("halted after 3 blow-ups in a row")
  online.resume()
  for (let i = 0; i < 15; i++) online.update(batch(500, 40 + i, true))
  expect(online.current.model.predictRow([0])).toBeLessThan(0.5)
  expect(online.rolledBack).toBe(4)
})

test("a loss or a weight that is no number never reaches the served version", () => {
  let state = 1
  const learner: OnlineLearner<number, number> = {
    learn: (value) => {
      state += value
      return { rows: 10, loss: value === 99 ? Number.NaN : 1 }
    },
    snapshot: () => state,
    restore: (model) => {
      state = model
    },
    isSound: Number.isFinite,
  }
  const online = openOnline(learner, { every: 10, judgeAfter: 10 })
  expect(online.update(99)).toMatchObject({ outcome: "rolledBack", reason: "a loss that is no number" })
  expect(online.update(Number.POSITIVE_INFINITY)).toMatchObject({ outcome: "rolledBack", reason: "a weight that is not finite" })
  expect(online.update(1)).toMatchObject({ outcome: "published", version: 1 })
  expect(online.current.model).toBe(2)
})

test("rolling back a model of a million weights takes less than a second", async () => {
  const online = openOnline<SparseData, FtrlModel>(ftrlOnline(await openStream({ bits: 20 })), { every: 1, judgeAfter: 1 })
  online.update(batch(10, 1))
  online.update(batch(10, 2))
  const start = performance.now()
  online.rollback()
  expect(performance.now() - start).toBeLessThan(1000)
})

test.each([
  { config: { every: 0 }, message: "every as a whole number from 1, came 0" },
  { config: { keep: 1 }, message: "keep as a whole number from 2, came 1" },
  { config: { blowUp: 1 }, message: "blowUp above 1, came 1" },
  { config: { every: 100, judgeAfter: 200 }, message: "judgeAfter of at most every, 100, came 200" },
])("refused: $message", async ({ config, message }) => {
  const learner = ftrlOnline(await openStream({ bits: 2 }))
  expect(() => openOnline(learner, config)).toThrow(message)
})
