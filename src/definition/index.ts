export * from "./api.ts"
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
