import { describe, expect, test } from "vitest"
import { planCapacity } from "./capacity-plan.ts"
import { checkStatement, type MetricNames, statementProblems } from "./check-statement.ts"
import type { Quantity } from "./quantity.ts"
import { scenarioOf } from "./scenario.ts"
import { bookSteps, sectionsOfStep, statementSections, stepsOfSection } from "./sections.ts"
import type { ProblemStatement } from "./statement.ts"
import { statementParts } from "./statement-parts.ts"
import { statements } from "./statements/index.ts"

const metrics: MetricNames = {
  ranking: ["ndcg", "recall", "map", "mrr", "diversity"],
  classification: ["auc", "logLoss", "accuracy", "normalisedEntropy", "calibrationRatio", "averagePrecision", "calibrationError", "brier"],
  regression: ["rmse"],
  segmentation: ["meanIou", "pixelAccuracy"],
  spans: ["spanF1"],
}
const whole = statements.recommendation

type Draft = { -readonly [K in keyof ProblemStatement]: Record<string, unknown> }
/** A copy of the recommendation statement, changed. */
function changed(change: (draft: Draft) => void): unknown {
  const draft = structuredClone(whole) as unknown as Draft
  change(draft)
  return draft
}

function without(path: string): unknown {
  const keys = path.split(".")
  const last = keys.pop()!
  return changed((draft) => {
    const parent = keys.reduce<Record<string, unknown>>((here, key) => here[key] as Record<string, unknown>, draft)
    delete parent[last]
  })
}

describe.each(Object.entries(statements))("%s", (kind, statement: ProblemStatement) => {
  test("stands: nothing is missing, nothing contradicts", () => {
    expect(statementProblems(statement, metrics)).toEqual([])
    expect(statement.kind).toBe(kind)
  })

  test("its plan is feasible and inside the service level", () => {
    const plan = planCapacity(scenarioOf(statement))
    expect(plan.reasons).toEqual([])
    expect(plan.p99Ms).toBeLessThanOrEqual(statement.scale.latency.p99Ms.value)
  })

  test("assumed and computed numbers say why", () => {
    for (const { source } of quantitiesOf(statement)) expect(source.where.length).toBeGreaterThan(5)
    expect(quantitiesOf(statement).length).toBeGreaterThan(20)
  })
})

describe("a missing part is refused by name", () => {
  test.each(statementSections)("section %s", (section) => {
    expect(() => checkStatement(without(section), metrics)).toThrow(`problem.${section}`)
  })

  test.each(statementParts.map(({ part, write }) => ({ part, write })))("$part", ({ part, write }) => {
    const found = statementProblems(without(part), metrics).find((problem) => problem.part === part)
    expect(found).toMatchObject({ came: "nothing", write })
  })

  test("nothing at all, and something else", () => {
    expect(() => checkStatement(undefined, metrics)).toThrow("problem.kind")
    expect(() => checkStatement("a recommender", metrics)).toThrow("problem.kind")
  })

  test("two things in scope are too few, an incomplete entry counts as missing", () => {
    expect(
      statementProblems(
        changed(({ setUp }) => (setUp.inScope = ["a", "b"])),
        metrics,
      )[0]!.part,
    ).toBe("setUp.inScope")
    expect(
      statementProblems(
        changed(({ metrics: plan }) => (plan.online = [{ name: "clicks" }])),
        metrics,
      )[0]!.part,
    ).toBe("metrics.online")
  })
})

