import fc from "fast-check"
import { expect, test } from "vitest"
import { responseQuantile } from "./response-time.ts"

/** Service times of an exponential law with mean 10 ms, at evenly spread quantiles. */
const exponential = Array.from({ length: 4000 }, (_, i) => -10 * Math.log(1 - (i + 0.5) / 4000))

test("exponential service times: the known answer time of M/M/1, -ln(1 - q) / (served - arriving)", () => {
  // 100 a second served, 50 arriving: the answer time is exponential with mean 20 ms.
  expect(responseQuantile(exponential, 50, 0.5)).toBeCloseTo(20 * Math.log(2), 0)
  expect(responseQuantile(exponential, 50, 0.99)! / (20 * Math.log(100))).toBeCloseTo(1, 2)
})

test("without load the answer takes what the service takes", () => {
  expect(responseQuantile([1, 2, 3, 4], 0, 0.5)).toBeCloseTo(2, 6)
})

test("equal service times wait half as long as exponential ones on average", () => {
  // M/D/1, 10 ms, half busy: mean wait 5 ms. P(wait > t) = 0.5 exp(-0.1 t), so the 99th percentile is 10 + 10 ln 50.
  expect(responseQuantile([10], 50, 0.99)).toBeCloseTo(10 + 10 * Math.log(50), 3)
})

test("a server that cannot keep up has no answer time", () => {
  expect(responseQuantile([10], 100, 0.5)).toBeNull()
})

test.each([
  ["no service times", [], 1, 0.5],
  ["a service time of 0", [0], 1, 0.5],
  ["a negative rate", [1], -1, 0.5],
  ["a share of 1", [1], 1, 1],
])("refuses %s", (_name, services, rate, q) => {
  expect(() => responseQuantile(services, rate, q)).toThrow("responseQuantile: expected")
})

test("property: more load never answers sooner, and a higher share never earlier", () => {
  const services = fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(services, fc.double({ min: 0, max: 90, noNaN: true }), (serviceMs, rate) => {
      const at = (load: number, q: number) => responseQuantile(serviceMs, load, q)!
      expect(at(rate, 0.9)).toBeGreaterThanOrEqual(at(rate / 2, 0.9) - 1e-9)
      expect(at(rate, 0.99)).toBeGreaterThanOrEqual(at(rate, 0.9) - 1e-9)
    }),
  )
})
