import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { random } from "../../../core/index.ts"
import { focalLoss } from "./focal.ts"
import { objectiveOf, objectives } from "./index.ts"
import { lambdaPairs, ndcgWeight, type PairRules } from "./lambda-pairs.ts"
import { logLoss } from "./logistic.ts"
import type { ObjectiveData } from "./objective.ts"
import { discountsOf, inverseIdeals, queriesOf } from "./queries.ts"

interface Case {
  readonly id: string
  readonly fn: string
  readonly input: Record<string, unknown>
  readonly expected: Record<string, unknown>
  readonly tol?: { readonly rel: number; readonly abs: number }
}

function cases(file: string, ...names: readonly string[]): readonly Case[] {
  const path = new URL(`../../../../test/vectors/${file}`, import.meta.url)
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases.filter(({ fn }) => names.includes(fn))
}

function near(got: number, want: unknown, tol = { rel: 1e-9, abs: 1e-12 }): void {
  const number = Number(want)
  if (!Number.isFinite(number)) expect(got).toBe(number)
  else expect(Math.abs(got - number), `${got} beside ${number}`).toBeLessThanOrEqual(Math.max(tol.abs, tol.rel * Math.abs(number)))
}

describe("losses of one score", () => {
  test.each(cases("imbalance.json", "focal"))("focal $id", ({ input, expected, tol }) => {
    const { z, y, alpha, gamma } = input as { z: number; y: number; alpha: number | null; gamma: number }
    const out = new Float64Array(2)
    near(focalLoss(z, y, alpha ?? undefined, gamma, out), expected.loss, tol)
    near(out[0]!, expected.grad, tol)
  })

  test.each(cases("imbalance.json", "weighted_bce"))("weighted log loss $id", ({ input, expected, tol }) => {
    const { z, y, w1, w0 } = input as { z: number; y: number; w1: number; w0: number }
    const out = new Float64Array(2)
    near(logLoss(z, y, w1, w0, out), expected.loss, tol)
    near(out[0]!, expected.grad, tol)
  })
})

/** f64 discounts: the objective's own are f32. */
const discounts = (n: number, cut: number) => Float64Array.from({ length: n }, (_, place) => (place < cut ? 1 / Math.log2(place + 2) : 0))

function pairs(scores: number[], grades: number[], gain: "exp" | "linear", rules: Omit<PairRules, "weight">, weight?: PairRules["weight"]) {
  const n = scores.length
  const gains = grades.map((grade) => (gain === "exp" ? 2 ** grade - 1 : grade))
  const ideal = gains.toSorted((a, b) => b - a).reduce((sum, g, place) => sum + g * (discounts(n, rules.truncation)[place] ?? 0), 0)
  const [lambdas, hessians] = [new Float64Array(n), new Float64Array(n)]
  const full = { ...rules, weight: weight ?? ndcgWeight(discounts(n, rules.truncation), ideal > 0 ? 1 / ideal : 0) }
  const loss = lambdaPairs(scores, gains, 0, n, full, lambdas, hessians)
  return { loss, lambdas, hessians }
}

