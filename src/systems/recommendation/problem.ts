import type { ProblemStatement } from "../../definition/index.ts"

/** What a recommendation system decides and how its success is counted. */
export const recommendationProblem: ProblemStatement = {
  prompt: "Show every visitor items they will enjoy.",
  restated:
    "Given a person, the moment and the place on the page, order the items not yet seen by the probability that the person engages with them.",
  objective: "More time well spent: engagement with items people would not have found alone.",
  offlineMetrics: ["ndcg@20", "recall@20", "mrr", "coverage@20", "diversity@20"],
  onlineMetrics: ["engagement rate per session", "items engaged with per session", "share of the catalogue shown"],
  latencyP99Ms: 50,
  queriesPerSecond: 500,
}
