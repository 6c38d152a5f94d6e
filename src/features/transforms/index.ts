export { type BucketsConfig, type BucketsParams, buckets } from "./buckets.ts"
export { type CapConfig, type CapParams, type CappedDistance, cap, cappedDistance } from "./cap.ts"
export { type CodeCounts, CodeTable, countCodes } from "./code-table.ts"
export { type Moments, momentsOf, quantilesOf, shapeOf, skewnessOf } from "./column-stats.ts"
export {
  type ColumnGroup,
  type ColumnTransformer,
  columnTransformer,
  type FittedTable,
  loadColumnTransformer,
  type TableData,
} from "./column-transformer.ts"
export { type ColumnRule, type ColumnwiseStep, type ColumnwiseTransform, columnwise, gatherColumns } from "./columnwise.ts"
export { cyclic, onCircle } from "./cyclic.ts"
export { dropMissing, dropOutliers, type KeptRows, takeMatrixRows } from "./drop-rows.ts"
export { type EmbeddingConfig, embedding } from "./embedding.ts"
export { type Collisions, hashCollisions, hashSlot, hashTokens, type Token } from "./hash-encode.ts"
export { type Fill, type ImputeConfig, type ImputeParams, impute } from "./impute.ts"
export { type ImputeModelConfig, imputeModel } from "./impute-model.ts"
export { type LabelEncodeConfig, labelEncode } from "./label-encode.ts"
export { loadTransform, transformLoaders } from "./load.ts"
export { logOnePlus } from "./log-one-plus.ts"
export { type Log1pConfig, log1p } from "./log1p.ts"
export { maxAbs } from "./max-abs.ts"
export { countOutside, type MinMaxConfig, type MinMaxParams, minMax, type Outside } from "./min-max.ts"
export { type MissingIndicatorConfig, missingIndicator } from "./missing-indicator.ts"
export { type OneHotConfig, oneHot } from "./one-hot.ts"
export { boxCox, fitBoxCox, fitYeoJohnson, type PowerConfig, type PowerParams, power, yeoJohnson } from "./power.ts"
export { type QuantileConfig, type QuantileParams, quantile } from "./quantile.ts"
export { hashing, numbers, type Reader, vocabulary } from "./readers.ts"
export { robust } from "./robust.ts"
export { loadSparseOneHot, type SparseEncoder, sparseHash, sparseOneHot } from "./sparse-one-hot.ts"
export { leaveOneOutRates, type TargetEncodeConfig, targetEncode, targetRates } from "./target-encode.ts"
export { type FittedTransform, fitStep, type TransformData, type TransformStep } from "./transform.ts"
export { type Vocabulary, type VocabularyConfig, vocabularyOf } from "./vocabulary.ts"
export { type CentreParams, zScore } from "./z-score.ts"
