import type { GraphNode, StageReport, StageSpend, SystemDefinition } from "../definition/index.ts"

/**
 * What one request spent in each stage of the problem statement, beside that stage's budget. Retrievers of one process share its thread, so
 * their times add.
 */
export function spendOf(
  { problem }: Pick<SystemDefinition, "problem">,
  graph: readonly GraphNode[],
  stages: readonly StageReport[],
): StageSpend[] {
  const partOf = new Map(graph.map(({ name, part }) => [name, part]))
  return problem.scale.latency.stages.map(({ name: part, budgetMs }) => {
    const spentMs = stages.reduce((sum, { name, ms }) => (partOf.get(name) === part ? sum + ms : sum), 0)
    return { part, budgetMs, spentMs: Math.round(spentMs * 1000) / 1000 }
  })
}
