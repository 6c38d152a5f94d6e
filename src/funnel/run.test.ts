import { expect, test } from "vitest"
import {
  Cancelled,
  type Candidates,
  candidates,
  deadlineIn,
  InvalidArgument,
  manualClock,
  type Retriever,
  type Stage,
} from "../core/index.ts"
import { defineFunnel, type FunnelConfig } from "./funnel.ts"
import { runFunnel } from "./run.ts"
import { idsOf, listOf, manualTimer, recorded, retrieverOf, scopeOf, stageOf } from "./scope.test.helper.ts"

const popular = retrieverOf("popular", [90, 91, 92, 93])

function funnelOf(config: Partial<FunnelConfig<string>>, clock = manualClock()) {
  const time = manualTimer(clock)
  const funnel = defineFunnel<string>({
    retrievers: [{ retriever: retrieverOf("near", [1, 2, 3]), limit: 10 }],
    stages: [],
    fallback: popular,
    limit: 4,
    clock,
    timer: time.timer,
    ...config,
  })
  return { funnel, clock, time }
}

test("steps rewrite the query, retrievers answer in parallel, the merge keeps who proposed what", async () => {
  const near: Retriever<string> = {
    name: "near",
    retrieve: async (query) => (query === "ABC" ? listOf("near", [5, 7], [0.9, 0.8]) : listOf("near", [])),
  }
  const { funnel } = funnelOf({
    steps: [{ name: "upper", run: async (query) => query.toUpperCase() }],
    retrievers: [
      { retriever: near, limit: 5 },
      { retriever: retrieverOf("new", [7, 8]), limit: 5 },
    ],
  })
  const run = await runFunnel(funnel, "abc", scopeOf())
  expect(run.query).toBe("ABC")
  expect(funnel.sources).toEqual(["near", "new", "popular"])
  expect(idsOf(run.candidates)).toEqual([7, 5, 8])
  expect([...run.candidates.sources]).toEqual([3, 1, 2])
  expect([...run.candidates.scores.get("near")!]).toEqual([Math.fround(0.8), Math.fround(0.9), Number.NaN])
  expect([...run.candidates.scores.get("new.rank")!]).toEqual([1, Number.NaN, 2])
  expect(run.candidates.scores.get("fusion")![0]).toBeCloseTo(1 / 62 + 1 / 61, 6)
  expect(run.stages.map(({ name, in: into, out }) => [name, into, out])).toEqual([
    ["upper", 0, 0],
    ["near", 0, 2],
    ["new", 0, 2],
    ["merge", 4, 3],
  ])
  expect(run.degraded).toEqual([])
})

test("a slow retriever is left out with its time; its late failure is heard and nothing is told after the answer", async () => {
  let fail = (_: Error) => {}
  const slow: Retriever<string> = {
    name: "trending",
    retrieve: (_query, _limit, scope) =>
      new Promise<Candidates>((_, reject) => {
        fail = (error) => {
          scope.trace.degrade("trending", "too late to tell")
          reject(error)
        }
      }),
  }
  const { funnel, time, clock } = funnelOf({
    retrievers: [
      { retriever: slow, limit: 5, timeoutMs: 20 },
      { retriever: retrieverOf("near", [1]), limit: 5 },
    ],
  })
  const scope = scopeOf({ deadline: deadlineIn(100, clock) })
  const running = runFunnel(funnel, "", scope)
  await time.pass(20)
  const run = await running
  fail(new Error("late"))
  await new Promise((resolve) => setImmediate(resolve))
  expect(run.degraded).toEqual(["trending: no answer in 20 ms"])
  expect(idsOf(run.candidates)).toEqual([1])
  expect(recorded(scope).degraded).toEqual([{ stage: "trending", reason: "no answer in 20 ms" }])
})

test.each([
  {
    name: "throws at once",
    retrieve: () => {
      throw new Error("no index\nat x")
    },
  },
  { name: "rejects", retrieve: () => Promise.reject(new Error("no index")) },
])("a retriever that $name is left out with the reason", async ({ retrieve }) => {
  const { funnel } = funnelOf({
    retrievers: [
      { retriever: { name: "broken", retrieve }, limit: 5 },
      { retriever: retrieverOf("near", [1]), limit: 5 },
    ],
  })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(run.degraded).toEqual(["broken: failed: no index"])
  expect(idsOf(run.candidates)).toEqual([1])
})

