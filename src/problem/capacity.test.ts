import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { planCapacity } from "./capacity-plan.ts"
import { planLimits } from "./plan-limits.ts"
import { scenarioPresets } from "./presets.ts"
import { scatterMs, shardsWithin } from "./scatter.ts"
import type { Scenario } from "./scenario.ts"
import { sensitivity } from "./sensitivity.ts"

describe("worked cases", () => {
  test.each([
    { name: "trees at 1 µs on 100 million documents: 100 s", items: 1e8, microsPerItem: 1, shards: 1, ms: 100_000 },
    { name: "over 1,000 shards: 100 ms", items: 1e8, microsPerItem: 1, shards: 1000, ms: 100 },
    { name: "a deep model at 1 ms over 1,000 shards: 100 s", items: 1e8, microsPerItem: 1000, shards: 1000, ms: 100_000 },
    { name: "the deep model on 500 documents over 5 shards: 100 ms", items: 500, microsPerItem: 1000, shards: 5, ms: 100 },
  ])("$name", ({ ms, ...scatter }) => {
    expect(scatterMs(scatter)).toBe(ms)
  })

  test("shards alone do not save the deep model: a million of them for 100 ms", () => {
    expect(shardsWithin(1e8, 1000, 100)).toEqual({ shards: 1_000_000, practical: false })
    expect(shardsWithin(1e8, 1, 100)).toEqual({ shards: 1000, practical: true })
  })

  test("the funnel of both takes 200 ms of the 500 ms", () => {
    const trees = scatterMs({ items: 1e8, microsPerItem: 1, shards: 1000 })
    const deep = scatterMs({ items: 500, microsPerItem: 1000, shards: 5 })
    expect(trees + deep).toBe(200)
    const plan = planCapacity({
      ...scenarioPresets["100-million-documents"],
      fixedMs: 0,
      peakQps: 10,
      stages: [
        { name: "trees", microsPerItem: 1, keeps: 500, budgetMs: 250, shards: 1000 },
        { name: "deep", microsPerItem: 1000, keeps: 10, budgetMs: 250, shards: 5 },
      ],
    })
    expect(plan.feasible).toBe(true)
    expect(plan.stages.map(({ serviceMs }) => serviceMs)).toEqual([100, 100])
    expect(plan.p99Ms).toBeGreaterThanOrEqual(200)
    expect(plan.p99Ms).toBeLessThanOrEqual(500)
  })

  test("10 billion matches at 1 µs on 1,000 shards: infeasible, and what it would take", () => {
    const plan = planCapacity({
      ...scenarioPresets["10-billion-documents"],
      stages: [{ name: "trees", microsPerItem: 1, keeps: 500, budgetMs: 100, shards: 1000 }],
    })
    expect(plan.feasible).toBe(false)
    expect(plan.reasons[0]!.needs).toContain("125,000 shards, which is impractical")
  })

  test("10 billion matches: a cheap first stage over shards brings 500 to the deep model inside the budget", () => {
    const plan = planCapacity(scenarioPresets["10-billion-documents"])
    expect(plan.feasible).toBe(true)
    expect(plan.stages.map((stage) => [stage.name, stage.in])).toEqual([
      ["select", 1e10],
      ["trees", 100_000],
      ["deep", 500],
    ])
    expect(plan.p99Ms).toBeLessThanOrEqual(500)
  })
})

describe("presets", () => {
  test.each(Object.entries(scenarioPresets))("%s: stages narrow, budgets hold, memory holds", (_name, scenario) => {
    const plan = planCapacity(scenario)
    expect(plan.reasons).toEqual([])
    for (const stage of plan.stages) {
      expect(stage.p99Ms).toBeLessThanOrEqual(stage.budgetMs)
      expect(stage.utilisation).toBeLessThanOrEqual(0.7 + 1e-9)
      expect(stage.out).toBeLessThanOrEqual(stage.in)
    }
    expect(plan.allIndexBytes).toBeLessThanOrEqual(plan.machines * scenario.machine.memoryBytes * 0.75)
    expect(plan.logBytesPerDay).toBe(scenario.requestsPerDay * scenario.logBytesPerRequest)
  })

  test("500 million users with 10 fetches a day are 57,870 rankings a second on average", () => {
    const { requestsPerDay, peakQps } = scenarioPresets["500-million-users"]
    expect(Math.round(requestsPerDay / 86_400)).toBe(57_870)
    expect(peakQps / (requestsPerDay / 86_400)).toBeCloseTo(2, 3)
  })
})

