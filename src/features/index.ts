export { Catalogue } from "./catalogue.ts"
export type { CategoryColumn, NumericColumn } from "./catalogue-columns.ts"
export { featureCost, type KeyCost, keyCosts, type ReadCost, type StateCost, stateCosts } from "./cost.ts"
export { kilometres } from "./families/geo-distance.ts"
export { families } from "./families/index.ts"
export { REFERER_MEDIA, refererMedium } from "./families/referer.ts"
export { BROWSERS, DEVICE_KINDS, parseUserAgent, SYSTEMS, type UserAgent } from "./families/user-agent.ts"
export type {
  Actor,
  Asked,
  Binding,
  FeatureFactory,
  FeatureFamily,
  FeatureRequest,
  FoldedEvent,
  StateFactory,
  StateFamily,
} from "./family.ts"
export { type FamilyReport, type FeatureReport, featureReport } from "./feature-report.ts"
export { type Counted, type FeatureSet, type FeatureSetOptions, featureSet } from "./feature-set.ts"
export { type StateFold, stateFold } from "./fold.ts"
export { compareServed, type Mismatch, type ParityReport, type RequestRows } from "./parity.ts"
export { type DifferingCell, describeCause, type MismatchCause, mismatchCause } from "./parity-cause.ts"
export { type AsOfOptions, aggregateWindow, asOfJoin, type TimedValue, type WindowAggregate } from "./point-in-time.ts"
export { type FeatureRegistry, featureRegistry, type RegisteredFeature } from "./registry.ts"
export { type ReplayedRows, type ReplayOptions, type ReplayRead, readOfServed, replay } from "./replay.ts"
export type { ScopeName } from "./scope.ts"
export * from "./selection/index.ts"
export {
  addToCounter,
  type CounterDeclaration,
  claimLatest,
  FOREVER_MS,
  latestValue,
  pushToRing,
  type RingDeclaration,
  ringLength,
  ringValue,
  vectorNorm,
  windowSum,
} from "./state-access.ts"
export { type FamilyUse, type StateUse, stateUse } from "./state-use.ts"
export { BEGUN_WIDTH, begunName } from "./states/begun.ts"
export { type CounterOptions, type CounterState, counterState } from "./states/counter-state.ts"
export { addDecayed, decayedCount } from "./states/decayed-state.ts"
export { type FieldState, fieldState } from "./states/field-state.ts"
export { type HistoryOptions, NEGATIVE_TYPES } from "./states/history.ts"
export { states } from "./states/index.ts"
export type { ItemSetOptions } from "./states/item-set.ts"
export { RECENT_TAKERS_WIDTH, recentTakersName } from "./states/recent-takers.ts"
export { takenAtName } from "./states/taken-at.ts"
export {
  type Analyser,
  type AnalyserConfig,
  analyser,
  analysers,
  type Casing,
  characterNgrams,
  lemmatiser,
  type PartOfSpeech,
  STEM_LANGUAGES,
  type StemLanguage,
  stemmer,
  stopWords,
  type TextTask,
  type Token,
  type TokeniseOptions,
  tokenise,
  tokens,
  withoutStopWords,
  wordNgrams,
} from "./text/index.ts"
export { type TextStatistics, textStatistics } from "./text-statistics.ts"
export * from "./transforms/index.ts"
export { type WindowShape, windowCount } from "./window-counter.ts"
export { type Window, windowMs } from "./windows.ts"
