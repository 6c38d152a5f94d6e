export type { Advice, Estimate, Evidence } from "./advice.ts"
export { adviseEncoder, adviseScaler, type CategoryColumn, type NumericColumn, ONE_HOT_MOST } from "./columns.ts"
export {
  adviseFamily,
  defaultFamilyThresholds,
  type FamilyFacts,
  type FamilyThresholds,
  type LearnedFamily,
  learnedFamilies,
} from "./family.ts"
export { adviseFromStatement, type ScoringCosts } from "./from-statement.ts"
export { adviseGaps, type GapColumn } from "./gaps.ts"
export { adviseMetric, type MetricFacts } from "./metric.ts"
export { adviseMlNeed, type RuleAgainstModel } from "./ml-need.ts"
export { adviseOutliers, type TailColumn } from "./outliers.ts"
export { type AgePoint, adviseRetraining } from "./retrain.ts"
export { adviseSegments, type SegmentComparison } from "./segments.ts"
