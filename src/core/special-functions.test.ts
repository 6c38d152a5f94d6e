import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import * as special from "./special-functions.ts"

interface Case {
  readonly id: string
  readonly fn: string
  readonly input: { readonly args: readonly number[] }
  readonly expected: number
  readonly tol?: { readonly rel: number; readonly abs: number }
}
interface Vectors {
  readonly tolerance: { readonly default: { readonly rel: number; readonly abs: number } }
  readonly cases: readonly Case[]
}
const vectors: Vectors = JSON.parse(readFileSync(new URL("../../test/vectors/special-functions.json", import.meta.url), "utf8"))

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  norm_cdf: special.normalCdf,
  norm_sf: special.normalSf,
  norm_ppf: special.normalQuantile,
  t_sf: special.studentTSf,
  t_ppf: special.studentTQuantile,
  chi2_sf: special.chiSquareSf,
  chi2_ppf: special.chiSquareQuantile,
  f_sf: special.fSf,
  lgamma: special.logGamma,
  digamma: special.digamma,
  betainc: special.regularizedBeta,
  beta_ppf: special.betaQuantile,
  kolmogorov_sf: special.kolmogorovSf,
  noncentral_t_sf: special.noncentralTSf,
}

test("the vectors hold 64 cases", () => expect(vectors.cases).toHaveLength(64))

test.each(vectors.cases)("$id: $expected", ({ fn, input, expected, tol }) => {
  const compute = functions[fn]
  if (compute === undefined) throw new Error(`no function for ${fn}`)
  const { rel, abs } = tol ?? vectors.tolerance.default
  const got = compute(...input.args)
  expect(Math.abs(got - expected), `got ${got}`).toBeLessThanOrEqual(Math.max(abs, rel * Math.abs(expected)))
})

const near = (got: number, want: number, rel: number) =>
  expect(Math.abs(got - want), `got ${got}, want ${want}`).toBeLessThanOrEqual(rel * Math.abs(want))
const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true })
const parameter = fc.oneof(fc.double({ min: 0.05, max: 5, noNaN: true }), fc.double({ min: 5, max: 5000, noNaN: true }))
const smallTail = (p: number) => Math.min(p, 1 - p)

test("property: every quantile leads back to its probability, in whichever tail is smaller", () => {
  fc.assert(
    fc.property(probability, parameter, parameter, (p, a, b) => {
      const tail = (cdf: number, sf: number) => (p < 0.5 ? cdf : sf)
      const z = special.normalQuantile(p)
      near(tail(special.normalCdf(z), special.normalSf(z)), smallTail(p), 1e-12)
      const t = special.studentTQuantile(p, a + 0.5)
      near(tail(special.studentTCdf(t, a + 0.5), special.studentTSf(t, a + 0.5)), smallTail(p), 1e-10)
      const x = special.chiSquareQuantile(p, a)
      if (x > 1e-290) near(tail(special.chiSquareCdf(x, a), special.chiSquareSf(x, a)), smallTail(p), 1e-10)
      const u = special.betaQuantile(p, a, b)
      if (u > 1e-290 && u < 0.999) near(special.regularizedBeta(a, b, u), p, 1e-10)
    }),
    { numRuns: 300 },
  )
})

test("property: I_x(a, b) and I_y(b, a) add up to 1; P and Q too", () => {
  fc.assert(
    fc.property(parameter, parameter, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
      near(special.regularizedBeta(a, b, x, 1 - x) + special.regularizedBeta(b, a, 1 - x, x), 1, 1e-12)
      near(special.gammaP(a, x * 3 * a) + special.gammaQ(a, x * 3 * a), 1, 1e-12)
    }),
  )
})

test("property: log gamma and digamma follow their recurrences", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (x) => {
      const scale = Math.max(1, Math.abs(special.logGamma(x + 1)))
      expect(Math.abs(special.logGamma(x + 1) - special.logGamma(x) - Math.log(x))).toBeLessThanOrEqual(2e-13 * scale)
      expect(Math.abs(special.digamma(x + 1) - special.digamma(x) - 1 / x)).toBeLessThanOrEqual(1e-12 * Math.max(1, 1 / x))
    }),
  )
})

test.each([
  { name: "erfc at minus infinity", got: special.erfc(Number.NEGATIVE_INFINITY), want: 2 },
  { name: "normal quantile at 0", got: special.normalQuantile(0), want: Number.NEGATIVE_INFINITY },
  { name: "normal quantile outside", got: special.normalQuantile(1.5), want: Number.NaN },
  { name: "log gamma at a pole", got: special.logGamma(-3), want: Number.POSITIVE_INFINITY },
  { name: "digamma at a pole", got: special.digamma(0), want: Number.NaN },
  { name: "beta at the ends", got: special.regularizedBeta(2, 3, 0) + special.regularizedBeta(2, 3, 1), want: 1 },
  { name: "beta of a bad parameter", got: special.regularizedBeta(-1, 3, 0.5), want: Number.NaN },
  { name: "t at infinity", got: special.studentTSf(Number.POSITIVE_INFINITY, 3), want: 0 },
  { name: "t with infinite freedom is normal", got: special.studentTSf(1.96, Number.POSITIVE_INFINITY), want: special.normalSf(1.96) },
  { name: "t quantile at 1", got: special.studentTQuantile(1, 4), want: Number.POSITIVE_INFINITY },
  { name: "chi-square quantile at 0", got: special.chiSquareQuantile(0, 3), want: 0 },
  { name: "Kolmogorov at 0", got: special.kolmogorovSf(0), want: 1 },
  { name: "noncentral t at 0", got: special.noncentralTSf(0, 5, 1), want: special.normalCdf(1) },
])("at the ends: $name", ({ got, want }) => {
  expect(got).toBe(want)
})

test("closed forms far from the vectors: t with 2 degrees, chi-square with 2, a large noncentrality by symmetry", () => {
  for (const t of [1e-8, 0.3, 40, 1e6])
    near(special.studentTSf(t, 2), 1 / (Math.hypot(t, Math.SQRT2) * (Math.hypot(t, Math.SQRT2) + t)), 1e-13)
  for (const x of [1e-9, 3, 500, 1400]) near(special.chiSquareSf(x, 2), Math.exp(-x / 2), 1e-13)
  near(special.studentTSf(1.5, 4e6), special.normalSf(1.5), 1e-6)
  near(special.studentTQuantile(2.4231745713197546e-6, 907351.1125679932), -4.571359074318554, 1e-10)
  near(special.noncentralTSf(45, 50, 45) + special.noncentralTSf(-45, 50, -45), 1, 1e-12)
  near(special.studentTQuantile(0.5 + 1e-12, 3), 1e-12 / 0.36755259694786135, 1e-4)
})
