import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../core/index.ts"
import * as t from "./index.ts"

const NaNs = Number.NaN
const column = (values: readonly number[]): Matrix => matrix(values.length, 1, Float32Array.from(values))
const fitted = <P>(step: t.ColumnwiseStep<P>, values: readonly number[]) => step.fitColumns([values])

describe("by hand", () => {
  test.each([
    { name: "min-max", step: t.minMax(), train: [2, 4, 6], apply: [2, 3, 6, 8, NaNs], expected: [0, 0.25, 1, 1, NaNs] },
    { name: "min-max, outside flagged", step: t.minMax({ outside: "missing" }), train: [2, 4], apply: [1, 3], expected: [NaNs, 0.5] },
    { name: "min-max, outside kept", step: t.minMax({ outside: "keep" }), train: [2, 4], apply: [0, 6], expected: [-1, 2] },
    { name: "min-max of a constant", step: t.minMax(), train: [3, 3], apply: [3, 9], expected: [0, 0] },
    { name: "z-score", step: t.zScore(), train: [1, 3, NaNs], apply: [1, 2, 5, NaNs], expected: [-1, 0, 3, NaNs] },
    { name: "z-score of nothing", step: t.zScore(), train: [NaNs], apply: [4], expected: [4] },
    { name: "robust", step: t.robust(), train: [1, 2, 3, 4, 1000], apply: [3, 5], expected: [0, 1] },
    { name: "log1p", step: t.log1p(), train: [], apply: [0, Math.E - 1, 1 - Math.E], expected: [0, 1, -1] },
    { name: "log1p, negative missing", step: t.log1p({ negative: "missing" }), train: [], apply: [0, -1], expected: [0, NaNs] },
    {
      name: "buckets of equal shares",
      step: t.buckets({ buckets: 2 }),
      train: [1, 2, 3, 4],
      apply: [0, 2, 2.5, 9],
      expected: [0, 0, 1, 1],
    },
    { name: "buckets by edges", step: t.buckets({ edges: [10, 20] }), train: [], apply: [9, 10, 20, NaNs], expected: [0, 1, 2, NaNs] },
    { name: "cap", step: t.cap({ low: 0.25, high: 0.75 }), train: [0, 1, 2, 3, 4], apply: [-9, 2, 9], expected: [1, 2, 3] },
    { name: "quantile", step: t.quantile(), train: [10, 20, 30], apply: [0, 15, 30], expected: [0, 0.25, 1] },
    { name: "fill mean", step: t.impute({ by: "mean" }), train: [1, 2, 6, NaNs], apply: [NaNs, 5], expected: [3, 5] },
    { name: "fill median", step: t.impute(), train: [1, 2, 60], apply: [NaNs], expected: [2] },
    { name: "fill mode", step: t.impute({ by: "mode" }), train: [5, 7, 7, 5, 1], apply: [NaNs], expected: [5] },
    { name: "fill max", step: t.impute({ by: "max" }), train: [5, 7], apply: [NaNs], expected: [7] },
    { name: "fill min", step: t.impute({ by: "min" }), train: [5, 7], apply: [NaNs], expected: [5] },
    { name: "fill constant", step: t.impute({ by: "constant", constant: -1 }), train: [5], apply: [NaNs], expected: [-1] },
    { name: "fill of nothing", step: t.impute(), train: [NaNs], apply: [NaNs], expected: [0] },
  ])("$name", ({ step, train, apply, expected }) => {
    const got = fitted(step as t.ColumnwiseStep<unknown>, train).values(0, apply)
    expected.forEach((want, i) => {
      if (Number.isNaN(want)) expect(got[i]).toBeNaN()
      else expect(got[i]).toBeCloseTo(want, 12)
    })
  })
})

test.each([
  [() => t.buckets({ buckets: 1 }), "2 buckets or more"],
  [() => t.buckets({ edges: [2, 1] }), "edges that ascend"],
  [() => t.cap({ low: 0.9, high: 0.1 }), "low < high"],
  [() => t.cyclic({ period: 0 }), "a period above 0"],
  [() => t.impute({ by: "average" as never }), "a fill among"],
  [() => t.imputeModel({ ridge: 0 }), "a ridge above 0"],
  [
    () =>
      t
        .power()
        .fitColumns([[1, 2]])
        .undo(matrix(1, 1)),
    "can be undone",
  ],
])("refused: %#", (call, words) => {
  expect(call).toThrow(words)
})

