export * from "./api.ts"
export { checkProblem } from "./check-problem.ts"
export { type DesignInput, designHtml, designMarkdown, designOf } from "./design-document.ts"
export type {
  JsonSchema,
  ListsAnswer,
  ListsRequest,
  MadeList,
  MadeLists,
  Operation,
  OperationContext,
  PreparedLists,
} from "./operation.ts"
export type { ProblemStatement } from "./problem.ts"
export {
  FUNNEL,
  type LoadFacts,
  type ModelComparison,
  type ReleaseFacts,
  type ReleaseSizes,
  type TimedFunnel,
} from "./release-facts.ts"
export {
  type DefinitionSource,
  defineSystem,
  type EvaluationInput,
  type EvaluationPlan,
  type EvaluationQuery,
  type FeatureContext,
  type FunnelAnswer,
  type PreparedRank,
  type ServedSystem,
  type ServingParts,
  type ShownList,
  type SystemDefinition,
  type Trained,
  type TrainingRun,
} from "./system.ts"