describe("a contradiction is refused by name", () => {
  const set = (draft: Draft, path: string, value: unknown) => {
    const keys = path.split(".")
    const last = keys.pop()!
    keys.reduce<Record<string, unknown>>((here, key) => here[key] as Record<string, unknown>, draft)[last] = value
  }
  const first = (path: string, entry: object) => (draft: Draft) => {
    const [head, ...rest] = path.split(".").reduce<unknown>((here, key) => (here as Record<string, unknown>)[key], draft) as object[]
    set(draft, path, [{ ...head, ...entry }, ...rest])
  }
  const stages = "scale.latency.stages"
  test.each<[string, string, (draft: Draft) => void]>([
    ["restated is the prompt again", "setUp.restated", (draft) => set(draft, "setUp.restated", "Show every visitor items they will ENJOY")],
    ["in and out of scope", "setUp.outOfScope", (draft) => set(draft, "setUp.outOfScope", [...whole.setUp.inScope])],
    ["an action of nobody", "setUp.actions", first("setUp.actions", { by: "ghost" })],
    ["an action that feeds nothing", "setUp.actions", first("setUp.actions", { feeds: [] })],
    ["an action in no label", "offline.labels", first("setUp.actions", { name: "share" })],
    ["a decision of nobody", "setUp.decisions", first("setUp.decisions", { by: "ghost" })],
    ["a label that is not defined", "setUp.learning.label", (draft) => set(draft, "setUp.learning.label", "bliss")],
    ["a label from nowhere", "offline.labels", first("offline.labels", { from: ["view", "like", "purchase", "hide", "see", "stars"] })],
    ["a feature of a dropped field", "offline.features", first("offline.features", { names: ["email"] })],
    ["budgets above the service level", "scale.latency", first(stages, { budgetMs: 500 })],
    ["more matches than items", "scale.matches", (draft) => set(draft, "scale.items.value", 10)],
    ["a base rate of one", "scale.baseRate", (draft) => set(draft, "scale.baseRate.value", 1)],
    ["a peak below the mean", "scale.peakQps", (draft) => set(draft, "scale.peakQps.value", 1)],
    [
      "stale before visible",
      "scale.staleness.newItemVisibleSeconds",
      (draft) => set(draft, "scale.staleness.newItemVisibleSeconds.value", 1e9),
    ],
    ["a stage that widens", stages, first(stages, { keeps: 1e9 })],
    [
      "a dear stage above a cheap one",
      stages,
      first(stages, { microsPerItem: { ...whole.scale.latency.stages[0]!.microsPerItem, value: 50 } }),
    ],
    ["a stage that is given too little", stages, first(stages, { keeps: 50 })],
    [
      "reasons owed by a network",
      "setUp.constraints.interpretability",
      (draft) => set(draft, stages, [{ ...whole.scale.latency.stages[0], family: "network" }]),
    ],
    ["an objective nobody measures", "setUp.objective.onlineMetric", (draft) => set(draft, "setUp.objective.onlineMetric", "happiness")],
    ["a test of nothing", "online.experiment.primary", (draft) => set(draft, "online.experiment.primary", "happiness")],
    ["a counter-metric that is the objective", "metrics.counter", first("metrics.counter", { name: whole.setUp.objective.onlineMetric })],
    [
      "components alone",
      "metrics.online",
      (draft) =>
        set(
          draft,
          "metrics.online",
          whole.metrics.online.map((metric) => ({ ...metric, scope: "component" })),
        ),
    ],
    ["a test against something else", "online.experiment.control", (draft) => set(draft, "online.experiment.control", "yesterday")],
    ["an effect above the whole", "online.experiment.smallestEffect", (draft) => set(draft, "online.experiment.smallestEffect.value", 2)],
    ["no rule first", "offline.ladder", (draft) => set(draft, "offline.ladder", whole.offline.ladder.slice(1))],
    ["a box after one that is not drawn", "architecture.components", first("architecture.components", { after: ["oracle"] })],
    ["a metric of another task", "metrics.offline", first("metrics.offline", { name: "accuracy" })],
    ["an unknown metric", "metrics.offline", first("metrics.offline", { name: "goodness@10" })],
  ])("%s", (_name, part, change) => {
    const problems = statementProblems(changed(change), metrics)
    expect(problems.map((problem) => problem.part)).toContain(part)
    for (const { write } of problems) expect(write.length).toBeGreaterThan(3)
  })

  test("the refusal names the part, the task and what to do", () => {
    expect(() => checkStatement(changed(first("metrics.offline", { name: "accuracy" })), metrics)).toThrow(
      /problem\.metrics\.offline: expected a ranking metric among .*, came "accuracy", a classification metric\. Choose/,
    )
  })
})

test("sections and customary steps map onto each other, totally in both directions", () => {
  expect(statementSections).toHaveLength(7)
  expect(bookSteps).toHaveLength(7)
  for (const section of statementSections) expect(stepsOfSection[section].length).toBeGreaterThan(0)
  for (const step of bookSteps) {
    expect(sectionsOfStep(step).length).toBeGreaterThan(0)
    for (const section of sectionsOfStep(step)) expect(stepsOfSection[section]).toContain(step)
  }
})

function quantitiesOf(value: unknown): Quantity[] {
  if (typeof value !== "object" || value === null) return []
  if ("source" in value && "unit" in value) return [value as Quantity]
  return Object.values(value).flatMap(quantitiesOf)
}
