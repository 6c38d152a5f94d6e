import { expect, test } from "vitest"
import * as metrics from "./index.ts"
import { expectClose, readVectors } from "./vectors.test.helper.ts"

interface Input {
  readonly y: never
  readonly p: number[]
  readonly threshold: number
  readonly weights?: number[]
  readonly pred: never
  readonly proba: number[][]
  readonly scores: number[][]
  readonly group: number[]
}

const { tolerance, cases } = readVectors<Input>("classification")

const table = (rows: number[][]) => ({ data: rows.flat(), rows: rows.length, cols: rows[0]!.length })

/** Adapters from the vectors' function names to the public functions. */
const functions: Record<string, (input: Input) => Record<string, unknown>> = {
  binary({ y, p, threshold, weights }) {
    const counts = metrics.confusionAt(y, p, threshold, weights)
    const bins = (n: number, by?: "mass") => metrics.reliabilityTable(y, p, n, by)
    return {
      auc: metrics.auc(y, p, weights),
      average_precision: metrics.averagePrecisionScore(y, p, weights),
      pr_auc_trapezoid: metrics.precisionRecallArea(y, p, weights),
      ks_statistic: metrics.ksStatistic(y, p, weights),
      logloss: metrics.logLoss(y, p, weights),
      brier: metrics.brierScore(y, p, weights),
      precision: metrics.precision(counts),
      recall: metrics.recall(counts),
      f1: metrics.fMeasure(counts),
      f2: metrics.fMeasure(counts, 2),
      accuracy: metrics.accuracy(counts),
      balanced_accuracy: metrics.balancedAccuracy(counts),
      mcc: metrics.matthews(counts),
      kappa: metrics.cohenKappa(counts),
      confusion: counts,
      normalized_entropy: metrics.normalisedEntropy(y, p),
      ece_width_5: metrics.expectedCalibrationError(bins(5)),
      mce_width_5: metrics.maximumCalibrationError(bins(5)),
      ece_width_10: metrics.expectedCalibrationError(bins(10)),
      mce_width_10: metrics.maximumCalibrationError(bins(10)),
      ece_mass_5: metrics.expectedCalibrationError(bins(5, "mass")),
      calibration_ratio: metrics.calibrationRatio(y, p),
    }
  },
  curves({ y, p }) {
    const roc = metrics.rocCurve(y, p)
    const pr = metrics.precisionRecallCurve(y, p)
    return {
      fpr: roc.falsePositiveRate,
      tpr: roc.truePositiveRate,
      rocThresholds: roc.thresholds,
      precision: pr.precision,
      recall: pr.recall,
      prThresholds: pr.thresholds,
    }
  },
  multiclass({ y, pred, proba }) {
    const rows = table(proba)
    const counts = metrics.confusion(y, pred, rows.cols)
    const f1 = (of: metrics.Confusion, label: number) => metrics.fMeasure(of, 1, label)
    const averaged = (["macro", "micro", "weighted"] as const).flatMap((by) => [
      [`precision_${by}`, metrics.averageOverClasses(counts, metrics.precision, by)],
      [`recall_${by}`, metrics.averageOverClasses(counts, metrics.recall, by)],
      [`f1_${by}`, metrics.averageOverClasses(counts, f1, by)],
    ])
    return {
      ...Object.fromEntries(averaged),
      accuracy: metrics.accuracy(counts),
      logloss: metrics.multiclassLogLoss(y, rows),
      confusion: counts,
      mcc: metrics.matthews(counts),
      kappa: metrics.cohenKappa(counts),
      balanced_accuracy: metrics.balancedAccuracy(counts),
      auc_ovr_macro: metrics.aucOneVsRest(y, rows, "macro"),
      auc_ovr_weighted: metrics.aucOneVsRest(y, rows, "weighted"),
      auc_ovo_macro: metrics.aucOneVsOne(y, rows),
      f1_per_class: counts.map((_, label) => f1(counts, label)),
      top2_accuracy: metrics.topKAccuracy(y, rows, 2),
      brier_multiclass_sum: metrics.multiclassBrier(y, rows),
    }
  },
  multilabel({ y, pred, scores }) {
    const truth = table(y)
    const called = table(pred)
    return {
      hamming: metrics.hammingLoss(truth, called),
      subset_accuracy: metrics.subsetAccuracy(truth, called),
      jaccard_samples: metrics.jaccardOverExamples(truth, called),
      f1_micro: metrics.multilabelF1(truth, called, "micro"),
      f1_macro: metrics.multilabelF1(truth, called, "macro"),
      lrap: metrics.labelRankingAveragePrecision(truth, table(scores)),
      coverage_error: metrics.coverageError(truth, table(scores)),
      ranking_loss: metrics.rankingLoss(truth, table(scores)),
      map_macro: metrics.multilabelAveragePrecision(truth, table(scores)),
    }
  },
  gauc({ y, p, group }) {
    const { value, perGroup } = metrics.groupedAuc(y, p, group)
    return { gauc_impressions: value, perGroup: Object.fromEntries(perGroup) }
  },
}

test("the vectors are there", () => expect(cases).toHaveLength(22))

test.each(cases)("classification vector $fn $id", ({ fn, input, expected, tol }) => {
  expect(Object.keys(functions)).toContain(fn)
  expectClose(functions[fn]!(input), expected, tol ?? tolerance, fn)
})
