import type { Funnel } from "./funnel.ts"

/** One box of a running funnel: what it is, the most it lets through, and the boxes whose output it reads. */
export interface FunnelNode {
  readonly name: string
  readonly role: "step" | "retriever" | "merge" | "stage" | "fallback"
  /** Most candidates that leave it; `null` when it has no cap of its own. */
  readonly limit: number | null
  readonly after: readonly string[]
}

/**
 * The graph of a funnel as it runs, read from the funnel itself: query steps in a row, retrievers side by side, merge, stages in a row; the
 * fallback beside them, since it answers when nothing else could.
 */
export function funnelGraph<Query>(funnel: Pick<Funnel<Query>, "steps" | "retrievers" | "stages" | "fallback">): readonly FunnelNode[] {
  const cap = (limit: number) => (Number.isFinite(limit) ? limit : null)
  const nodes: FunnelNode[] = []
  let last: readonly string[] = []
  for (const { name } of funnel.steps) {
    nodes.push({ name, role: "step", limit: null, after: last })
    last = [name]
  }
  const retrieved = funnel.retrievers.map(({ retriever }) => retriever.name)
  for (const { retriever, limit } of funnel.retrievers)
    nodes.push({ name: retriever.name, role: "retriever", limit: cap(limit), after: last })
  if (!retrieved.includes(funnel.fallback.name)) nodes.push({ name: funnel.fallback.name, role: "fallback", limit: null, after: last })
  nodes.push({ name: "merge", role: "merge", limit: null, after: retrieved })
  last = ["merge"]
  for (const { name, limit } of funnel.stages) {
    nodes.push({ name, role: "stage", limit: cap(limit), after: last })
    last = [name]
  }
  return nodes
}
