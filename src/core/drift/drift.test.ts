import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { expectClose, readVectors } from "../../../test/contracts/vectors.ts"
import { matrixFrom } from "../matrix.ts"
import * as drift from "./index.ts"

const { cases, tolerance } = readVectors<never>("drift")

const computed = {
  categorical_drift(counts: drift.CountPair) {
    const js = drift.jensenShannon(counts)
    const smallest = Math.min(...shares(counts).filter((share) => share > 0))
    return {
      "psi_eps_1e-4": drift.populationStability(counts),
      psi_raw: drift.populationStability(counts, "none"),
      psi_add_half: drift.populationStability(counts, "addHalf"),
      psi_evidently: drift.populationStability(counts, { floor: smallest <= 1e-4 ? smallest / 1e6 : 1e-4 }),
      js_distance_e: Math.sqrt(js),
      js_distance_2: Math.sqrt(js / Math.LN2),
      js_divergence_2: js / Math.LN2,
      kl_ref_cur: drift.klDivergence(counts),
      hellinger: drift.hellinger(counts),
      tvd: drift.totalVariation(counts),
      linf: drift.largestShareChange(counts),
      entropy_ref_bits: drift.entropyOf(counts.reference) / Math.LN2,
      chi2_two_sample: drift.chiSquareTwoSample(counts),
      chi2_gof: drift.chiSquareGoodnessOfFit(counts),
    }
  },
  continuous_drift({ reference, current }: { reference: number[]; current: number[] }) {
    const bins = reference.length < 50 ? 5 : 10
    const { edges, ...counts } = drift.quantileCounts(reference, current, bins)
    const ks = drift.kolmogorovSmirnov(reference, current)
    const cvm = drift.cramerVonMises(reference, current)
    return {
      ks: { d: ks.d, p_asymptotic: ks.pAsymptotic, p_exact: ks.pExact },
      wasserstein: drift.wasserstein(reference, current),
      wasserstein_norm_refstd: drift.wassersteinInDeviations(reference, current),
      energy: drift.energyDistance(reference, current),
      cramer_von_mises: { t: cvm.t, p_asymptotic: cvm.p, p_exact_or_auto: cvm.p },
      mannwhitney: drift.mannWhitney(reference, current),
      anderson_ksamp_statistic: drift.andersonDarling(reference, current),
      psi_quantile: {
        bins,
        edges: [...edges],
        reference: Array.from(counts.reference),
        current: Array.from(counts.current),
        psi: drift.populationStability(counts),
      },
    }
  },
  mmd_rbf({ x, y, sigma }: { x: number[][]; y: number[][]; sigma: number }) {
    const { biased, unbiased } = drift.meanDiscrepancy(matrixFrom(x), matrixFrom(y), sigma)
    return { mmd2_biased: biased, mmd2_unbiased: unbiased }
  },
  row_skew({ training, serving, absTolerance }: { training: number[][]; serving: number[][]; absTolerance: number }) {
    const table = (rows: (number | null)[][]) => matrixFrom(rows.map((row) => row.map((cell) => cell ?? Number.NaN)))
    const { mismatches, rates, rowsWithAny } = drift.rowSkew(table(training), table(serving), absTolerance)
    return { mismatches, rate: rates, rowsWithAny }
  },
  g_test: (counts: drift.CountPair) => ({ p: drift.gTest(counts).p }),
}

function shares({ reference, current }: drift.CountPair): number[] {
  return [reference, current].flatMap((side) => {
    const counts = Array.from(side)
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => count / total)
  })
}

describe("vectors", () => {
  // Rows of a matrix are f32: kernels of them agree to its precision.
  const loose: Record<string, { rel: number; abs: number }> = { mmd_rbf: { rel: 1e-6, abs: 1e-7 } }
  test.each(cases)("$fn $id", ({ fn, input, expected, tol, id }) => {
    expectClose((computed as Record<string, (input: unknown) => unknown>)[fn]!(input), expected, tol ?? loose[fn] ?? tolerance, id)
  })
})

test("by hand: 50/50 becomes 60/40, index 0.0405", () => {
  expect(drift.populationStability({ reference: [50, 50], current: [60, 40] })).toBeCloseTo(
    0.1 * Math.log(0.6 / 0.5) + 0.1 * Math.log(0.5 / 0.4),
    12,
  )
  expect(drift.totalVariation({ reference: [50, 50], current: [60, 40] })).toBeCloseTo(0.1, 12)
})

test.each([
  { name: "two lengths", call: () => drift.jensenShannon({ reference: [1], current: [1, 2] }), words: "same categories" },
  { name: "nothing counted", call: () => drift.hellinger({ reference: [0, 0], current: [1, 2] }), words: "something counted in reference" },
  { name: "no numbers", call: () => drift.wasserstein([Number.NaN], [1]), words: "numbers on both sides" },
  { name: "no bins", call: () => drift.quantileEdges([1, 2], 0), words: "whole number of bins" },
])("refused: $name", ({ call, words }) => {
  expect(call).toThrow(words)
})

test("property: every measure is 0 for equal sides, symmetric where it says so, and sees a shift", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const size = Math.min(a.length, b.length)
      const pair = { reference: a.slice(0, size), current: b.slice(0, size) }
      const turned = { reference: pair.current, current: pair.reference }
      for (const of of [drift.populationStability, drift.jensenShannon, drift.hellinger, drift.totalVariation]) {
        expect(of({ reference: pair.reference, current: pair.reference })).toBeCloseTo(0, 12)
        expect(of(pair)).toBeCloseTo(of(turned), 10)
      }
      expect(drift.jensenShannon(pair)).toBeLessThanOrEqual(Math.LN2 + 1e-12)
    }),
  )
})

test("property: the distance of a moved list is the move, and Kolmogorov-Smirnov agrees with brute force", () => {
  const list = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(list, list, fc.integer({ min: 0, max: 9 }), (a, b, move) => {
      expect(
        drift.wasserstein(
          a,
          a.map((value) => value + move),
        ),
      ).toBeCloseTo(move, 9)
      const below = (values: number[], x: number) => values.filter((value) => value <= x).length / values.length
      const brute = Math.max(...[...a, ...b].map((x) => Math.abs(below(a, x) - below(b, x))))
      expect(drift.kolmogorovSmirnov(a, b).d).toBeCloseTo(brute, 12)
    }),
  )
})

test("the corrected limit meets the exact distribution where it takes over", () => {
  for (const x of [0.6, 1, 1.5]) {
    const d = x / Math.sqrt(140)
    expect(Math.abs(drift.ksSf(d, 140) - drift.ksSf(d, 140.0001))).toBeLessThan(2e-4)
  }
})
