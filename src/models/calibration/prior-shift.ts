import { type Estimator, InvalidArgument, throwIfCancelled } from "../../core/index.ts"
import { type CalibrationData, type Calibrator, calibrator, checkCalibration } from "./calibrator.ts"
import { fitSigmoid } from "./platt.ts"

/**
 * Moves logits so that their mean probability is what happened: corrects a changed base rate and nothing else; one number, so a few dozen
 * positives suffice. Deterministic.
 * @throws {@link InvalidArgument} as `platt`, and when nothing or everything happened
 */
export function priorShift(): Estimator<CalibrationData, Calibrator> {
  return {
    config: {},
    async fit(data, { signal, onProgress }) {
      throwIfCancelled(signal, "priorShift")
      const { total, happened } = checkCalibration("priorShift", data)
      if (!(happened > 0 && happened < total)) {
        throw new InvalidArgument("priorShift", "labels of both kinds", `only ${happened === 0 ? 0 : 1}`, "Hold more rows out.")
      }
      const fitted = fitSigmoid(data.scores, (i) => data.labels[i]!, data.weights, false, 0)
      onProgress?.(1)
      return calibrator({ kind: "sigmoid", ...fitted })
    },
  }
}

/**
 * The correction of a model that was trained with negatives kept at a known rate: logits move by `ln(keptRate)`, which is
 * `p = q / (q + (1 - q) / keptRate)` of its probabilities.
 * @param keptRate - share of the negatives that were kept for training, in (0, 1]
 * @see He et al. 2014, Practical lessons from predicting clicks on ads at Facebook, doi:10.1145/2648584.2648589
 */
export function sampledNegatives(keptRate: number): Calibrator {
  if (!(keptRate > 0 && keptRate <= 1)) {
    throw new InvalidArgument("sampledNegatives", "a kept rate in (0, 1]", String(keptRate), "Pass 0.1 when one negative in ten was kept.")
  }
  return calibrator({ kind: "sigmoid", slope: 1, shift: Math.log(keptRate) })
}
