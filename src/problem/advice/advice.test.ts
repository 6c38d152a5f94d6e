import { describe, expect, test } from "vitest"
import { assumed, measured, type Quantity } from "../quantity.ts"
import type { LearningTask } from "../statement.ts"
import { statements } from "../statements/index.ts"
import type { Advice } from "./advice.ts"
import { adviseEncoder, adviseScaler } from "./columns.ts"
import { adviseFamily, type FamilyFacts } from "./family.ts"
import { adviseFromStatement } from "./from-statement.ts"
import { adviseGaps } from "./gaps.ts"
import { adviseMetric } from "./metric.ts"
import { adviseMlNeed } from "./ml-need.ts"
import { adviseOutliers } from "./outliers.ts"
import { adviseRetraining } from "./retrain.ts"
import { adviseSegments } from "./segments.ts"

/** Every advice says why, names its evidence with sources, and says what else was weighed. */
function stands(advice: Advice) {
  expect(advice.why).not.toBe("")
  expect(advice.evidence.length).toBeGreaterThan(0)
  for (const { quantity } of advice.evidence) expect(quantity.source.where).not.toBe("")
  expect(advice.instead.length).toBeGreaterThan(0)
  return advice
}

describe("is machine learning needed", () => {
  const compared = {
    metric: "ndcg@20",
    rule: { name: "popularity", value: 0.2 },
    model: { name: "trees", value: 0.21 },
    worth: 0.02,
    where: "run 1",
  }
  test.each([
    { name: "lift inside the noise", lift: { value: 0.01, low: -0.01, high: 0.03 }, choose: "rules" },
    { name: "lift real but too small", lift: { value: 0.002, low: 0.001, high: 0.003 }, choose: "rules" },
    { name: "lift worth it", lift: { value: 0.01, low: 0.005, high: 0.015 }, choose: "machine learning" },
  ])("$name: $choose", ({ lift, choose }) => {
    expect(stands(adviseMlNeed({ ...compared, lift })).choose).toBe(choose)
  })

  test("an interval that does not hold its estimate is refused", () => {
    expect(() => adviseMlNeed({ ...compared, lift: { value: 1, low: 2, high: 3 } })).toThrow("low <= value <= high")
  })
})

const rows = (value: number): Quantity => measured(value, "rows", "data card")
const facts: FamilyFacts = {
  rows: rows(200_000),
  items: 500,
  budgetMs: 100,
  microsPerItem: { linear: assumed(1, "µs", "a"), trees: assumed(10, "µs", "b"), network: assumed(200, "µs", "c") },
  interpretability: "none",
  continual: false,
  accelerator: false,
  trainingHours: 6,
  raw: false,
}

describe("model family", () => {
  test.each<{ name: string; change: Partial<FamilyFacts>; choose: string }>([
    { name: "few rows", change: { rows: rows(1000) }, choose: "linear" },
    { name: "moderate rows", change: {}, choose: "trees" },
    { name: "many rows and room", change: { rows: rows(50_000_000) }, choose: "network" },
    { name: "raw inputs and room", change: { raw: true }, choose: "network" },
    {
      name: "many rows, one decision must be explained",
      change: { rows: rows(50_000_000), interpretability: "per-decision" },
      choose: "trees",
    },
    { name: "must learn between retrainings", change: { continual: true }, choose: "linear" },
    { name: "many rows, no time to train and no accelerator", change: { rows: rows(50_000_000), trainingHours: 0.5 }, choose: "trees" },
    { name: "many rows, budget of 50 ms", change: { rows: rows(50_000_000), budgetMs: 50 }, choose: "trees" },
    { name: "many rows, budget of 3 ms", change: { rows: rows(50_000_000), budgetMs: 3 }, choose: "linear" },
  ])("$name: $choose", ({ change, choose }) => {
    expect(stands(adviseFamily({ ...facts, ...change })).choose).toBe(choose)
  })

  test("a budget that nothing fits is refused with what fits", () => {
    expect(() => adviseFamily({ ...facts, budgetMs: 0.1 })).toThrow("at least 0.5 ms for 500 items")
  })

  test("the reason against a dearer family cites its time and the budget", () => {
    const { instead } = adviseFamily({ ...facts, rows: rows(50_000_000), budgetMs: 50 })
    expect(instead.find(({ option }) => option === "network")!.why).toBe("100 ms for 500 items break the budget of 50 ms")
  })
})

