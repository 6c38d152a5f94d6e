export { auc, averagePrecisionScore, groupedAuc, ksStatistic, precisionRecallArea } from "./auc.ts"
export { averagePrecisionAtK, averageRecallAtK, cappedAveragePrecisionAtK, harmonicMean } from "./average-precision.ts"
export { bpref } from "./bpref.ts"
export { expectedCalibrationError, maximumCalibrationError, type ReliabilityBin, reliabilityTable } from "./calibration-error.ts"
export { expectedReciprocalRank, rankBiasedPrecision } from "./cascade.ts"
export { compareRankings, type RankingComparison } from "./compare-rankings.ts"
export {
  type Averaging,
  accuracy,
  averageOverClasses,
  balancedAccuracy,
  type Confusion,
  cohenKappa,
  confusion,
  confusionAt,
  fMeasure,
  matthews,
  precision,
  recall,
} from "./confusion.ts"
export { precisionRecallCurve, rocCurve, type ThresholdCounts, thresholdCounts } from "./curves.ts"
export { intraListDiversity } from "./diversity.ts"
export { evaluateRanking, type MetricResult, type RankingReport, type RankingTask, type SegmentResult } from "./evaluate-ranking.ts"
export { coverage, exposureCounts, exposureEntropyBits, gini } from "./exposure.ts"
export { bootstrapInterval, bootstrapStatistic, type Interval, type IntervalOptions } from "./intervals.ts"
export { aucOneVsOne, aucOneVsRest, type ClassProbabilities, multiclassBrier, multiclassLogLoss, topKAccuracy } from "./multiclass.ts"
export {
  coverageError,
  hammingLoss,
  jaccardOverExamples,
  type LabelTable,
  labelRankingAveragePrecision,
  multilabelAveragePrecision,
  multilabelF1,
  rankingLoss,
  subsetAccuracy,
} from "./multilabel.ts"
export { dcg, type Gain, gains, ndcg, ndcgAtK } from "./ndcg.ts"
export { dcgWithTies, ndcgWithTies } from "./ndcg-ties.ts"
export { noveltyBits, type PopularityShare, popularityBias } from "./novelty.ts"
export { type PairedTResult, pairedBootstrap, pairedDifferences, pairedRandomisation, pairedT } from "./paired-tests.ts"
export { cappedRecallAtK, hitAtK, mrr, precisionAtK, recallAtK, reciprocalRank, rPrecision } from "./precision-recall.ts"
export { brierScore, calibrationRatio, logLoss, normalisedEntropy } from "./probability-loss.ts"
export { type Grades, gradesOf, judgedGrades, type Truth } from "./ranked-list.ts"
export { checkMetrics, type MetricTask, metricFor, metricRegistry } from "./registry.ts"
export { type ClassificationMetric, classificationMetrics } from "./registry-classification.ts"
export { type JudgedList, type RankingContext, type RankingMetric, rankingMetrics } from "./registry-ranking.ts"
export { type RegressionMetric, regressionMetrics } from "./registry-regression.ts"
export {
  explainedVariance,
  gammaDeviance,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  pinballLoss,
  poissonDeviance,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
  rSquared,
  symmetricPercentageError,
  weightedPercentageError,
} from "./regression.ts"
export { type TrecReport, trecEval, trecMeasures, trecOrder } from "./trec-eval.ts"
export { type RunDocuments, type RunRanking, readQrels, readTrecRun, trecRunLines, writeTrecRun } from "./trec-run.ts"
