import { DEFAULT_COLLECTION } from "../../core/index.ts"
import type { EvaluationInput, EvaluationPlan, EvaluationQuery } from "../../definition/index.ts"
import { meaning } from "./data.ts"
import type { Recommendation } from "./options.ts"

const K = 20
/** Orders that are no ranking of their own, or answer few requests. */
const NOT_ALONE = new Set(["recommended", "score", "listed", "followed", "trending-here", "explore"])
/** Depth of the run file. */
const RUN_DEPTH = 100

/**
 * One request a person with held-out items, in the ranker's pure order. Beside it the page as people get it, which tells what diversity costs,
 * and each retriever alone.
 */
export async function recommendationEvaluation(input: EvaluationInput, options: Recommendation): Promise<EvaluationPlan> {
  const truth = input.truth ?? (await laterEngagements(input.later(), options))
  const queries = [...truth]
    .filter(([, relevant]) => relevant.length > 0)
    .map(([user, relevant]): EvaluationQuery => ({ id: user, request: { user, sort: "score" }, relevant }))
  const retrievers = input.sorts.filter((sort) => !NOT_ALONE.has(sort))
  return {
    queries,
    variants: { "funnel with diversity": { sort: "recommended" }, ...Object.fromEntries(retrievers.map((name) => [name, { sort: name }])) },
    metrics: ["ndcg", "recall", "cappedRecall", "precision", "mrr", "map"],
    k: K,
    runDepth: RUN_DEPTH,
  }
}

/** What each person took up in this part of the log, each item once; aliases are left to the state. */
async function laterEngagements(
  entries: Extract<EvaluationInput, { later: unknown }>["later"] extends () => infer Entries ? Entries : never,
  options: Recommendation,
): Promise<Map<string, string[]>> {
  const truth = new Map<string, Set<string>>()
  for await (const batch of entries) {
    for (const { record } of batch) {
      if (record.event !== "interaction" || (record.collection ?? DEFAULT_COLLECTION) !== options.collection || record.user === undefined)
        continue
      if (meaning(options, record.type, record.value) !== "positive") continue
      const known = truth.get(record.user)
      if (known === undefined) truth.set(record.user, new Set([record.item]))
      else known.add(record.item)
    }
  }
  return new Map([...truth].map(([user, items]) => [user, [...items]]))
}