test("scores that are NaN are named and go last", async () => {
  const { funnel } = funnelOf({ retrievers: [{ retriever: retrieverOf("near", [4, 5, 6], [Number.NaN, 2, 1]), limit: 5 }] })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(idsOf(run.candidates)).toEqual([5, 6, 4])
  expect(run.degraded).toEqual(["near: 1 of 3 scores are NaN, put last"])
})

test("a stage without the time it needs is cut to what fits, or skipped when nothing does", async () => {
  const clock = manualClock()
  const reverse: Stage<string> & { needMs: number } = {
    ...stageOf("rerank", 10, (places) => places.reverse()),
    needMs: 3,
  }
  const cases = [
    { left: 9, ids: [3, 2, 1], degraded: [] },
    { left: 7, ids: [2, 1, 3], degraded: ["rerank: 7 ms left, needed 9, cut to 2 of 3"] },
    { left: 2, ids: [1, 2, 3], degraded: ["rerank: 2 ms left, needed 9"] },
  ]
  for (const { left, ids, degraded } of cases) {
    const { funnel } = funnelOf({ stages: [reverse, stageOf("same", 10, (places) => places)] }, clock)
    const run = await runFunnel({ ...funnel, strict: true }, "", scopeOf({ deadline: deadlineIn(left, clock) }))
    expect(idsOf(run.candidates)).toEqual(ids)
    expect(run.degraded).toEqual(degraded)
  }
})

test("what a stage needs is measured: the declared guess moves towards it", async () => {
  const clock = manualClock()
  const slow = stageOf("rerank", 10, (places) => {
    clock.advance(30)
    return places
  })
  const { funnel } = funnelOf({ stages: [{ ...slow, needMs: 0 }] }, clock)
  await runFunnel(funnel, "", scopeOf())
  expect(funnel.needs.estimate("rerank", 0, 100)).toBeCloseTo(100, 9)
})

test("the deadline is kept: a stage that hangs is left behind, later ones are skipped, and the page is what there was", async () => {
  const clock = manualClock()
  const hangs: Stage<string> = { name: "hangs", limit: 2, run: () => new Promise(() => {}) }
  const { funnel, time } = funnelOf({ stages: [hangs, stageOf("after", 5, (places) => places.reverse())] }, clock)
  const running = runFunnel(funnel, "", scopeOf({ deadline: deadlineIn(40, clock) }))
  await time.pass(40)
  const run = await running
  expect(run.degraded).toEqual(["hangs: no answer in 40 ms", "after: no time left, skipped"])
  expect(idsOf(run.candidates)).toEqual([1, 2])
  expect(clock.now()).toBe(40)
})

test("the fallback answers when nothing came, past the deadline too, and only with what passes the required stages", async () => {
  const clock = manualClock()
  const filter = { ...stageOf("filters", 50, (places, list) => places.filter((at) => list.ids[at] !== 90)), required: true }
  const broken: Stage<string> = { name: "broken", limit: 5, run: async () => candidates(0) }
  const { funnel } = funnelOf({ stages: [broken, filter] }, clock)
  const scope = scopeOf({ deadline: deadlineIn(1, clock) })
  clock.advance(5)
  const run = await runFunnel(funnel, "", scope)
  expect(idsOf(run.candidates)).toEqual([91, 92, 93])
  expect(run.degraded).toEqual(["near: no time left to ask it", "funnel: no candidate left, popular answers"])
  expect([...run.candidates.sources]).toEqual([2, 2, 2])
})

test("the fallback is asked for more until some pass", async () => {
  const many = Array.from({ length: 100 }, (_, at) => 1000 + at)
  const filter = { ...stageOf("filters", 500, (places, list) => places.filter((at) => list.ids[at]! >= 1060)), required: true }
  const { funnel } = funnelOf({ fallback: retrieverOf("popular", many), stages: [filter], limit: 2 })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(idsOf(run.candidates)).toEqual([1060, 1061])
})

