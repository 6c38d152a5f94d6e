import { auc, averagePrecisionScore, ksStatistic } from "./auc.ts"
import { expectedCalibrationError, reliabilityTable } from "./calibration-error.ts"
import { accuracy, confusionAt, fMeasure, matthews, precision, recall } from "./confusion.ts"
import { brierScore, calibrationRatio, logLoss, normalisedEntropy } from "./probability-loss.ts"

/** A metric of 0/1 labels against probabilities, null where it is undefined; `calibrated` is best at 1. */
export interface ClassificationMetric {
  readonly about: string
  readonly better: "higher" | "lower" | "calibrated"
  measure(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null
}

const CUT = 0.5
const BINS = 10

/** Metrics of a binary classifier by name; those that need a decision take a probability of at least 0.5 as yes. */
export const classificationMetrics = {
  auc: { about: "chance that a positive scores above a negative", better: "higher", measure: auc },
  averagePrecision: { about: "area under precision and recall", better: "higher", measure: averagePrecisionScore },
  ks: { about: "largest gap of true and false positive rate", better: "higher", measure: ksStatistic },
  logLoss: { about: "negative log-likelihood in nats", better: "lower", measure: logLoss },
  normalisedEntropy: { about: "log loss over that of the base rate", better: "lower", measure: normalisedEntropy },
  brier: { about: "mean squared distance of probability and label", better: "lower", measure: brierScore },
  calibrationRatio: { about: "positives promised over positives seen", better: "calibrated", measure: calibrationRatio },
  calibrationError: {
    about: "mean gap of promised and seen in ten bins",
    better: "lower",
    measure: (labels, probabilities) => expectedCalibrationError(reliabilityTable(labels, probabilities, BINS)),
  },
  accuracy: {
    about: "share called right; says little where one class is rare",
    better: "higher",
    measure: (labels, probabilities) => accuracy(confusionAt(labels, probabilities, CUT)),
  },
  precision: {
    about: "of those called positive, the share that is",
    better: "higher",
    measure: (labels, probabilities) => precision(confusionAt(labels, probabilities, CUT)),
  },
  recall: {
    about: "of the positives, the share called so",
    better: "higher",
    measure: (labels, probabilities) => recall(confusionAt(labels, probabilities, CUT)),
  },
  f1: {
    about: "harmonic mean of precision and recall",
    better: "higher",
    measure: (labels, probabilities) => fMeasure(confusionAt(labels, probabilities, CUT)),
  },
  matthews: {
    about: "correlation of label and decision",
    better: "higher",
    measure: (labels, probabilities) => matthews(confusionAt(labels, probabilities, CUT)),
  },
} as const satisfies Record<string, ClassificationMetric>
