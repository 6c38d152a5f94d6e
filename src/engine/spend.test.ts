import { expect, test } from "vitest"
import type { GraphNode } from "../definition/index.ts"
import { statements } from "../problem/index.ts"
import { spendOf } from "./spend.ts"

const node = (name: string, part: string): GraphNode => ({ name, role: "stage", limit: null, after: [], part })

test("times add within a stage of the statement; what belongs to none is left out", () => {
  const graph = [node("ease", "retrieve"), node("merge", "retrieve"), node("logit", "rank"), node("caps", "arrange")]
  const stages = [
    { name: "ease", in: 0, out: 9, ms: 0.5 },
    { name: "merge", in: 9, out: 9, ms: 0.25 },
    { name: "logit", in: 9, out: 9, ms: 2 },
    { name: "stranger", in: 9, out: 9, ms: 70 },
  ]
  expect(spendOf({ problem: statements.recommendation }, graph, stages)).toEqual([
    { part: "retrieve", budgetMs: 30, spentMs: 0.75 },
    { part: "rank", budgetMs: 60, spentMs: 2 },
    { part: "arrange", budgetMs: 10, spentMs: 0 },
  ])
})
