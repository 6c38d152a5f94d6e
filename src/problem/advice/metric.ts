import { computed, type Quantity } from "../quantity.ts"
import type { LearningTask } from "../statement.ts"
import type { Advice } from "./advice.ts"

/** What decides which offline metric judges a task. */
export interface MetricFacts {
  readonly task: LearningTask
  /** Share of positives, in (0, 1). */
  readonly baseRate: Quantity
  /** Relevance has more than two grades. */
  readonly graded: boolean
  /** One right answer a query. */
  readonly oneRight: boolean
  /** The probability itself is used: multiplied by a bid or an amount, or added to another. */
  readonly probabilityUsed: boolean
}

/** Positives below this share make accuracy and ROC flatter. */
const RARE = 0.01

/** The offline metric that judges a task, and why the usual ones do not. */
export function adviseMetric({ task, baseRate, graded, oneRight, probabilityUsed }: MetricFacts): Advice {
  const evidence = [
    { name: "share of positives", quantity: baseRate },
    {
      name: "accuracy of always answering no",
      quantity: computed(1 - baseRate.value, "share", "1 - share of positives"),
    },
  ]
  const accuracy = { option: "accuracy", why: "high by never answering yes when positives are rare; blind to order" }
  const [choose, why, instead] = ((): readonly [string, string, Advice["instead"]] => {
    switch (task) {
      case "ranking":
        if (graded)
          return ["ndcg", "grades count, and the top counts more", [accuracy, { option: "map", why: "knows only right and wrong" }]]
        if (oneRight)
          return ["mrr", "one right answer: its place is all", [accuracy, { option: "ndcg", why: "the same order, harder to read" }]]
        return ["map", "many right answers without grades", [accuracy, { option: "mrr", why: "sees only the first right answer" }]]
      case "classification":
        if (probabilityUsed) {
          return [
            "logLoss",
            "the probability itself is used, so it must be right",
            [accuracy, { option: "auc", why: "ignores calibration" }],
          ]
        }
        if (baseRate.value < RARE) {
          return [
            "averagePrecision",
            "positives are rare: the order at the top counts",
            [accuracy, { option: "auc", why: "flattered by the many easy negatives" }],
          ]
        }
        return [
          "auc",
          "only the order counts, and positives are not rare",
          [accuracy, { option: "logLoss", why: "asks for calibration that nobody uses" }],
        ]
      case "regression":
        return ["rmse", "squared error, in the unit of the label", [{ option: "r2", why: "depends on the spread of the test part" }]]
      case "segmentation":
        return ["meanIou", "all classes count alike", [{ option: "pixelAccuracy", why: "won by the largest classes" }]]
      case "spans":
        return [
          "spanF1",
          "a span counts only when whole and of the right type",
          [{ option: "accuracy", why: "won by tokens outside any span" }],
        ]
    }
  })()
  return { topic: "offline metric", choose, why, evidence, instead }
}
