import { describe, expect, test } from "vitest"
import { expectClose, readVectors } from "../../../test/contracts/vectors.ts"
import { matrix, murmur3 } from "../../core/index.ts"
import * as t from "./index.ts"

const { cases, tolerance } = readVectors<never>("feature-transforms")

/** A rule fitted on numbers in f64, applied to others in f64. */
function applied(step: t.ColumnwiseStep<unknown>, train: Numbers, apply: Numbers): number[] {
  return Array.from(step.fitColumns([train]).values(0, apply))
}

type Numbers = readonly number[]
const computed = {
  scale({ train, apply }: { train: Numbers; apply: Numbers }) {
    const uniform = { to: "uniform", landmarks: train.length } as const
    const quartiles = t.buckets({ buckets: 4 }).fitColumns([train])
    return {
      minmax: applied(t.minMax({ outside: "keep" }), train, apply),
      zscore: applied(t.zScore(), train, apply),
      robust: applied(t.robust(), train, apply),
      maxabs: applied(t.maxAbs(), train, apply),
      "quantiles_0_.1_.25_.5_.9_1": t.quantilesOf(Float64Array.from(train), [0, 0.1, 0.25, 0.5, 0.9, 1]),
      quantile_uniform: applied(t.quantile(uniform), train, apply),
      quantile_normal: applied(t.quantile({ ...uniform, to: "normal" }), train, apply),
      kbins4_quantile: applied(t.buckets({ buckets: 4 }), train, apply),
      kbins4_quantile_edges: [Math.min(...train), ...quartiles.params[0]!.edges, Math.max(...train)],
      kbins4_uniform: applied(t.buckets({ buckets: 4, by: "uniform" }), train, apply),
      // Written without a rule for negative numbers, which ours mirrors.
      log1p: apply.map((x) => (x >= 0 ? t.logOnePlus(x) : Math.log1p(x))),
      signed_log1p: applied(t.log1p(), train, apply),
    }
  },
  yeo_johnson: ({ x, lambdas }: { x: Numbers; lambdas: Numbers }) => byLambda(t.yeoJohnson, x, lambdas),
  box_cox: ({ x, lambdas }: { x: Numbers; lambdas: Numbers }) => byLambda(t.boxCox, x, lambdas),
  yeo_johnson_fit: ({ train }: { train: Numbers }) => t.fitYeoJohnson(Float64Array.from(train)),
  murmur3_32: ({ text, seed }: { text: string; seed: number }) => ({ u: murmur3(text, seed), s: murmur3(text, seed) | 0 }),
  feature_hash: ({ tokens, n }: { tokens: t.Token[]; n: number }) => ({
    alternateSign: t.hashTokens(tokens, n),
    noSign: t.hashTokens(tokens, n, false),
  }),
  target_encoding_smooth({ category, y, m }: { category: string[]; y: number[]; m: number }) {
    const words = [...new Set(category)].sort()
    const codes = category.map((word) => words.indexOf(word))
    const { rates, prior } = t.targetRates(codes, y, m)
    return {
      map: { ...Object.fromEntries(words.map((word, i) => [word, rates[i]!])), __unseen__: prior },
      leaveOneOut: t.leaveOneOutRates(codes, y, m),
    }
  },
  cyclic: ({ x, period }: { x: number; period: number }) => t.onCircle(x, period),
  async impute({ x }: { x: (number | null)[] }) {
    const train = x.map((value) => value ?? Number.NaN)
    const rows = matrix(train.length, 1, Float32Array.from(train))
    const marked = (await t.missingIndicator().fit({ rows }, { seed: 1 })).transform(rows)
    return {
      mean: t.impute({ by: "mean" }).fitColumns([train]).params[0]!.fill,
      median: t.impute().fitColumns([train]).params[0]!.fill,
      indicator: Array.from({ length: train.length }, (_, row) => marked.data[row * 2 + 1]!),
    }
  },
}

function byLambda(bend: (x: number, lambda: number) => number, x: Numbers, lambdas: Numbers) {
  return Object.fromEntries(lambdas.map((lambda) => [String(lambda), x.map((value) => bend(value, lambda))]))
}

describe("vectors", () => {
  test.each(cases)("$fn $id", async ({ fn, input, expected, tol, id }) => {
    const got = await (computed as Record<string, (input: unknown) => unknown>)[fn]!(input)
    expectClose(got, expected, tol ?? tolerance, id)
  })
  test("every function of the file is computed", () => {
    expect(new Set(cases.map(({ fn }) => fn))).toEqual(new Set(Object.keys(computed)))
  })
})
