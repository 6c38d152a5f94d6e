import { defineSystem, type ProblemStatement, type SystemDefinition } from "../../definition/index.ts"
import { recommendationEvaluation } from "./evaluate.ts"
import { recommendationFeatures } from "./features.ts"
import { recommendationFunnel } from "./funnel.ts"
import { type RecommendationOptions, resolveOptions } from "./options.ts"
import { pageOperation } from "./page-operation.ts"
import { recommendationProblem } from "./problem.ts"
import { loadRanker } from "./ranker.ts"
import { loadRetrieval } from "./retrieval.ts"
import { trainRecommendation } from "./train.ts"

export type { Action, PageRules, RecommendationOptions } from "./options.ts"
export type { PageRowOptions, RowKind } from "./row-options.ts"

/** The parameters of a recommendation, and the statement of the problem it solves: what `trommel plan` plans. No answer depends on the latter. */
export interface RecommendationDefinition extends RecommendationOptions {
  readonly problem?: ProblemStatement
}

/**
 * A system that shows everybody items they will enjoy: films, products, articles.
 *
 * @param options - name, collection, schema and how interactions are read; everything has a default. Without a schema, items are what was
 * imported last
 * @throws {@link InvalidArgument} on an option that cannot be meant
 */
export function recommendation({ problem = recommendationProblem, ...options }: RecommendationDefinition = {}): SystemDefinition {
  const resolved = resolveOptions(options)
  return defineSystem({
    name: resolved.name,
    kind: "recommendation",
    collections: [resolved.collection],
    problem,
    schema: resolved.schema,
    features: (context) => recommendationFeatures(resolved, context),
    train: (run) => trainRecommendation(run, resolved),
    async funnel({ bundle, ...live }) {
      const retrieval = loadRetrieval(bundle.child("retrieval"), live.ids.collection(resolved.collection))
      return recommendationFunnel(resolved, { retrieval, ranker: loadRanker(bundle.child("ranker")) }, live)
    },
    evaluate: (input) => recommendationEvaluation(input, resolved),
    index: { collections: [resolved.collection] },
    operations: { page: pageOperation },
    source: { module: import.meta.url, factory: "recommendation", options },
    options,
    inferred: options.schema === undefined,
    withOptions: (changed) => recommendation({ ...(changed as RecommendationOptions), name: resolved.name, problem }),
  })
}
