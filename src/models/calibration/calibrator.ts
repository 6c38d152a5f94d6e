import { type BundleReader, InvalidArgument, type Saveable, unknownName } from "../../core/index.ts"

/** Scores that a model gave, and what happened: `n` rows that the model was not fitted on. */
export interface CalibrationData {
  /** Logits for {@link platt}, {@link temperature} and {@link priorShift}; any scores for {@link isotonic}; shape `[n]`. */
  readonly scores: Float32Array | Float64Array
  /** 1 = happened, 0 = did not, or a share between; shape `[n]`. */
  readonly labels: Float32Array | Float64Array
  /** How much each row counts, 0 or more; shape `[n]`; 1 when absent. */
  readonly weights?: Float32Array | Float64Array
}

/** A fitted map from scores to probabilities that never puts a higher score below a lower one. */
export interface Calibrator extends Saveable {
  /** Which map it is, and its numbers. */
  readonly parts: CalibratorParts
  /** The probability of one score, in [0, 1]; NaN stays NaN. Allocates nothing. */
  probability(score: number): number
  /** The probabilities of many, shape `[n]`. */
  calibrate(scores: Float32Array | Float64Array, out?: Float64Array): Float64Array
}

export type CalibratorParts =
  | { readonly kind: "sigmoid"; readonly slope: number; readonly shift: number }
  | { readonly kind: "steps"; readonly scores: Float64Array; readonly values: Float64Array }

/** The map that these numbers describe. */
export function calibrator(parts: CalibratorParts): Calibrator {
  const probability = parts.kind === "sigmoid" ? sigmoid(parts) : interpolated(parts)
  return {
    parts,
    probability,
    calibrate(scores, out = new Float64Array(scores.length)) {
      for (let i = 0; i < scores.length; i++) out[i] = probability(scores[i]!)
      return out
    },
    save(bundle) {
      if (parts.kind === "sigmoid") return bundle.json("calibrator", parts)
      bundle.json("calibrator", { kind: parts.kind })
      bundle.array("scores", parts.scores)
      bundle.array("values", parts.values)
    },
  }
}

/** Restores what any {@link Calibrator} saved. */
export function loadCalibrator(bundle: BundleReader): Calibrator {
  const parts = bundle.json("calibrator") as { kind: string; slope: number; shift: number }
  if (parts.kind === "sigmoid") return calibrator({ kind: "sigmoid", slope: parts.slope, shift: parts.shift })
  if (parts.kind !== "steps") throw unknownName("loadCalibrator", "kind", parts.kind, ["sigmoid", "steps"])
  return calibrator({ kind: "steps", scores: bundle.array("scores") as Float64Array, values: bundle.array("values") as Float64Array })
}

function sigmoid({ slope, shift }: { readonly slope: number; readonly shift: number }) {
  return (score: number) => 1 / (1 + Math.exp(-(slope * score + shift)))
}

/** Straight lines between the thresholds, level outside them. */
function interpolated({ scores, values }: { readonly scores: Float64Array; readonly values: Float64Array }) {
  const last = scores.length - 1
  return (score: number) => {
    if (Number.isNaN(score)) return score
    if (score <= scores[0]!) return values[0]!
    if (score >= scores[last]!) return values[last]!
    let low = 0
    let high = last
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (scores[middle]! <= score) low = middle
      else high = middle
    }
    const share = (score - scores[low]!) / (scores[high]! - scores[low]!)
    return values[low]! + share * (values[high]! - values[low]!)
  }
}

/** Checks lengths and ranges; gives the summed weight and the summed weight of what happened. */
export function checkCalibration(where: string, { scores, labels, weights }: CalibrationData): { total: number; happened: number } {
  const n = scores.length
  for (const [name, length] of Object.entries({ labels: labels.length, weights: weights?.length ?? n })) {
    if (length !== n) throw new InvalidArgument(where, `${n} ${name}`, String(length), "Give every score one.")
  }
  let total = 0
  let happened = 0
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    if (!Number.isFinite(scores[i]!)) throw new InvalidArgument(where, "finite scores", `${scores[i]} in row ${i}`, "Leave the row out.")
    if (!(labels[i]! >= 0 && labels[i]! <= 1)) {
      throw new InvalidArgument(where, "labels in [0, 1]", `${labels[i]} in row ${i}`, "Leave the row out.")
    }
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new InvalidArgument(where, "finite weights of 0 or more", `${weight} in row ${i}`, "Leave the row out.")
    }
    total += weight
    happened += weight * labels[i]!
  }
  if (!(total > 0)) throw new InvalidArgument(where, "rows with a weight", `${n} rows without`, "Hold some rows out to calibrate on.")
  return { total, happened }
}
