export { adviseFields } from "./card/advise-fields.ts"
export { type CategoryVerdict, type ColumnCategory, columnCategory } from "./card/column-category.ts"
export { type DataCard, type DataCardOptions, dataCard, type Spread } from "./card/data-card.ts"
export { type DataPage, type DataPageOptions, dataPage } from "./card/data-page.ts"
export { checkSchema, type DataSchema, type FieldRule, freezeSchema, type Violation } from "./card/data-schema.ts"
export type { FieldSummary } from "./card/field-summary.ts"
export type { RateBucket, RatesOverTime } from "./card/label-rates.ts"
export { amountOf, orderOf } from "./card/ordered-words.ts"
export type { ClickRate, PlacementRates } from "./card/placement-rates.ts"
export { renderDataCard } from "./card/render-data-card.ts"
export { renderDataPage } from "./card/render-data-page.ts"
export { type ColumnDrift, categoryDrift, numberDrift, type Span } from "./card/span-drift.ts"
export { type Histogram, histogramOf, sparkline } from "./card/sparkline.ts"
export * from "./collection/index.ts"
export { type ListFile, type ListFormatName, listBytes, listFile, listFormats, type RankedListLine } from "./files/ranked-lists.ts"
export { type ImportOptions, type ImportSummary, importFiles, type RejectedRow, type ResumePoint } from "./importing/import-files.ts"
export { columnSynonyms, planTable, type TablePlan } from "./importing/table-plan.ts"
export * from "./labels/index.ts"
export { detectLayout, layouts } from "./layouts/detect.ts"
export { type DataLayout, type LayoutOptions, type Part, TIMELESS_TIMESTAMP } from "./layouts/layout.ts"
export * from "./quality/index.ts"
export {
  type ClassWeightOptions,
  classCounts,
  classWeights,
  logPriors,
  rowWeights,
  weightedLogLoss,
  weightedLogLossSlope,
} from "./sampling/class-weights.ts"
export { type HardNegativeOptions, hardNegatives } from "./sampling/hard-negatives.ts"
export { importanceSample, inclusionRates, priorCorrected, priorOffset } from "./sampling/importance.ts"
export {
  correctedProbability,
  type KeptRows,
  type NegativeOptions,
  type Negatives,
  popularityWeights,
  sampleNegatives,
  thinNegatives,
  type UserItems,
} from "./sampling/negatives.ts"
export { exactNeighbours } from "./sampling/neighbours.ts"
export { type BalanceOptions, downSample, reservoirSample, stratifiedSample, upSample } from "./sampling/resample.ts"
export { type Neighbours, type SmoteOptions, type SyntheticRows, smote } from "./sampling/smote.ts"
export * from "./splits/index.ts"
export {
  compileEventValidator,
  type EventValidator,
  type EventValidatorOptions,
  type Validated,
  validateEvent,
} from "./validation/event-validator.ts"
export type { Refusal } from "./validation/inspection.ts"
export { EVENT_LIMITS } from "./validation/limits.ts"
export { parseIsoTime } from "./validation/time.ts"
export { type ClusteredVectorsConfig, clusteredVectors } from "./vectors/clustered-vectors.ts"
export { type ReadVectorsOptions, readVectors } from "./vectors/read-vectors.ts"
export * from "./worlds/index.ts"
