import { type Estimator, throwIfCancelled } from "../../core/index.ts"
import { type CalibrationData, type Calibrator, calibrator, checkCalibration } from "./calibrator.ts"

/**
 * Isotonic calibration: the rising steps with the least squared error, with straight lines between them; no shape is assumed, so it wants a
 * thousand rows or more. Deterministic; `n log n`.
 * @throws {@link InvalidArgument} on lengths that differ, scores that are not finite, labels outside [0, 1]
 * @see Zadrozny & Elkan 2002, doi:10.1145/775047.775151
 */
export function isotonic(): Estimator<CalibrationData, Calibrator> {
  return {
    config: {},
    async fit(data, { signal, onProgress }) {
      throwIfCancelled(signal, "isotonic")
      checkCalibration("isotonic", data)
      const fitted = fitIsotonic(data.scores, data.labels, data.weights)
      onProgress?.(1)
      return calibrator({ kind: "steps", ...fitted })
    },
  }
}

/**
 * Isotonic regression of any numbers: thresholds `scores`, ascending, and their `values`, never falling; rows of weight 0 do not count.
 * Equal scores are averaged first; of a level stretch only both ends are kept.
 * @see Best & Chakravarti 1990, doi:10.1007/BF01580873 (pool adjacent violators)
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): { readonly scores: Float64Array; readonly values: Float64Array } {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i)
    .filter((i) => weights === undefined || weights[i]! > 0)
    .sort((a, b) => scores[a]! - scores[b]! || a - b)
  // Blocks of equal scores, pooled while a value falls below the one before: first and last score, mean, weight.
  const [firsts, lasts, means, sums]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!
    let [sum, weight] = [0, 0]
    for (; at < order.length && scores[order[at]!] === score; at++) {
      const w = weights === undefined ? 1 : weights[order[at]!]!
      sum += w * labels[order[at]!]!
      weight += w
    }
    let mean = sum / weight
    let first = score
    while (means.length > 0 && means.at(-1)! >= mean) {
      const before = sums.pop()!
      mean = (mean * weight + means.pop()! * before) / (weight + before)
      weight += before
      first = firsts.pop()!
      lasts.pop()
    }
    firsts.push(first)
    lasts.push(score)
    means.push(mean)
    sums.push(weight)
  }
  const ends = means.flatMap((mean, i) =>
    firsts[i] === lasts[i]
      ? [[firsts[i]!, mean]]
      : [
          [firsts[i]!, mean],
          [lasts[i]!, mean],
        ],
  )
  return { scores: Float64Array.from(ends, ([score]) => score!), values: Float64Array.from(ends, ([, value]) => value!) }
}