describe("columns", () => {
  test.each([
    { name: "normal, few rows", column: { rows: 100, skewness: 0.1, excessKurtosis: 0.2, min: -3, max: 3 }, choose: "z-score" },
    {
      name: "nearly normal, a million rows",
      column: { rows: 1e6, skewness: 0.3, excessKurtosis: 0.4, min: -5, max: 6 },
      choose: "z-score",
    },
    { name: "log-normal", column: { rows: 1000, skewness: 6, excessKurtosis: 80, min: 0.1, max: 900 }, choose: "log, then z-score" },
    { name: "uniform", column: { rows: 10_000, skewness: 0, excessKurtosis: -1.2, min: 0, max: 1 }, choose: "min-max" },
    { name: "long tail with negatives", column: { rows: 1000, skewness: 4, excessKurtosis: 30, min: -10, max: 90 }, choose: "min-max" },
  ])("scale, $name: $choose", ({ column, choose }) => {
    expect(stands(adviseScaler({ name: "price", ...column })).choose).toBe(choose)
  })

  const category = { name: "colour", rows: 10_000, distinct: 12, ordered: false, open: false, family: "trees" } as const
  test.each([
    { name: "a dozen values", column: category, choose: "one-hot" },
    { name: "thirteen, trees", column: { ...category, distinct: 13 }, choose: "smoothed rate" },
    { name: "thirteen, network", column: { ...category, distinct: 13, family: "network" as const }, choose: "embedding" },
    { name: "thirteen, linear", column: { ...category, distinct: 13, family: "linear" as const }, choose: "hashing" },
    { name: "new values keep coming", column: { ...category, open: true, family: "network" as const }, choose: "hashing" },
    { name: "an order of its own", column: { ...category, ordered: true }, choose: "integer by order" },
  ])("encoding, $name: $choose", ({ column, choose }) => {
    expect(stands(adviseEncoder(column)).choose).toBe(choose)
  })

  const gaps = { name: "age", rows: 1000, missing: 0.1, numeric: true, skewness: 0, correlated: null }
  test.each([
    { name: "none", column: { ...gaps, missing: 0 }, choose: "nothing" },
    { name: "hardly any", column: { ...gaps, missing: 0.004 }, choose: "drop the rows" },
    { name: "symmetric", column: gaps, choose: "mean, with indicator" },
    { name: "a tail", column: { ...gaps, skewness: 3 }, choose: "median, with indicator" },
    { name: "told by another column", column: { ...gaps, skewness: 3, correlated: 0.8 }, choose: "model, with indicator" },
    { name: "a category", column: { ...gaps, numeric: false }, choose: "a value of its own" },
    { name: "most", column: { ...gaps, missing: 0.7 }, choose: "indicator, column dropped" },
  ])("gaps, $name: $choose", ({ column, choose }) => {
    expect(stands(adviseGaps(column)).choose).toBe(choose)
  })

  const tails = { name: "price", rows: 1000, min: 0, p10: 1, median: 2, p90: 3, max: 5, family: "linear" } as const
  test.each([
    { name: "near ends", column: tails, choose: "nothing" },
    { name: "a far end", column: { ...tails, max: 500 }, choose: "cap at the 1st and 99th percentile" },
    { name: "a far end, trees", column: { ...tails, max: 500, family: "trees" as const }, choose: "nothing" },
    { name: "mostly one number", column: { ...tails, p10: 2, p90: 2 }, choose: "cap at the 1st and 99th percentile" },
  ])("outliers, $name: $choose", ({ column, choose }) => {
    expect(stands(adviseOutliers(column)).choose).toBe(choose)
  })

  test("too little to judge is refused", () => {
    expect(() => adviseGaps({ ...gaps, missing: 2 })).toThrow("a share in [0, 1]")
    expect(() => adviseOutliers({ ...tails, max: 0 })).toThrow("min <= p10")
    expect(() => adviseScaler({ name: "x", rows: 3, skewness: 0, excessKurtosis: 0, min: 0, max: 1 })).toThrow("at least 8 values")
    expect(() => adviseEncoder({ ...category, distinct: 0 })).toThrow("at least one value")
  })
})

