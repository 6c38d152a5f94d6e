import { type Estimator, InvalidArgument, throwIfCancelled } from "../../core/index.ts"
import { type CalibrationData, type Calibrator, calibrator, checkCalibration } from "./calibrator.ts"

/**
 * Temperature scaling of binary logits: `p = 1 / (1 + exp(-logit / T))`, one number that cools overconfident models and keeps their order and
 * their 0.5. Deterministic. For classes see {@link fitTemperature}.
 * @throws {@link InvalidArgument} as `platt`
 * @see Guo, Pleiss, Sun & Weinberger 2017, On calibration of modern neural networks, arXiv:1706.04599
 */
export function temperature(): Estimator<CalibrationData, Calibrator> {
  return {
    config: {},
    async fit({ scores, labels, weights }, { signal, onProgress }) {
      throwIfCancelled(signal, "temperature")
      checkCalibration("temperature", weights === undefined ? { scores, labels } : { scores, labels, weights })
      const slope = lowest((cold) => {
        let sum = 0
        for (let i = 0; i < scores.length; i++) {
          const p = 1 / (1 + Math.exp(-cold * scores[i]!))
          sum += (weights === undefined ? 1 : weights[i]!) * (p - labels[i]!) * scores[i]!
        }
        return sum
      })
      onProgress?.(1)
      return calibrator({ kind: "sigmoid", slope, shift: 0 })
    },
  }
}

/**
 * The temperature of a classifier: softmax of `logits / T` has the least mean log loss.
 * @param logits - row-major, shape `[n, classes]`
 * @param labels - class of each row, shape `[n]`
 * @returns `temperature` in (0, Infinity), and the mean log losses with and without it
 * @throws {@link InvalidArgument} on lengths that differ or a class out of range
 */
export function fitTemperature(logits: Float32Array | Float64Array, classes: number, labels: ArrayLike<number>) {
  if (logits.length !== labels.length * classes || labels.length === 0) {
    throw new InvalidArgument(
      "fitTemperature",
      `${classes} logits a label`,
      `${logits.length} for ${labels.length}`,
      "Pass shape [n, classes].",
    )
  }
  for (let row = 0; row < labels.length; row++) {
    if (labels[row]! >= 0 && labels[row]! < classes && Number.isInteger(labels[row])) continue
    throw new InvalidArgument("fitTemperature", `classes from 0 to ${classes - 1}`, `${labels[row]} in row ${row}`, "Leave the row out.")
  }

  /** Mean log loss and its derivative by the inverse temperature. */
  function at(cold: number): { loss: number; slope: number } {
    let [loss, slope] = [0, 0]
    for (let row = 0; row < labels.length; row++) {
      const start = row * classes
      let top = Number.NEGATIVE_INFINITY
      for (let c = 0; c < classes; c++) top = Math.max(top, cold * logits[start + c]!)
      let [sum, moment] = [0, 0]
      for (let c = 0; c < classes; c++) {
        const part = Math.exp(cold * logits[start + c]! - top)
        sum += part
        moment += part * logits[start + c]!
      }
      const own = logits[start + labels[row]!]!
      loss += Math.log(sum) + top - cold * own
      slope += moment / sum - own
    }
    return { loss: loss / labels.length, slope: slope / labels.length }
  }

  const cold = lowest((value) => at(value).slope)
  return { temperature: 1 / cold, lossBefore: at(1).loss, lossAfter: at(cold).loss }
}

/** The inverse temperature where a rising slope crosses 0, by bisection in its logarithm between 1e-6 and 1e6. */
function lowest(slope: (cold: number) => number): number {
  let low = Math.log(1e-6)
  let high = Math.log(1e6)
  for (let halving = 0; halving < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); halving++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (slope(Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
