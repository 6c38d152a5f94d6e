import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { conversionWeights, type DelayedOutcomes, delayCurve, delayedLabels } from "./delayed-labels.ts"

const NO = Number.NaN
/** Window 100, now 150: the last two rows are open. */
const small: DelayedOutcomes = { shownAt: [0, 0, 20, 40, 90, 100], convertedAt: [10, NO, 60, 145, 120, NO], now: 150, windowMs: 100 }

test("the delay curve is read from rows whose window is over", () => {
  const curve = delayCurve(small)
  // Delays 10 and 40; row 3 came after its window, row 4 is still young.
  expect(curve.conversions).toBe(2)
  expect([0, 10, 39, 40, 100, 999].map((age) => curve.arrived(age))).toEqual([1 / 3, 2 / 3, 2 / 3, 1, 1, 1])
  expect([curve.windowFor(0.5), curve.windowFor(0.51), curve.windowFor(1)]).toEqual([10, 40, 40])
  expect(() => delayCurve({ ...small, now: 50 })).toThrow("conversions of rows whose window is over")
})

test.each([
  { open: "leave out" as const, labels: [1, 0, 1, 0, 1, NO] },
  { open: "as negative" as const, labels: [1, 0, 1, 0, 1, 0] },
])("rows whose window is open: $open", ({ open, labels }) => {
  expect(delayedLabels(small, open)).toEqual({ labels: Float32Array.from(labels), open: 1, late: 1 })
})

test("an open row is given the chance that it converts after all", () => {
  const curve = { ...delayCurve(small), arrived: () => 0.75 }
  // 0.4 * 0.25 / (1 - 0.4 * 0.75)
  expect(delayedLabels(small, "expected", { curve, probability: 0.4 }).labels[5]).toBeCloseTo(1 / 7, 6)
  expect(delayedLabels(small, "expected", { curve, probability: [0, 0, 0, 0, 0, 1] }).labels[5]).toBe(1)
  expect(() => delayedLabels(small, "expected")).toThrow("a curve and probabilities")
})

test("with exponential delays, expected labels and weights recover the true rate that taking open rows for negatives misses", () => {
  const draw = random(3)
  const [n, rate, mean, windowMs, now] = [40_000, 0.1, 300, 1000, 2000]
  const shownAt = Float64Array.from({ length: n }, () => draw.next() * now)
  const whole = shownAt.map((shown) => (draw.next() < rate ? shown - mean * Math.log(1 - draw.next()) : NO))
  const outcomes = { shownAt, convertedAt: whole.map((time) => (time <= now ? time : NO)), now, windowMs }
  const truth = whole.reduce((sum, time, row) => sum + (time - shownAt[row]! <= windowMs ? 1 : 0), 0) / n
  const mean1 = (labels: Float32Array) => labels.reduce((sum, label) => sum + label, 0) / labels.length
  const curve = delayCurve(outcomes)
  const naive = mean1(delayedLabels(outcomes, "as negative").labels)
  expect(naive / truth).toBeLessThan(0.9)
  // From the naive rate, expectation and mean in turn, as a model would be trained again.
  let p = naive
  for (let turn = 0; turn < 20; turn++) p = mean1(delayedLabels(outcomes, "expected", { curve, probability: p }).labels)
  expect(Math.abs(p / truth - 1)).toBeLessThan(0.03)
  expect(Math.abs(mean1(conversionWeights(outcomes, curve)) / truth - 1)).toBeLessThan(0.03)
})
