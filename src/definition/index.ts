export * from "./api.ts"
export { checkProblem } from "./check-problem.ts"
export { type DesignInput, designHtml, designMarkdown, designOf, type ReleaseFacts, type TimedFunnel } from "./design-document.ts"
export type { ProblemStatement } from "./problem.ts"
export {
  type DefinitionSource,
  defineSystem,
  type EvaluationInput,
  type EvaluationPlan,
  type EvaluationQuery,
  type FeatureContext,
  type FunnelAnswer,
  type Operation,
  type PreparedRank,
  type ServedSystem,
  type ServingParts,
  type SystemDefinition,
  type Trained,
  type TrainingRun,
} from "./system.ts"
