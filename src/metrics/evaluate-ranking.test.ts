import { expect, test } from "vitest"
import { random } from "../core/index.ts"
import { compareRankings, evaluateRanking, type RankingTask } from "./index.ts"

const truths: Record<string, ReadonlySet<string>> = { u1: new Set(["a", "b"]), u2: new Set(["c"]), u3: new Set() }
const task: RankingTask<string> = {
  queries: ["u1", "u2", "u3"],
  rank: () => ["a", "x", "c", "a"],
  truth: (user) => truths[user],
  metrics: ["ndcg", "recall@1", "mrr", "recall"],
  k: 3,
  seed: 1,
}

test("means, per-query values and left-out queries by hand", async () => {
  const report = await evaluateRanking(task)
  expect(report.queries).toEqual(["u1", "u2"])
  expect(report).toMatchObject({ skipped: 1, repeated: 2 })
  expect([...report.metrics.recall!.values]).toEqual([0.5, 1])
  expect([...report.metrics["recall@1"]!.values]).toEqual([0.5, 0])
  expect(report.metrics.mrr!.mean).toBeCloseTo((1 + 1 / 3) / 2, 12)
  expect(report.metrics.ndcg!.values[0]).toBeCloseTo(1 / 1.6309, 4)
  expect(report.exposure).toBeUndefined()
})

test("slices and exposure", async () => {
  const report = await evaluateRanking({
    ...task,
    segments: (user) => ({ country: user === "u1" ? "DE" : "FR", age: undefined }),
    catalogue: ["a", "b", "c", "x"],
  })
  expect(Object.keys(report.segments)).toEqual(["country"])
  expect(report.segments.country!.DE).toMatchObject({ queries: 1, metrics: { recall: { mean: 0.5, low: 0.5, high: 0.5 } } })
  expect(report.exposure!.coverage).toBe(0.75)
})

test("the rank function is asked for the deepest cutoff and may be asynchronous", async () => {
  const asked: number[] = []
  const rank = async (_: string, limit: number) => {
    asked.push(limit)
    return ["a"]
  }
  await evaluateRanking({ ...task, rank, metrics: ["ndcg@50", "mrr"] })
  expect(asked).toEqual([50, 50])
})

test.each([
  { name: "a metric of another task", change: { metrics: ["auc"] }, message: /came auc, a classification metric/ },
  { name: "a graded metric over a set", change: { metrics: ["gradedNdcg"] }, message: /a truth with grades for the metric gradedNdcg/ },
  { name: "a need that is not given", change: { metrics: ["diversity"] }, message: /context.similarity for the metric diversity/ },
  { name: "a stop signal", change: { signal: AbortSignal.abort() }, message: /stop signal/ },
])("$name is refused", async ({ change, message }) => {
  await expect(evaluateRanking({ ...task, ...change })).rejects.toThrow(message)
})

test("graded truth and metrics beyond accuracy", async () => {
  const report = await evaluateRanking({
    ...task,
    truth: () =>
      new Map([
        ["a", 3],
        ["c", 1],
        ["z", 0],
      ]),
    metrics: ["gradedNdcg", "err", "novelty", "diversity", "popularityBias"],
    history: () => ["x"],
    context: { maxGrade: 3, popularity: (id) => (id === "a" ? 0.5 : 0.25), popularityFloor: 0.1, similarity: () => 0.25 },
  })
  expect(report.metrics.novelty!.mean).toBeCloseTo(5 / 3, 12)
  expect(report.metrics.diversity!.mean).toBeCloseTo(0.75, 12)
  expect(report.metrics.popularityBias!.mean).toBeCloseTo(4 / 3, 12)
  expect(report.metrics.err!.mean).toBeCloseTo(7 / 8 + (1 / 8 / 8) * (1 / 3), 12)
})

test("a better ranking of 300 queries is told from a worse one, and not from itself", async () => {
  const queries = Array.from({ length: 300 }, (_, i) => i)
  const items = Array.from({ length: 20 }, (_, i) => i)
  const noisy = (noise: number) => (query: number) => {
    const draw = random(query).split(String(noise))
    const scored = items.map((item) => ({ item, score: -Math.abs(item - (query % 20)) + noise * draw.normal() }))
    return scored.sort((a, b) => b.score - a.score).map(({ item }) => item)
  }
  const common = { queries, truth: (query: number) => new Set([query % 20, (query + 1) % 20]), metrics: ["ndcg"], k: 5, seed: 2 }
  const good = await evaluateRanking({ ...common, rank: noisy(2) })
  const poor = await evaluateRanking({ ...common, rank: noisy(6) })
  expect(compareRankings(good, poor, { seed: 1 }).ndcg).toMatchObject({ verdict: "better" })
  expect(compareRankings(poor, good, { seed: 1 }).ndcg).toMatchObject({ verdict: "worse" })
  expect(compareRankings(good, good, { seed: 1 }).ndcg).toMatchObject({ verdict: "undecided", pValue: 1, same: 300 })
  expect(() => compareRankings(good, { ...poor, queries: [] }, { seed: 1 })).toThrow(/the same queries/)
})

test("progress counts every query and the same seed gives the same report", async () => {
  const seen: number[] = []
  const report = await evaluateRanking({ ...task, onProgress: (done) => seen.push(done) })
  expect(seen).toEqual([0, 1, 2, 3])
  expect(await evaluateRanking(task)).toEqual(report)
})

test("a signal that fires between queries stops the work even when ranking is synchronous", async () => {
  const stop = new AbortController()
  const queries = Array.from({ length: 100_000 }, () => "u1")
  setTimeout(() => stop.abort(), 0)
  let ranked = 0
  const rank = () => [String(ranked++)]
  await expect(evaluateRanking({ ...task, queries, rank, signal: stop.signal })).rejects.toThrow(/stop signal/)
  expect(ranked).toBeLessThan(10_000)
})
