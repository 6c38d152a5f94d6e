export {
  conversionWeights,
  type DelayCurve,
  type DelayedLabels,
  type DelayedOutcomes,
  delayCurve,
  delayedLabels,
  type OpenRows,
} from "./delayed-labels.ts"
export {
  type ExplorationOptions,
  type ExploredList,
  exploreList,
  explores,
  type PropensityWeights,
  propensityWeights,
} from "./exploration.ts"
export { type ColumnJoin, type ColumnJoinOptions, joinColumns, joinColumnsBytes, type PairColumns } from "./join-columns.ts"
export {
  type JoinedKind,
  joinLabels,
  type LabelJoin,
  type LabelJoinOptions,
  type LabelJoinStats,
  type LabelledList,
} from "./join-labels.ts"
export {
  type ExplicitOptions,
  explicitLabel,
  gradedLabel,
  implicitLabel,
  type LabelMaker,
  type Rung,
  viewedLabel,
  type WatchOptions,
  watchLabel,
} from "./label-makers.ts"
export { type NoiseKind, withLabelNoise } from "./label-noise.ts"
export { type LabelTypeReport, type LabelTypes, labelTypes } from "./label-types.ts"
export {
  attractionLabels,
  type ClickLog,
  type PositionBias,
  type PositionEmOptions,
  type PositionModel,
  positionBiasByEm,
  positionBiasFromRandom,
  positionWeights,
} from "./position-bias.ts"
export { type AccountLine, countForJoin, reconcileJoin } from "./reconcile.ts"