describe("losses of pairs", () => {
  test.each(cases("ranking-losses.json", "ranking_losses"))("$id", ({ input, expected, tol }) => {
    const { scores, relevance } = input as { scores: number[]; relevance: number[] }
    const n = scores.length
    const all = (got: Float64Array, want: unknown) => {
      for (const [i, value] of got.entries()) near(value, (want as number[])[i], tol)
    }
    for (const sigma of [1, 2]) {
      const want = expected[`ranknet_s${sigma}`] as { loss: number; grad: number[] }
      const got = pairs(scores, relevance, "exp", { sigma, truncation: n, norm: false }, () => 1)
      near(got.loss, want.loss, tol)
      all(got.lambdas, want.grad)
    }
    for (const gain of ["exp", "linear"] as const) {
      for (const cut of ["all", "3"]) {
        const want = expected[`lambdarank_${gain}_${cut}`] as { lambdas: number[]; hessians: number[] }
        const got = pairs(scores, relevance, gain, { sigma: 1, truncation: cut === "all" ? n : 3, norm: false })
        all(got.lambdas, want.lambdas)
        all(got.hessians, want.hessians)
      }
    }
    const want = expected.lightgbm_norm_exp_all as { lambdas: number[]; hessians: number[] }
    const got = pairs(scores, relevance, "exp", { sigma: 1, truncation: n, norm: true })
    all(got.lambdas, want.lambdas)
    all(got.hessians, want.hessians)
  })

  test.each(cases("ranking-losses.json", "xgboost_rank_ndcg"))("$id", ({ input, expected, tol }) => {
    const { scores, labels } = input as { scores: number[]; labels: number[] }
    const got = pairs(scores, labels, "exp", { sigma: 1, truncation: 2, norm: true })
    // XGBoost's hessian is twice ours, and this query counts twice.
    for (const [i, lambda] of got.lambdas.entries()) {
      near(2 * lambda, (expected.gradWeight2 as number[])[i], tol)
      near(2 * 2 * got.hessians[i]!, (expected.hessWeight2 as number[])[i], tol)
    }
  })
})

/** Scores, grades and places of a few queries of different lengths. */
function ranked(seed: number): { data: ObjectiveData; scores: Float32Array } {
  const draw = random(seed)
  const sizes = [1, 2, 7, 40, 300]
  const n = sizes.reduce((a, b) => a + b)
  const queryStarts = Uint32Array.of(0, ...sizes.map((_, q) => sizes.slice(0, q + 1).reduce((a, b) => a + b)))
  const labels = Float32Array.from({ length: n }, () => draw.integer(4) * draw.integer(2))
  const data = { rows: n, labels, weights: undefined, queryStarts, positions: Uint16Array.from({ length: n }, (_, i) => i % 10), seed }
  return { data, scores: Float32Array.from({ length: n }, () => draw.integer(50) / 10) }
}

describe.each(["pairwise", "lambdaMart", "xeNdcg", "unbiasedLambdaMart"] as const)("%s", (name) => {
  test("a step against the gradient raises NDCG, gradients of a query sum to 0, and hessians are not negative", () => {
    const { data, scores } = ranked(4)
    const bound = objectiveOf(name).bind(data)
    const [gradients, hessians] = [new Float32Array(data.rows), new Float32Array(data.rows)]
    const before = bound.loss(scores, data.rows)
    const moved = scores.slice()
    for (let round = 0; round < 60; round++) {
      bound.gradients({ round, stride: data.rows, scores: moved, gradients, hessians })
      for (const h of hessians) expect(h).toBeGreaterThanOrEqual(0)
      for (let q = 0; q < 5; q++) {
        const span = gradients.subarray(data.queryStarts![q], data.queryStarts![q + 1])
        expect(Math.abs(span.reduce((a, b) => a + b, 0))).toBeLessThan(1e-3 * (1 + span.reduce((a, b) => a + Math.abs(b), 0)))
      }
      for (let i = 0; i < moved.length; i++) moved[i]! -= (0.3 * gradients[i]!) / (hessians[i]! + 0.05)
    }
    expect(bound.loss(moved, data.rows)).toBeLessThan(0.5 * before)
  })
})