test("z-score: mean 0 and deviation 1 within 1e-9 on train, however large the mean", () => {
  const chance = random(3)
  const values = Float64Array.from({ length: 10_000 }, () => 1e6 + 5 * chance.normal())
  const { mean, variance } = t.momentsOf(fitted(t.zScore(), Array.from(values)).values(0, values))
  expect(Math.abs(mean)).toBeLessThan(1e-9)
  expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(1e-9)
})

test("property: min-max and back gives every f32 number of the training range again, exactly", () => {
  const value = fc.float({ noNaN: true, min: -1000, max: 1000 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 40 }), (values) => {
      const scaled = fitted(t.minMax(), values)
      const back = Float64Array.from(scaled.values(0, values))
      const { min, max } = scaled.params[0]!
      values.forEach((x, i) => {
        expect(back[i]).toBeGreaterThanOrEqual(0)
        expect(back[i]).toBeLessThanOrEqual(1)
        // f32 numbers near 0 in a range of thousands are closer together than f64 of the range: they return within its rounding.
        const returned = Math.fround(min + back[i]! * (max > min ? max - min : 1))
        expect(Math.abs(returned - x)).toBeLessThanOrEqual(Math.abs(x) > (max - min) * 1e-8 ? 0 : (max - min) * 1e-15)
      })
    }),
  )
})

test("what a table may be undone to is what it was, within f32", async () => {
  const rows = matrix(3, 2, Float32Array.from([1, 10, 2, NaNs, 3, 30]))
  for (const step of [t.minMax(), t.zScore(), t.robust(), t.log1p()]) {
    const scaled = await step.fit({ rows }, { seed: 1 })
    const back = scaled.undo(scaled.transform(rows))
    rows.data.forEach((x, i) => {
      if (Number.isNaN(x)) expect(back.data[i]).toBeNaN()
      else expect(back.data[i]).toBeCloseTo(x, 5)
    })
  }
})

test("unseen numbers are counted", () => {
  expect(t.countOutside({ min: 0, max: 1 }, [-1, 0.5, 2, NaNs])).toBe(2)
})

test("log1p halves the skewness of a log-normal column at the least; power and quantile leave none", () => {
  const chance = random(8)
  const values = Float64Array.from({ length: 20_000 }, () => 20 * Math.exp(chance.normal()))
  const skewness = t.skewnessOf(values)
  const after = (step: t.ColumnwiseStep<unknown>) => t.skewnessOf(step.fitColumns([values]).values(0, values))
  expect(skewness).toBeGreaterThan(4)
  expect(Math.abs(after(t.log1p()))).toBeLessThan(skewness / 2)
  expect(Math.abs(after(t.power()))).toBeLessThan(0.1)
  expect(Math.abs(after(t.power({ method: "boxCox" })))).toBeLessThan(0.1)
  expect(Math.abs(after(t.quantile({ to: "normal" })))).toBeLessThan(0.1)
  expect(Math.abs(after(t.buckets()))).toBeLessThan(0.1)
})

test("capping reports what it moved", () => {
  const values = [...Array.from({ length: 98 }, (_, i) => i), -1000, 1000]
  const { params } = t.cap().fitColumns([values])
  const { below, above, moved } = t.cappedDistance(params[0]!, values)
  expect([below, above]).toEqual([1, 1])
  expect(moved).toBeGreaterThan(0)
  expect(moved).toBeLessThan(0.05)
  expect(t.cappedDistance({ low: -2000, high: 2000 }, values)).toEqual({ below: 0, above: 0, moved: 0 })
})

