import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { planCapacity } from "../capacity-plan.ts"
import { scenarioOf } from "../scenario.ts"
import { type StatementKind, statements } from "../statements/index.ts"
import { type Answers, answeredStatement } from "./answers.ts"
import { parseNumber } from "./parse-number.ts"
import { interviewQuestions } from "./questions.ts"

const kinds = Object.keys(statements) as StatementKind[]

test.each([
  ["250000", 250_000],
  ["250,000", 250_000],
  ["250k", 250_000],
  ["1.5 million", 1_500_000],
  ["2B", 2e9],
  ["120 ms", 120],
  ["1e6", 1e6],
  ["many", undefined],
  ["", undefined],
])("%j is %s", (text, value) => {
  expect(parseNumber(text)).toBe(value)
})

describe.each(kinds)("%s", (kind) => {
  test("without answers it is the kind's own statement", () => {
    expect(answeredStatement(kind, {})).toEqual(statements[kind])
  })

  test("every question says why and what is taken, and takes its own default as an answer", () => {
    const questions = interviewQuestions(statements[kind])
    expect(new Set(questions.map(({ ask }) => ask)).size).toBe(questions.length)
    let answers: Answers = {}
    for (const { ask, why, taken, read } of questions) {
      expect([ask, why, taken].every((text) => text.length > 1)).toBe(true)
      const next = read(taken, answers)
      expect(next, `${ask} ${taken}`).toBeDefined()
      answers = next!
    }
    expect(planCapacity(scenarioOf(answeredStatement(kind, answers))).feasible).toBe(true)
  })

  test("a service level of half the time halves every budget, and the guardrail on it", () => {
    const usual = statements[kind]
    const p99Ms = usual.scale.latency.p99Ms.value / 2
    const { scale, metrics } = answeredStatement(kind, { p99Ms })
    for (const [i, { budgetMs }] of scale.latency.stages.entries()) {
      expect(budgetMs).toBeCloseTo(usual.scale.latency.stages[i]!.budgetMs / 2, 3)
    }
    const before = usual.metrics.guardrails.filter(({ limit }) => limit.unit === "ms" && limit.value === 2 * p99Ms)
    expect(metrics.guardrails.filter(({ limit }) => limit.unit === "ms" && limit.value === p99Ms)).toHaveLength(before.length)
  })
})

test("numbers reach the plan: a thousand items, ten thousand requests a day", () => {
  const statement = answeredStatement("recommendation", {
    items: 1000,
    requestsPerDay: 10_000,
    said: { "Where do the recommendations appear?": "home" },
  })
  expect(statement.scale.matches.value).toBe(1000)
  expect(statement.scale.peakQps).toMatchObject({ value: 1, source: { kind: "computed" } })
  expect(statement.scale.items.source).toEqual({ kind: "stated", where: "answered in the interview" })
  expect(statement.setUp.questions[0]!.taken).toBe("home")
  expect(statement.setUp.questions[2]!.taken).toBe("1,000 items, 163.5 million users")
  expect(planCapacity(scenarioOf(statement)).machines).toBe(2)
})

test("few items: no stage keeps more than it is given", () => {
  const { stages } = answeredStatement("search", { items: 50 }).scale.latency
  expect(stages.map(({ keeps }) => keeps)).toEqual([1, 1, 1])
})

test.each<[string, () => unknown, string]>([
  ["an unknown kind", () => answeredStatement("maps" as StatementKind, {}), "a kind among ads"],
  ["an unknown question", () => answeredStatement("fraud", { said: { "Why?": "so" } }), "a question among"],
  ["a metric of no list", () => answeredStatement("fraud", { onlineMetric: "luck" }), "setUp.objective.onlineMetric"],
])("refuses %s", (_name, make, message) => {
  expect(make).toThrow(message)
})

test("property: whatever numbers are answered, the statement stands or is refused by name", () => {
  const number = fc.option(fc.double({ min: 1, max: 1e12, noNaN: true }), { nil: undefined })
  const answers = fc.record({ users: number, items: number, requestsPerDay: number, p99Ms: number, retrainHours: number })
  fc.assert(
    fc.property(fc.constantFrom(...kinds), answers, (kind, given) => {
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Answers
      const { latency } = answeredStatement(kind, set).scale
      const spent = [...latency.fixed, ...latency.stages].reduce((sum, { budgetMs }) => sum + budgetMs, 0)
      expect(spent).toBeLessThanOrEqual(latency.p99Ms.value)
    }),
  )
})
