import type { GraphNode } from "../../definition/index.ts"
import { type Funnel, funnelGraph } from "../../funnel/index.ts"
import { LOGIT } from "./ranker.ts"

/** Stages that score candidates; what comes before them finds and narrows, what comes after arranges the page. */
const RANKING = new Set(["scores", LOGIT, "order", "stored order"])

/** The funnel as it runs, each box under the stage of the problem statement that it belongs to: retrieve, rank, arrange. */
export function recommendationGraph<Query>(funnel: Funnel<Query>): readonly GraphNode[] {
  let part = "retrieve"
  return funnelGraph(funnel).map((node) => {
    if (RANKING.has(node.name)) part = "rank"
    else if (part === "rank") part = "arrange"
    return { ...node, part }
  })
}
