import { expect, test } from "vitest"
import { checkMetrics, metricFor, metricRegistry } from "./index.ts"

test("a metric of another task is refused and the right ones are listed", () => {
  expect(() => metricFor("ranking", "accuracy")).toThrow(/expected a ranking metric among .*ndcg.*, came accuracy, a classification metric/)
  expect(() => metricFor("classification", "ndcg")).toThrow(/came ndcg, a ranking metric/)
  expect(() => checkMetrics("regression", ["rmse", "auc"])).toThrow(/auc, a classification metric/)
})

test("an unknown metric lists the known ones; a name of Object's own is unknown too", () => {
  expect(() => metricFor("ranking", "ndgc")).toThrow(/ranking metric among .*ndcg/)
  expect(() => metricFor("ranking", "toString")).toThrow(/ranking metric/)
})

test("a cutoff belongs to rankings alone and is a positive whole number", () => {
  expect(metricFor("ranking", "ndcg@10")).toBe(metricRegistry.ranking.ndcg)
  expect(() => metricFor("ranking", "ndcg@0")).toThrow(/positive cutoff/)
  expect(() => metricFor("classification", "auc@3")).toThrow(/auc alone/)
})

test("with 0.2 % positives, calling nothing positive gets 99.8 % accuracy, no recall and a Matthews correlation of 0", () => {
  const labels = Array.from({ length: 1000 }, (_, i) => (i < 2 ? 1 : 0))
  const never = labels.map(() => 0.01)
  const { accuracy, recall, matthews } = metricRegistry.classification
  expect(accuracy.measure(labels, never)).toBe(0.998)
  expect(recall.measure(labels, never)).toBe(0)
  expect(matthews.measure(labels, never)).toBe(0)
})

test("every metric says what it is about and every measure runs on a small example", () => {
  for (const metric of Object.values(metricRegistry.classification)) {
    expect(metric.about).not.toBe("")
    expect(metric.measure([1, 0, 1], [0.8, 0.3, 0.6])).not.toBeNaN()
  }
  for (const metric of Object.values(metricRegistry.regression)) expect(metric.measure([1, 2, 3], [1, 2, 4])).not.toBeNaN()
  const context = { popularity: () => 0.5, popularityFloor: 0.1, similarity: () => 0.5, maxGrade: 4 }
  const list = { ids: ["a", "b"], ranked: [1, 0], judged: [1, 0], k: 2, relevantFrom: 1, history: ["c"], context }
  for (const metric of Object.values(metricRegistry.ranking)) expect(metric.measure(list)).not.toBeNaN()
})
