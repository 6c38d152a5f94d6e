import { expect, test } from "vitest"
import * as metrics from "./index.ts"
import { expectClose, readVectors } from "./vectors.test.helper.ts"

type Run = readonly (readonly [string, number])[]
interface Input {
  readonly qrels: never
  readonly run: never
  readonly relLevel: number
  readonly ks: (number | "all")[]
  readonly maxGrades: number[]
  readonly maxGrade: number
  readonly ps: number[]
  readonly complete: boolean
  readonly relevance: number[]
  readonly scores: number[]
  readonly recommended: string[][]
  readonly relevant: string[][]
  readonly catalogue: string[]
  readonly k: number
}

const { tolerance, cases } = readVectors<Input>("ranking-metrics")

const documents = (run: Run) => run.map(([id, score]) => ({ id, score }))
const qrelsOf = (qrels: Record<string, number>) => new Map(Object.entries(qrels))

function lists(input: Input) {
  const truth = qrelsOf(input.qrels)
  return { ranked: metrics.gradesOf(metrics.trecOrder(documents(input.run)), truth), judged: metrics.judgedGrades(truth) }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Adapters from the vectors' function names to the public functions. */
const functions: Record<string, (input: Input, expected: Record<string, unknown>) => Record<string, unknown>> = {
  trec_eval(input, expected) {
    const qrels = new Map([["q", qrelsOf(input.qrels)]])
    const run = new Map([["q", documents(input.run)]])
    return metrics.trecEval(qrels, run, Object.keys(expected), { relevantFrom: input.relLevel }).mean
  },
  trec_eval_aggregate(input, expected) {
    const qrels = new Map(Object.entries<Record<string, number>>(input.qrels).map(([query, truth]) => [query, qrelsOf(truth)]))
    const run = new Map(Object.entries<Run>(input.run).map(([query, list]) => [query, documents(list)]))
    const names = Object.keys(expected).filter((name) => name !== "num_q")
    const report = metrics.trecEval(qrels, run, names, { complete: input.complete })
    return { ...report.mean, num_q: report.queries.length }
  },
  ndcg_exp(input) {
    const { ranked, judged } = lists(input)
    const cut = input.ks.map((k) => [`ndcg_cut_${k}`, metrics.ndcg(ranked, judged, k as number)])
    return { ...Object.fromEntries(cut), ndcg: metrics.ndcg(ranked, judged, Number.POSITIVE_INFINITY) }
  },
  ndcg_ties(input) {
    const cut = input.ks.flatMap((k) => {
      const at = k === "all" ? Number.POSITIVE_INFINITY : k
      return [
        [`ndcg@${k}`, metrics.ndcgWithTies(input.relevance, input.scores, at)],
        [`dcg@${k}`, metrics.dcgWithTies(input.relevance, input.scores, at)],
      ]
    })
    return Object.fromEntries(cut)
  },
  err(input) {
    const { ranked } = lists(input)
    const at = (grade: number) =>
      Object.fromEntries(input.ks.map((k) => [`err@${k}`, metrics.expectedReciprocalRank(ranked, k as number, grade)]))
    return Object.fromEntries(input.maxGrades.map((grade) => [`g${grade}`, at(grade)]))
  },
  rbp(input) {
    const { ranked } = lists(input)
    const at = (gain?: (grade: number) => number) =>
      Object.fromEntries(input.ps.map((p) => [String(p), metrics.rankBiasedPrecision(ranked, p, gain)]))
    return { binary: at(), graded: at((grade) => grade / input.maxGrade) }
  },
  gdeval(input, expected) {
    const { ranked, judged } = lists(input)
    const value = (name: string) => {
      const k = Number(name.split("@")[1])
      return name.startsWith("ndcg") ? metrics.ndcg(ranked, judged, k) : metrics.expectedReciprocalRank(ranked, k, input.maxGrade)
    }
    return Object.fromEntries(Object.keys(expected).map((name) => [name, value(name)]))
  },
  recsys_at_k({ recommended, relevant, catalogue, k }) {
    const rows = recommended.map((list, user) => {
      const truth = new Set(relevant[user])
      return { ranked: metrics.gradesOf(list, truth), judged: metrics.judgedGrades(truth) }
    })
    const counts = metrics.exposureCounts(recommended, catalogue, k)
    return {
      hitRate: mean(rows.map(({ ranked }) => metrics.hitAtK(ranked, k))),
      precision: mean(rows.map(({ ranked }) => metrics.precisionAtK(ranked, k))),
      recall: mean(rows.map(({ ranked, judged }) => metrics.recallAtK(ranked, judged, k))),
      map_min: mean(rows.map(({ ranked, judged }) => metrics.cappedAveragePrecisionAtK(ranked, judged, k))),
      coverage: metrics.coverage(counts),
      gini: metrics.gini(counts),
      entropy2: metrics.exposureEntropyBits(counts),
    }
  },
}

test("the vectors are there", () => expect(cases).toHaveLength(82))

test.each(cases)("ranking vector $fn $id", ({ fn, input, expected, tol }) => {
  expect(Object.keys(functions)).toContain(fn)
  expectClose(functions[fn]!(input, expected), expected, tol ?? tolerance, fn)
})