const small: Scenario = {
  items: 10_000,
  matches: 10_000,
  bytesPerItem: 1000,
  peakQps: 100,
  requestsPerDay: 2_000_000,
  logBytesPerRequest: 1000,
  p99Ms: 50,
  fixedMs: 10,
  stages: [
    { name: "retrieve", microsPerItem: 0.2, keeps: 500, budgetMs: 10 },
    { name: "rank", microsPerItem: 10, keeps: 20, budgetMs: 15, least: 100 },
  ],
  machine: { cores: 2, memoryBytes: 4e9, costPerHour: 0.1 },
}

describe("a small system", () => {
  test("by hand: 2 ms and 5 ms of scoring, cost of two machines over 2 million requests a day", () => {
    const plan = planCapacity(small)
    expect(plan.stages.map(({ serviceMs, shards }) => [serviceMs, shards])).toEqual([
      [2, 1],
      [5, 1],
    ])
    expect(plan.indexBytes).toBe(1e7)
    expect(plan.costPerHour).toBeCloseTo(0.1 * plan.machines, 12)
    expect(plan.costPer1000Requests).toBeCloseTo((plan.costPerHour * 24) / 2000, 12)
  })

  test("a stage above keeps no more than the stage below can afford", () => {
    const plan = planCapacity({ ...small, stages: [small.stages[0]!, { ...small.stages[1]!, microsPerItem: 50, shards: 1 }] })
    expect(plan.stages[0]!.out).toBe(240)
    expect(plan.stages[1]!.in).toBe(240)
  })

  test("fewer items than make a stage worth having: infeasible, said why", () => {
    const plan = planCapacity({ ...small, stages: [small.stages[0]!, { ...small.stages[1]!, microsPerItem: 500, shards: 1 }] })
    expect(plan.feasible).toBe(false)
    expect(plan.reasons[0]).toMatchObject({ stage: "rank", why: expect.stringContaining("only 24 items") })
  })

  test("memory alone can ask for shards", () => {
    const plan = planCapacity({ ...small, items: 1e7 })
    expect(plan.stages[0]!.shards).toBe(4)
    expect(plan.machines).toBeGreaterThanOrEqual(7)
  })

  test("where it breaks: at the limit the plan holds, just beyond it does not", () => {
    const plan = planCapacity(small)
    const [load, corpus] = planLimits(small, plan)
    expect(load!.factor).toBeGreaterThan(1)
    expect(load!.factor).toBeLessThan(20)
    expect(corpus!.factor).toBeGreaterThan(1)
    expect(planLimits(small, { ...plan, feasible: false })).toEqual([])
  })

  test("sensitivity: the largest mover first, memory of a tiny index moves nothing", () => {
    const rows = sensitivity(small)
    expect(rows.map(({ moves }) => moves)).toEqual(rows.map(({ moves }) => moves).toSorted((a, b) => b - a))
    expect(rows.find(({ assumption }) => assumption === "bytes of an item")!.moves).toBe(1)
    expect(rows.some(({ moves }) => moves > 1)).toBe(true)
  })

  test.each([
    [{ ...small, stages: [] }, "at least one stage"],
    [{ ...small, peakQps: 0 }, "peakQps above 0"],
    [{ ...small, stages: [{ ...small.stages[0]!, microsPerItem: 0 }] }, "stage retrieve"],
  ] as const)("refusal %#", (scenario, words) => {
    expect(() => planCapacity(scenario)).toThrow(words)
  })
})

test("property: a feasible plan keeps every budget, and its stages never widen", () => {
  const scenario = fc.record({
    matches: fc.integer({ min: 1, max: 1_000_000 }),
    peakQps: fc.double({ min: 0.1, max: 2000, noNaN: true }),
    first: fc.double({ min: 0.001, max: 5, noNaN: true }),
    second: fc.double({ min: 1, max: 2000, noNaN: true }),
  })
  fc.assert(
    fc.property(scenario, ({ matches, peakQps, first, second }) => {
      const plan = planCapacity({
        ...small,
        items: 1_000_000,
        matches,
        peakQps,
        stages: [
          { ...small.stages[0]!, microsPerItem: first },
          { ...small.stages[1]!, microsPerItem: second, least: 1 },
        ],
      })
      if (!plan.feasible) return expect(plan.reasons.length).toBeGreaterThan(0)
      for (const stage of plan.stages) expect(stage.p99Ms).toBeLessThanOrEqual(stage.budgetMs)
      expect(plan.stages[1]!.in).toBe(plan.stages[0]!.out)
      expect(plan.p99Ms).toBeLessThanOrEqual(50)
    }),
    { numRuns: 200 },
  )
})