test("rows with gaps or outliers can be dropped, and the loss is told", () => {
  const rows = matrix(4, 2, Float32Array.from([1, 1, NaNs, 2, 3, 99, NaNs, NaNs]))
  expect(t.dropMissing(rows)).toEqual({ places: Uint32Array.of(0, 2), dropped: 2, loss: 0.5, byColumn: [2, 1] })
  expect(t.dropMissing(rows, 1).places).toEqual(Uint32Array.of(0, 1, 2))
  expect(
    t.dropOutliers(rows, [
      { low: 0, high: 9 },
      { low: 0, high: 9 },
    ]),
  ).toMatchObject({ dropped: 1, byColumn: [0, 1] })
  expect(t.takeMatrixRows(rows, [2]).data).toEqual(Float32Array.of(3, 99))
})

/** Two columns that follow a third, with gaps. */
function correlated(rows: number, seed: number) {
  const chance = random(seed)
  const whole = matrix(rows, 3)
  for (let row = 0; row < rows; row++) {
    const a = chance.normal()
    whole.data.set([a, 2 * a + 0.3 * chance.normal(), 5 - a + 0.3 * chance.normal()], row * 3)
  }
  const holed = matrix(rows, 3, whole.data.slice())
  const gaps = Array.from(whole.data.keys()).filter(() => chance.next() < 0.15)
  for (const at of gaps) holed.data[at] = NaNs
  return { whole, holed, gaps }
}

test("filling by a model is nearer the truth than filling by the mean when columns go together", async () => {
  const { holed } = correlated(2000, 1)
  const fresh = correlated(1000, 2)
  const error = async (step: t.TransformStep) => {
    const filled = (await step.fit({ rows: holed }, { seed: 1 })).transform(fresh.holed)
    return Math.sqrt(fresh.gaps.reduce((sum, at) => sum + (filled.data[at]! - fresh.whole.data[at]!) ** 2, 0) / fresh.gaps.length)
  }
  const [model, mean] = [await error(t.imputeModel()), await error(t.impute({ by: "mean" }))]
  expect(model).toBeLessThan(0.45 * mean)
})

test("an indicator keeps what filling hides: who is missing a value differs", async () => {
  const chance = random(5)
  const labels = Float32Array.from({ length: 2000 }, () => chance.integer(2))
  const rows = column(Array.from(labels, (label) => (chance.next() < (label === 1 ? 0.6 : 0.1) ? NaNs : chance.normal())))
  const marked = (await t.missingIndicator().fit({ rows }, { seed: 1 })).transform(rows)
  const rate = (flag: number) => {
    const of = Array.from(labels).filter((_, row) => marked.data[row * 2 + 1] === flag)
    return of.reduce((sum, label) => sum + label, 0) / of.length
  }
  expect(rate(1)).toBeGreaterThan(0.8)
  expect(rate(0)).toBeLessThan(0.4)
})

test("property: quantiles by selection equal quantiles by sorting", () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constant(NaNs))
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
      (values, shares) => {
        const sorted = values.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b)
        const brute = shares.map((share) => {
          const place = share * (sorted.length - 1)
          const low = sorted[Math.floor(place)]
          const high = sorted[Math.ceil(place)]
          return low === undefined ? NaNs : low + (high! - low) * (place - Math.floor(place))
        })
        t.quantilesOf(Float64Array.from(values), shares).forEach((got, i) => {
          if (Number.isNaN(brute[i]!)) expect(got).toBeNaN()
          else expect(Math.abs(got - brute[i]!)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(brute[i]!) + 1e9 * 1e-3))
        })
      },
    ),
  )
})

test("property: the quick logarithm is within 1e-13 of the exact one, from the least number to the greatest", () => {
  const size = fc.double({ min: -320, max: 308, noNaN: true })
  fc.assert(
    fc.property(
      fc.oneof(
        size.map((exponent) => 10 ** exponent),
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.nat(),
      ),
      (x) => {
        const exact = Math.log1p(x)
        expect(Math.abs(t.logOnePlus(x) - exact)).toBeLessThanOrEqual(1e-13 * exact)
      },
    ),
    { numRuns: 2000 },
  )
  expect([t.logOnePlus(0), t.logOnePlus(Infinity), t.logOnePlus(Number.NaN)]).toEqual([0, Infinity, Number.NaN])
})