test.each(["squared", "huber", "poisson", "logistic", "softmax"] as const)(
  "%s: the gradient is the slope of the loss, and the start is its lowest constant",
  (name) => {
    const draw = random(6)
    const labels = Float32Array.from({ length: 40 }, () => draw.integer(2))
    const data: ObjectiveData = { rows: 40, labels, weights: undefined, queryStarts: undefined, positions: undefined, seed: 1 }
    const objective = objectiveOf(name)
    const bound = objective.bind(data)
    const size = 40 * objective.outputs
    const scores = new Float32Array(size)
    for (let o = 0; o < objective.outputs; o++) scores.fill(bound.base[o]!, o * 40, (o + 1) * 40)
    const [gradients, hessians] = [new Float32Array(size), new Float32Array(size)]
    bound.gradients({ round: 0, stride: 40, scores, gradients, hessians })
    for (let o = 0; o < objective.outputs; o++) {
      expect(gradients.subarray(o * 40, (o + 1) * 40).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 3)
    }
    for (let i = 0; i < size; i++) scores[i] = draw.normal()
    bound.gradients({ round: 1, stride: 40, scores, gradients, hessians })
    for (const at of [0, 7, size - 1]) {
      const step = 2 ** -6
      const loss = (x: number) => {
        const moved = scores.slice()
        moved[at] = x
        return bound.loss(moved, 40) * 40
      }
      expect((loss(scores[at]! + step) - loss(scores[at]! - step)) / (2 * step)).toBeCloseTo(gradients[at]!, 2)
    }
  },
)

test("quantile and absolute start at the quantile", () => {
  const labels = Float32Array.of(1, 2, 3, 4, 100)
  const data: ObjectiveData = { rows: 5, labels, weights: undefined, queryStarts: undefined, positions: undefined, seed: 1 }
  expect(objectives.absolute().bind(data).base[0]).toBe(3)
  expect(objectives.quantile({ share: 0.8 }).bind(data).base[0]).toBe(4)
  expect(objectives.quantile({ share: 0.8 }).bind({ ...data, weights: Float32Array.of(8, 1, 1, 0, 0) }).base[0]).toBe(1)
})

test("unbiased LambdaMART finds that low places are looked at less", () => {
  const draw = random(8)
  const [queries, each] = [400, 10]
  const n = queries * each
  const worth = Float32Array.from({ length: n }, () => draw.normal())
  const positions = new Uint16Array(n)
  const labels = new Float32Array(n)
  for (let q = 0; q < queries; q++) {
    // Shown in random order, so that only the place makes the difference; looked at with a chance of 1 / (place + 1).
    const order = draw.shuffle(Array.from({ length: each }, (_, i) => i))
    for (const [place, i] of order.entries()) {
      positions[q * each + i] = place
      labels[q * each + i] = draw.next() < 1 / (place + 1) && draw.next() < 1 / (1 + Math.exp(-2 * worth[q * each + i]!)) ? 1 : 0
    }
  }
  const queryStarts = Uint32Array.from({ length: queries + 1 }, (_, q) => q * each)
  const data: ObjectiveData = { rows: n, labels, weights: undefined, queryStarts, positions, seed: 1 }
  const bound = objectives.unbiasedLambdaMart().bind(data)
  const [gradients, hessians] = [new Float32Array(n), new Float32Array(n)]
  for (let round = 0; round < 5; round++) bound.gradients({ round, stride: n, scores: worth, gradients, hessians })
  const { clicked } = bound.propensities!
  expect(clicked[0]).toBe(1)
  expect(clicked[1]).toBeLessThan(0.75)
  expect(clicked[9]).toBeLessThan(clicked[2]!)
})

test("what is wrong is named", () => {
  const { data } = ranked(1)
  expect(() => objectiveOf("lambdaMart").bind({ ...data, queryStarts: undefined })).toThrow(/queries that hold the 350 rows, came none/)
  expect(() => objectiveOf("unbiasedLambdaMart").bind({ ...data, positions: undefined })).toThrow(/350 positions, came none/)
  expect(() => objectiveOf({ name: "quantile", share: 1 })).toThrow(/share in \(0, 1\)/)
  expect(() => objectiveOf("softmax").bind({ ...data, queryStarts: undefined })).toThrow(/labels from 0 to 1/)
  expect(discountsOf(3, 2)[2]).toBe(0)
  expect(inverseIdeals(queriesOf("test", data, "exp"), 10)[0]).toBeGreaterThanOrEqual(0)
})
