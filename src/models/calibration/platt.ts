import { type Estimator, throwIfCancelled } from "../../core/index.ts"
import { type CalibrationData, type Calibrator, calibrator, checkCalibration } from "./calibrator.ts"

/**
 * Platt's calibration: a sigmoid over scores, `p = 1 / (1 + exp(-(slope * score + shift)))`, fitted by Newton's method to the optimum.
 *
 * Labels are drawn in by one case of either kind, `(happened + 1) / (happened + 2)` and `1 / (rest + 2)`, so that separable scores end at
 * finite numbers. Two numbers only: for a few hundred rows, and scores that are wrong by their scale. Deterministic.
 * @throws {@link InvalidArgument} on lengths that differ, scores that are not finite, labels outside [0, 1]
 * @see Platt 1999; Lin, Lin & Weng 2007, doi:10.1007/s10994-007-5018-6 (`slope` is -A there, `shift` is -B)
 */
export function platt(): Estimator<CalibrationData, Calibrator> {
  return {
    config: {},
    async fit(data, { signal, onProgress }) {
      throwIfCancelled(signal, "platt")
      const { total, happened } = checkCalibration("platt", data)
      const rest = total - happened
      const [high, low] = [(happened + 1) / (happened + 2), 1 / (rest + 2)]
      const { scores, labels, weights } = data
      const target = (i: number) => low + labels[i]! * (high - low)
      const fitted = fitSigmoid(scores, target, weights, true, Math.log((happened + 1) / (rest + 1)))
      onProgress?.(1)
      return calibrator({ kind: "sigmoid", ...fitted })
    },
  }
}

/** The shift (and slope, unless it is fixed at 1) with the least weighted log loss; Newton's method with step halving. */
export function fitSigmoid(
  scores: ArrayLike<number>,
  target: (i: number) => number,
  weights: ArrayLike<number> | undefined,
  isSlopeFree: boolean,
  startShift: number,
): { readonly slope: number; readonly shift: number } {
  let slope = isSlopeFree ? 0 : 1
  let shift = startShift
  let now = derivatives(slope, shift)

  function derivatives(slope: number, shift: number) {
    let [loss, gs, gb, hss, hsb, hbb] = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < scores.length; i++) {
      const x = scores[i]!
      const weight = weights === undefined ? 1 : weights[i]!
      const z = slope * x + shift
      const small = Math.exp(-Math.abs(z))
      const p = z >= 0 ? 1 / (1 + small) : small / (1 + small)
      loss += weight * (Math.log1p(small) + Math.max(z, 0) - target(i) * z)
      const error = weight * (p - target(i))
      const bend = (weight * small) / (1 + small) ** 2
      gs += error * x
      gb += error
      hss += bend * x * x
      hsb += bend * x
      hbb += bend
    }
    return { loss, gs, gb, hss, hsb, hbb }
  }

  for (let iteration = 0; iteration < 100; iteration++) {
    const { gs, gb, hss, hsb, hbb, loss } = now
    const determinant = hss * hbb - hsb * hsb
    // Scores that are all alike leave the slope undetermined: only the shift moves.
    const isBoth = isSlopeFree && determinant > 1e-12 * hss * hbb
    const slopeStep = isBoth ? (hbb * gs - hsb * gb) / determinant : 0
    const shiftStep = isBoth ? (hss * gb - hsb * gs) / determinant : gb / hbb
    if (!(Math.abs(slopeStep) + Math.abs(shiftStep) > 1e-14 * (1 + Math.abs(slope) + Math.abs(shift)))) break
    let length = 1
    let next = derivatives(slope - slopeStep, shift - shiftStep)
    while (!(next.loss <= loss + 1e-14 * Math.abs(loss)) && length > 1e-10) {
      length /= 2
      next = derivatives(slope - length * slopeStep, shift - length * shiftStep)
    }
    if (length <= 1e-10) break
    slope -= length * slopeStep
    shift -= length * shiftStep
    now = next
  }
  return { slope, shift }
}
