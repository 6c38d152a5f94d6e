import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { random } from "../../core/index.ts"
import {
  calibrators,
  fitIsotonic,
  fitTemperature,
  isotonic,
  loadCalibrator,
  platt,
  priorShift,
  sampledNegatives,
  temperature,
} from "./index.ts"

interface Case<Input, Expected> {
  readonly id: string
  readonly fn: string
  readonly input: Input
  readonly expected: Expected
  readonly tol?: { readonly rel: number; readonly abs: number }
}

function cases<Input, Expected>(file: string, fn: string): Case<Input, Expected>[] {
  const text = readFileSync(new URL(`../../../test/vectors/${file}`, import.meta.url), "utf8")
  return (JSON.parse(text) as { cases: Case<Input, Expected>[] }).cases.filter((one) => one.fn === fn)
}

function near(got: ArrayLike<number>, wanted: readonly number[], tol = { rel: 1e-9, abs: 1e-12 }): void {
  expect(got.length).toBe(wanted.length)
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `number ${i}`).toBeLessThanOrEqual(Math.max(tol.abs, tol.rel * Math.abs(value)))
  })
}

type Isotonic = { x: number[]; y: number[]; w?: number[]; apply: number[] }
test.each(
  cases<Isotonic, { fitted: number[]; applied: number[]; xThresholds: number[]; yThresholds: number[] }>("calibration.json", "isotonic"),
)("isotonic, $id", async ({ input: { x, y, w, apply }, expected }) => {
  const { scores, values } = fitIsotonic(x, y, w)
  near(scores, expected.xThresholds)
  near(values, expected.yThresholds)
  const scale = Math.max(1, ...y)
  const model = await isotonic().fit(
    { scores: Float64Array.from(x), labels: Float64Array.from(y, (v) => v / scale), ...(w && { weights: Float64Array.from(w) }) },
    { seed: 1 },
  )
  near(
    model.calibrate(Float64Array.from(x)).map((v) => v * scale),
    expected.fitted,
  )
  near(
    model.calibrate(Float64Array.from(apply)).map((v) => v * scale),
    expected.applied,
  )
})

test.each(
  cases<{ scores: number[]; y: number[]; apply: number[] }, { A: number; B: number; applied: number[] }>("calibration.json", "platt"),
)("platt, $id", async ({ input: { scores, y, apply }, expected, tol }) => {
  const model = await platt().fit({ scores: Float64Array.from(scores), labels: Float32Array.from(y) }, { seed: 1 })
  if (model.parts.kind !== "sigmoid") throw new Error("not a sigmoid")
  near([-model.parts.slope, -model.parts.shift], [expected.A, expected.B], tol)
  near(model.calibrate(Float64Array.from(apply)), expected.applied, tol)
})

test.each(
  cases<{ logits: number[][]; y: number[] }, { T: number; nllBefore: number; nllAfter: number }>("calibration.json", "temperature"),
)("temperature, $id", ({ input: { logits, y }, expected, tol }) => {
  const found = fitTemperature(Float64Array.from(logits.flat()), 3, y)
  near([found.temperature, found.lossBefore, found.lossAfter], [expected.T, expected.nllBefore, expected.nllAfter], tol)
})

test.each(cases<{ q: number; w: number }, number>("imbalance.json", "downsample_correct"))(
  "negatives kept at a rate, $id",
  ({ input: { q, w }, expected }) => {
    near([sampledNegatives(w).probability(Math.log(q / (1 - q)))], [expected])
  },
)

/** Logits three times too large and one too high. */
function overconfident(n: number, seed: number) {
  const draw = random(seed)
  const truth = Float64Array.from({ length: n }, () => draw.normal())
  return { scores: truth.map((z) => 3 * z + 1), labels: Float32Array.from(truth, (z) => (draw.next() < 1 / (1 + Math.exp(-z)) ? 1 : 0)) }
}

