import { InvalidArgument } from "../../../core/index.ts"
import { logitOf, sigmoid, softplus } from "./logistic.ts"
import type { Objective } from "./objective.ts"
import { meanLabel, pointwise, shareLabel } from "./pointwise.ts"

/**
 * Focal loss of one row by its logit `z`: `-a (1 - q)^gamma ln q`, `q` the probability of the true class, `a` its weight.
 *
 * Writes the gradient and the exact second derivative, which is below 0 where the loss is not convex.
 * @param alpha - weight of a 1, `1 - alpha` that of a 0; `undefined` = 1 for both
 * @see Lin et al. 2017, doi:10.1109/ICCV.2017.324
 */
export function focalLoss(z: number, y: number, alpha: number | undefined, gamma: number, out: Float64Array): number {
  const sign = y === 1 ? 1 : -1
  const a = alpha === undefined ? 1 : y === 1 ? alpha : 1 - alpha
  const q = sigmoid(sign * z)
  const miss = sigmoid(-sign * z)
  const minusLog = softplus(-sign * z)
  const power = miss ** gamma
  const inner = -gamma * q * minusLog - miss
  out[0] = sign * a * power * inner
  out[1] = a * q * power * (-gamma * inner + miss * (-gamma * minusLog + gamma + 1))
  return a * power * minusLog
}

/** Focal loss of a yes-no label: rows that are already right count little. The score is a logit, less sharp than log loss would make it. */
export function focal({ alpha = 0.25, gamma = 2 }: { readonly alpha?: number; readonly gamma?: number } = {}): Objective {
  if (!(alpha > 0 && alpha < 1 && gamma >= 0)) {
    throw new InvalidArgument("focal", "alpha in (0, 1) and gamma of 0 or more", `${alpha}, ${gamma}`, "Pass the defaults 0.25 and 2.")
  }
  const spare = new Float64Array(2)
  return pointwise({
    name: "focal",
    link: "logistic",
    options: { alpha, gamma },
    refuses: (label) => (label === 0 || label === 1 ? shareLabel(label) : "labels of 0 or 1"),
    start: (labels, weights) => logitOf(meanLabel(labels, weights), alpha / (1 - alpha)),
    derive: (score, label, out) => void focalLoss(score, label, alpha, gamma, out),
    loss: (score, label) => focalLoss(score, label, alpha, gamma, spare),
  })
}
