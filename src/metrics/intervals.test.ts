import fc from "fast-check"
import { expect, test } from "vitest"
import { random } from "../core/index.ts"
import { bootstrapInterval, bootstrapStatistic, pairedBootstrap, pairedRandomisation, pairedT } from "./index.ts"

const normals = (n: number, seed: number, shift = 0) => {
  const draw = random(seed)
  return Float64Array.from({ length: n }, () => draw.normal() + shift)
}

test("the interval of 2,000 standard normals is near mean +- 1.96 / sqrt(n)", () => {
  const values = normals(2000, 1)
  const { mean, low, high } = bootstrapInterval(values, { seed: 7 })
  expect(high - mean).toBeCloseTo(1.96 / Math.sqrt(2000), 2)
  expect(mean - low).toBeCloseTo(1.96 / Math.sqrt(2000), 2)
})

test("95 % intervals hold the true mean about 95 times in 100", () => {
  let held = 0
  for (let seed = 0; seed < 200; seed++) {
    const { low, high } = bootstrapInterval(normals(60, seed), { seed, resamples: 300 })
    if (low <= 0 && high >= 0) held++
  }
  expect(held).toBeGreaterThan(180)
  expect(held).toBeLessThan(200)
})

test("same seed, same interval; NaN is left out; nothing gives NaN", () => {
  const values = normals(50, 3)
  expect(bootstrapInterval(values, { seed: 1 })).toEqual(bootstrapInterval(values, { seed: 1 }))
  expect(bootstrapInterval([1, Number.NaN, 1], { seed: 1 })).toEqual({ mean: 1, low: 1, high: 1 })
  expect(bootstrapInterval([], { seed: 1 }).mean).toBeNaN()
  expect(() => bootstrapInterval([1], { seed: 1, level: 95 })).toThrow(/level/)
})

test("of a mean, the statistic's interval is the mean's, draw for draw", () => {
  const values = normals(80, 4)
  const meanAt = (places: Uint32Array) => places.reduce((sum, place) => sum + values[place]!, 0) / places.length
  const found = bootstrapStatistic(80, meanAt, { seed: 2 })
  const expected = bootstrapInterval(values, { seed: 2 })
  expect(found.mean).toBeCloseTo(expected.mean, 12)
  expect(found.low).toBeCloseTo(expected.low, 12)
  expect(found.high).toBeCloseTo(expected.high, 12)
})

test("distinct units: every resample has fewer, centred lies about them", () => {
  const distinct = (places: Uint32Array) => new Set(places).size
  const plain = bootstrapStatistic(200, distinct, { seed: 2 })
  expect(plain.mean).toBe(200)
  expect(plain.high).toBeLessThan(150)
  const centred = bootstrapStatistic(200, distinct, { seed: 2, centred: true })
  expect(centred.low).toBeLessThan(200)
  expect(centred.high).toBeGreaterThan(200)
  expect(centred.high - centred.low).toBeCloseTo(plain.high - plain.low, 9)
})

test("a statistic that is undefined gives no interval; no unit at all is refused", () => {
  expect(bootstrapStatistic(3, () => Number.NaN, { seed: 1 }).low).toBeNaN()
  expect(() => bootstrapStatistic(0, () => 0, { seed: 1 })).toThrow("bootstrapStatistic: expected at least one unit")
})

test("pairs see a small constant gain that the two means alone hide", () => {
  const b = normals(200, 5)
  const noise = normals(200, 6)
  const a = b.map((value, i) => value + 0.1 + 0.1 * noise[i]!)
  expect(pairedBootstrap(a, b, { seed: 1 }).low).toBeGreaterThan(0)
  expect(bootstrapInterval(a, { seed: 1 }).low).toBeLessThan(bootstrapInterval(b, { seed: 1 }).high)
  expect(pairedRandomisation(a, b, { seed: 1 })).toBeLessThan(0.001)
})

test.each([
  { name: "all three differences the same way: 2 of 8 patterns", a: [1, 2, 3], b: [0, 0, 0], expected: 2 / 8 },
  { name: "sum 0: every pattern", a: [1, 0], b: [0, 1], expected: 1 },
  { name: "no difference", a: [1, 2], b: [1, 2], expected: 1 },
])("randomisation p, $name", ({ a, b, expected }) => {
  expect(pairedRandomisation(a, b, { seed: 3, rounds: 20_000 })).toBeCloseTo(expected, 1)
})

test("under no difference the randomisation p is below 0.1 about once in ten", () => {
  let small = 0
  for (let seed = 0; seed < 200; seed++) {
    if (pairedRandomisation(normals(40, seed), normals(40, seed + 1000), { seed, rounds: 400 }) < 0.1) small++
  }
  expect(small).toBeGreaterThan(8)
  expect(small).toBeLessThan(34)
})

test("property: swapping the two sides keeps p, and lengths must agree", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 20 }), (pairs) => {
      const a = pairs.map(([value]) => value)
      const b = pairs.map(([, value]) => value)
      expect(pairedRandomisation(a, b, { seed: 1, rounds: 50 })).toBe(pairedRandomisation(b, a, { seed: 1, rounds: 50 }))
    }),
  )
  expect(() => pairedRandomisation([1], [1, 2], { seed: 1 })).toThrow(/same queries/)
})

test("the paired t-test on Student's own sleep data: t 4.0621 with 9 degrees of freedom, p 0.0028", () => {
  const a = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
  const b = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const { t, degreesOfFreedom, pValue, difference } = pairedT(a, b)
  expect(t).toBeCloseTo(4.0621, 4)
  expect(degreesOfFreedom).toBe(9)
  expect(pValue).toBeCloseTo(0.002833, 6)
  expect(difference.low).toBeCloseTo(0.7001142, 6)
  expect(difference.high).toBeCloseTo(2.4598858, 6)
  expect(pairedRandomisation(a, b, { seed: 1 })).toBeLessThan(0.01)
})

test.each([
  { name: "none", a: [1, 2], b: [1, 2], expected: 1 },
  { name: "the same everywhere", a: [2, 3], b: [1, 2], expected: 0 },
])("paired t without spread, difference $name: p $expected", ({ a, b, expected }) => {
  expect(pairedT(a, b).pValue).toBe(expected)
  expect(() => pairedT(a.slice(1), b.slice(1))).toThrow(/at least two queries/)
})
