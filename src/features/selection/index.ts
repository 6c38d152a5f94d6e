export { anova } from "./anova.ts"
export { chiSquareCounts } from "./chi-square.ts"
export {
  adjustedMutualInformation,
  type Contingency,
  chiSquareTable,
  type MutualInformation,
  mutualInformationOf,
  type TableTest,
} from "./contingency.ts"
export { type CorrelationScores, correlation } from "./correlation.ts"
export { type PenaltyPath, penaltyPath, selectByImportance } from "./embedded.ts"
export { informationValue } from "./information-value.ts"
export { type KeepRule, keepColumns } from "./keep.ts"
export { association, type MutualInformationOptions, mutualInformation, tableOfColumn } from "./mutual-information.ts"
export { type PermutationImportance, type PermutationOptions, permutationImportance } from "./permutation.ts"
export { correlationMatrix, type Redundant, redundantColumns, varianceInflation } from "./redundancy.ts"
export { type ColumnScores, classesOf, type NumberRows } from "./rows.ts"
export { columnScores, type SelectConfig, select } from "./select-step.ts"
export { type Stability, type StabilityOptions, selectionStability } from "./stability.ts"
export { variances } from "./variance.ts"
export { selectBackward, selectForward, type WrapperOptions, type WrapperResult } from "./wrapper.ts"
