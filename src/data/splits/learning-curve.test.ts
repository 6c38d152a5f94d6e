import fc from "fast-check"
import { expect, test } from "vitest"
import { earlyStopping } from "./early-stopping.ts"
import { learningCurve, plateau } from "./learning-curve.ts"

const rows = Uint32Array.from({ length: 1280 }, (_, row) => row)

test("eight sizes that double, nested samples, mean and deviation over repeats", async () => {
  const taken: Uint32Array[] = []
  const done: number[] = []
  const curve = await learningCurve({
    rows,
    seed: 1,
    repeats: 2,
    measure: (some) => {
      taken.push(some)
      return some.length + (taken.length > 8 ? 2 : 0)
    },
    onProgress: (share) => done.push(share),
  })
  expect(curve.map((point) => point.rows)).toEqual([10, 20, 40, 80, 160, 320, 640, 1280])
  expect(curve[0]).toEqual({ rows: 10, quality: 11, deviation: Math.SQRT2 })
  for (let i = 1; i < 8; i++) expect(taken[i - 1]!.every((row) => taken[i]!.includes(row))).toBe(true)
  expect(taken[0]).not.toEqual(taken[8])
  expect(done.at(-1)).toBe(1)
})

test("the plateau rule: the first point that nothing later beats by the tolerance", () => {
  const curve = [0.5, 0.6, 0.65, 0.68, 0.695, 0.7, 0.702, 0.7].map((quality, i) => ({ rows: 100 * 2 ** i, quality, deviation: 0 }))
  expect(plateau(curve, 0.01)).toEqual({ rows: 1600, tolerance: 0.01, lastDoubling: 0.7 - 0.702 })
  expect(plateau(curve, 0.0001).rows).toBe(6400)
  expect(plateau(curve.slice(0, 4), 0.01).rows).toBeNull()
  expect(() => plateau([], 0.01)).toThrow("a curve with points")
})

test("fewer than eight sizes or rows are refused", async () => {
  const measure = () => 0
  await expect(learningCurve({ rows, seed: 1, measure, sizes: [1, 2] })).rejects.toThrow("at least 8 sizes")
  await expect(learningCurve({ rows: rows.slice(0, 6), seed: 1, measure })).rejects.toThrow("at least 8 sizes in 1 .. 6")
  const signal = AbortSignal.abort()
  await expect(learningCurve({ rows, seed: 1, measure, signal })).rejects.toThrow("a stop signal")
})

test.each([
  { name: "patience 2 after the best round", errors: [5, 4, 3, 3.5, 3.2, 2], patience: 2, minDelta: 0, stops: 4, best: 2 },
  { name: "an improvement starts the count again", errors: [5, 6, 4, 6, 3, 6, 6], patience: 2, minDelta: 0, stops: 6, best: 4 },
  { name: "a fall below the smallest that counts", errors: [5, 4.95, 4.92, 4], patience: 2, minDelta: 0.1, stops: 2, best: 0 },
  { name: "a training that blows up", errors: [5, Number.NaN, Number.NaN], patience: 2, minDelta: 0, stops: 2, best: 0 },
])("early stopping: $name", ({ errors, patience, minDelta, stops, best }) => {
  const watch = earlyStopping({ patience, minDelta })
  expect(errors.findIndex((error) => watch.tell(error))).toBe(stops)
  expect([watch.bestRound, watch.bestError]).toEqual([best, errors[best]])
})

test("property: it stops within patience of the turning point of any curve that falls and then rises", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }), (turning, patience) => {
      const watch = earlyStopping({ patience })
      let round = 0
      while (!watch.tell((round - turning) ** 2)) round++
      expect([round, watch.bestRound]).toEqual([turning + patience, turning])
    }),
  )
  expect(() => earlyStopping({ patience: 0 })).toThrow("patience of at least 1")
})
