export * from "./advice/index.ts"
export { type CapacityPlan, defaultPlanRules, type PlannedStage, type PlanRules, planCapacity } from "./capacity-plan.ts"
export { checkStatement, type MetricNames, statementProblems } from "./check-statement.ts"
export {
  type ComplexityCost,
  linearScoringCost,
  linearTrainingCost,
  networkScoringCost,
  type TrainingSize,
  type TreesSize,
  treesScoringCost,
  treesTrainingCost,
} from "./complexity.ts"
export * from "./interview/index.ts"
export { type LawTiming, type LawToMeasure, type MeasuredLaw, measureLaw } from "./measure-law.ts"
export { type Measurements, type StageRun, withMeasurements } from "./measured-statement.ts"
export { linearPercentile, nearestRankPercentile } from "./percentile.ts"
export { type PlanLimit, planLimits } from "./plan-limits.ts"
export { fitPowerLaw, type PowerLaw } from "./power-law.ts"
export { type ScenarioPreset, scenarioPresets } from "./presets.ts"
export {
  assumed,
  computed,
  formatBytes,
  formatNumber,
  formatQuantity,
  measured,
  published,
  type Quantity,
  type Source,
  type SourceKind,
  stated,
  type Unit,
} from "./quantity.ts"
export {
  anySlow,
  type QueueLoad,
  type QueueReport,
  quantileOfEach,
  queue,
  serversForWaitProbability,
  waitQuantile,
} from "./queueing.ts"
export { responseQuantile } from "./response-time.ts"
export { PRACTICAL_SHARDS, type Scatter, type ShardNeed, scatterMs, shardsWithin } from "./scatter.ts"
export { type Scenario, type ScenarioStage, scenarioOf } from "./scenario.ts"
export {
  type BookStep,
  bookSteps,
  bookStepTitles,
  type StatementSection,
  sectionsOfStep,
  sectionTitles,
  statementSections,
  stepsOfSection,
} from "./sections.ts"
export { type Sensitivity, type SensitivityOutcome, sensitivity } from "./sensitivity.ts"
export type * from "./statement.ts"
export type { StatementProblem } from "./statement-contradictions.ts"
export { type StatementKind, statements } from "./statements/index.ts"