test.each<{ task: LearningTask; baseRate: number; graded?: boolean; oneRight?: boolean; probabilityUsed?: boolean; choose: string }>([
  { task: "ranking", baseRate: 0.1, graded: true, choose: "ndcg" },
  { task: "ranking", baseRate: 0.1, oneRight: true, choose: "mrr" },
  { task: "ranking", baseRate: 0.1, choose: "map" },
  { task: "classification", baseRate: 0.02, probabilityUsed: true, choose: "logLoss" },
  { task: "classification", baseRate: 0.002, choose: "averagePrecision" },
  { task: "classification", baseRate: 0.3, choose: "auc" },
  { task: "regression", baseRate: 0.5, choose: "rmse" },
  { task: "segmentation", baseRate: 0.01, choose: "meanIou" },
  { task: "spans", baseRate: 0.2, choose: "spanF1" },
])(
  "metric of $task, $baseRate positive: $choose",
  ({ task, baseRate, graded = false, oneRight = false, probabilityUsed = false, choose }) => {
    const advice = adviseMetric({ task, baseRate: assumed(baseRate, "share", "data card"), graded, oneRight, probabilityUsed })
    expect(stands(advice).choose).toBe(choose)
  },
)

describe("one model or one per segment", () => {
  const segment = (name: string, value: number, half: number) => ({
    segment: name,
    rows: 1000,
    gain: { value, low: value - half, high: value + half },
  })
  test.each([
    { name: "gain in all", segments: [segment("a", 0.02, 0.01), segment("b", 0.03, 0.01)], choose: "one per segment" },
    { name: "inside the noise", segments: [segment("a", 0.01, 0.05), segment("b", 0.01, 0.05)], choose: "one model" },
    { name: "one gets worse", segments: [segment("a", 0.1, 0.01), segment("b", -0.03, 0.01)], choose: "one model" },
    { name: "too little for two models", segments: [segment("a", 0.001, 0.0001), segment("b", 0.001, 0.0001)], choose: "one model" },
  ])("$name: $choose", ({ segments, choose }) => {
    expect(stands(adviseSegments("auc", segments, 0.01, "run 2")).choose).toBe(choose)
  })

  test("one segment is no choice", () => {
    expect(() => adviseSegments("auc", [segment("a", 1, 1)], 0.1, "run")).toThrow("two segments")
  })
})

describe("how often to retrain", () => {
  const curve = (...metrics: number[]) => metrics.map((metric, day) => ({ ageHours: 24 * day, metric }))

  test("by hand: 0.80 falls by 0.004 a day, 1 % is lost after two days", () => {
    const advice = stands(adviseRetraining("auc", curve(0.8, 0.796, 0.792, 0.788), 0.01, "run 3"))
    expect(advice.evidence[0]!.quantity.value).toBeCloseTo(48, 6)
  })

  test("a bump by chance does not shorten the interval, and what is not measured is not guessed", () => {
    const bumpy = adviseRetraining("auc", curve(0.8, 0.799, 0.8, 0.799), 0.01, "run 3")
    expect(bumpy.choose).toBe("at least every 72 hours")
  })

  test.each([
    [() => adviseRetraining("auc", curve(0.8, 0.7), 0.01, "r"), "three growing ages"],
    [() => adviseRetraining("auc", curve(0.8, 0.7, 0.6), 1, "r"), "tolerance"],
  ])("refusal %#", (call, words) => {
    expect(call).toThrow(words)
  })
})

test.each(Object.entries(statements))("%s: the statement alone supports a family and its first metric's kind", (_kind, statement) => {
  const advice = adviseFromStatement(statement)
  for (const one of advice) stands(one)
  expect(advice.map(({ topic }) => topic).at(-1)).toBe("offline metric")
})