describe.each(Object.entries(calibrators))("%s", (name, make) => {
  test("brings the log loss of held-out rows down, and keeps the order", async () => {
    const model = await make().fit(overconfident(4000, 1), { seed: 1 })
    const { scores, labels } = overconfident(4000, 2)
    const lossOf = (p: Float64Array) =>
      p.reduce((sum, one, i) => sum - Math.log(Math.min(1 - 1e-4, Math.max(1e-4, labels[i] === 1 ? one : 1 - one))), 0) / p.length
    const raw = scores.map((z) => 1 / (1 + Math.exp(-z)))
    const fixed = model.calibrate(scores)
    expect(lossOf(fixed)).toBeLessThan(lossOf(raw))
    if (name !== "temperature") {
      expect(Math.abs(fixed.reduce((a, b) => a + b, 0) / labels.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(0.05)
    }
    const rising = scores.toSorted().map((z) => model.probability(z))
    expect(rising.every((p, i) => i === 0 || p >= rising[i - 1]!)).toBe(true)
    expect(model.probability(Number.NaN)).toBeNaN()
  })

  test("refused: scores that are not finite, labels outside [0, 1], no rows", async () => {
    const fitting = (scores: number[], labels: number[]) =>
      make().fit({ scores: Float64Array.from(scores), labels: Float32Array.from(labels) }, { seed: 1 })
    await expect(fitting([1, Number.NaN], [0, 1])).rejects.toThrow("expected finite scores, came NaN in row 1")
    await expect(fitting([1, 2], [0, 3])).rejects.toThrow("expected labels in [0, 1], came 3 in row 1")
    await expect(fitting([1, 2], [0])).rejects.toThrow("expected 2 labels, came 1")
    await expect(fitting([], [])).rejects.toThrow("expected rows with a weight")
  })

  estimatorContract(`calibration by ${name}`, {
    estimator: make,
    data: () => ({ ...overconfident(200, 3), weights: Float32Array.from({ length: 200 }, (_, i) => i % 3) }),
    load: loadCalibrator,
    answers: (model) => [model.parts, model.calibrate(Float64Array.of(-5, -1, 0, 0.3, 2, 9))],
  })
})

test("separable scores, and scores all alike, end at finite numbers", async () => {
  const apart = await platt().fit({ scores: Float64Array.of(-2, -1, 1, 2), labels: Float32Array.of(0, 0, 1, 1) }, { seed: 1 })
  expect(apart.probability(0)).toBeCloseTo(0.5, 9)
  expect(apart.probability(2)).toBeLessThan(0.99)
  const alike = await platt().fit({ scores: Float64Array.of(5, 5, 5), labels: Float32Array.of(0, 1, 1) }, { seed: 1 })
  expect(alike.probability(5)).toBeCloseTo((2 * 0.75 + 1 / 3) / 3, 6)
  await expect(priorShift().fit({ scores: Float64Array.of(1, 2), labels: Float32Array.of(0, 0) }, { seed: 1 })).rejects.toThrow(
    "labels of both kinds",
  )
  expect(() => sampledNegatives(0)).toThrow("a kept rate in (0, 1], came 0")
})

test("a temperature leaves 0.5 where it was", async () => {
  const model = await temperature().fit(overconfident(500, 4), { seed: 1 })
  expect(model.probability(0)).toBe(0.5)
})

test("property: pooled steps are the best rising fit: no step up or down of one block lowers the squared error", () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(points, (pairs) => {
      const { scores, values } = fitIsotonic(
        pairs.map(([x]) => x),
        pairs.map(([, y]) => y),
      )
      const at = new Map([...scores].map((x, i) => [x, values[i]!]))
      values.forEach((value, i) => {
        if (i > 0) expect(value).toBeGreaterThanOrEqual(values[i - 1]!)
        // The rows of one level have that level as their mean.
        const level = pairs.filter(([x]) =>
          [...scores].some((from, k) => values[k] === value && from <= x && x <= scores[k + (values[k + 1] === value ? 1 : 0)]!),
        )
        const mean = level.reduce((sum, [, y]) => sum + y, 0) / level.length
        expect(mean).toBeCloseTo(value, 9)
      })
      expect(at.size).toBe(scores.length)
    }),
  )
})