test("a required stage that fails lets nothing pass it", async () => {
  const filter: Stage<string> = { name: "filters", limit: 50, run: () => Promise.reject(new Error("no state")) }
  const { funnel } = funnelOf({ stages: [{ ...filter, required: true }] })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(run.candidates.size).toBe(0)
  expect(run.degraded).toEqual(["filters: failed: no state", "funnel: no candidate left, popular answers"])
})

test.each([
  { name: "names an item twice", output: [1, 1], kept: [1] },
  { name: "brings an item of its own", output: [1, 77], kept: [1] },
  { name: "gives more than its limit", output: [1, 2, 3], kept: [1, 2] },
])("a stage that $name is named when strict, mended otherwise", async ({ output, kept }) => {
  const rogue: Stage<string> = { name: "rogue", limit: 2, run: async () => listOf("x", output) }
  const { funnel } = funnelOf({ stages: [rogue] })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(idsOf(run.candidates)).toEqual(kept)
  expect(run.degraded).toEqual([expect.stringMatching(/^rogue: gave .*; mended$/)])
  await expect(runFunnel({ ...funnel, strict: true }, "", scopeOf())).rejects.toThrow(InvalidArgument)
})

test("a stage may not bring back what an earlier one dropped", async () => {
  const { funnel } = funnelOf({
    stages: [stageOf("first", 5, () => [0]), { name: "second", limit: 5, run: async () => listOf("x", [1, 2]) }],
  })
  expect(idsOf((await runFunnel(funnel, "", scopeOf())).candidates)).toEqual([1])
})

test("each retriever is charged its own time, and no timer is left behind", async () => {
  const clock = manualClock()
  const taking = (name: string, ms: number): Retriever<string> => ({
    name,
    retrieve: async () => {
      clock.advance(ms)
      return listOf(name, [1])
    },
  })
  const retrievers = [taking("a", 3), taking("b", 5)].map((retriever) => ({ retriever, limit: 5 }))
  const { funnel, time } = funnelOf({ retrievers, stages: [stageOf("same", 5, (places) => places)] }, clock)
  const run = await runFunnel(funnel, "", scopeOf({ deadline: deadlineIn(100, clock) }))
  expect(run.stages.map(({ name, ms }) => [name, ms])).toEqual([
    ["a", 3],
    ["b", 5],
    ["merge", 0],
    ["same", 0],
  ])
  expect(time.waiting.size).toBe(0)
})

test("a merge that fails is replaced by rank fusion", async () => {
  const { funnel } = funnelOf({
    merge: () => {
      throw new Error("bad weights")
    },
  })
  const run = await runFunnel(funnel, "", scopeOf())
  expect(idsOf(run.candidates)).toEqual([1, 2, 3])
  expect(run.degraded).toEqual(["merge: failed: bad weights"])
})

test("retrievers and stages that do not apply to the query are left out, and a cancelled request ends", async () => {
  const { funnel } = funnelOf({
    retrievers: [
      { retriever: retrieverOf("near", [1]), limit: 5 },
      { retriever: retrieverOf("other", [2]), limit: 5, when: (query) => query === "b" },
    ],
    stages: [{ ...stageOf("none", 5, () => []), when: (query) => query === "c" }],
  })
  expect(idsOf((await runFunnel(funnel, "a", scopeOf())).candidates)).toEqual([1])
  expect(idsOf((await runFunnel(funnel, "b", scopeOf())).candidates)).toEqual([1, 2])
  await expect(runFunnel(funnel, "a", scopeOf({ signal: AbortSignal.abort() }))).rejects.toThrow(Cancelled)
})

test.each([
  { name: "no retriever", config: { retrievers: [] } },
  { name: "a name twice", config: { stages: [stageOf("near", 5, () => [])] } },
  { name: "a cap of 0", config: { stages: [stageOf("x", 0, () => [])] } },
  { name: "a share above 1", config: { retrievalShare: 1.5 } },
  {
    name: "33 sources",
    config: { retrievers: Array.from({ length: 32 }, (_, at) => ({ retriever: retrieverOf(`r${at}`, []), limit: 1 })) },
  },
])("a funnel with $name is refused", ({ config }) => {
  expect(() => funnelOf(config)).toThrow(InvalidArgument)
})
