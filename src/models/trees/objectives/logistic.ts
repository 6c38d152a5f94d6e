import { InvalidArgument } from "../../../core/index.ts"
import { CHUNK } from "../chunks.ts"
import type { Objective } from "./objective.ts"
import { meanLabel, pointwise, shareLabel } from "./pointwise.ts"

/** `-ln(1 / (1 + e^-z))`, finite for every finite `z`. */
export function softplus(minusZ: number): number {
  return minusZ > 0 ? minusZ + Math.log1p(Math.exp(-minusZ)) : Math.log1p(Math.exp(minusZ))
}

export function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))
}

/** Log loss with class weights, by the logit `z`: `-(w1 y ln p + w0 (1 - y) ln(1 - p))`. Writes gradient and hessian. @returns the loss */
export function logLoss(z: number, y: number, w1: number, w0: number, out: Float64Array): number {
  const p = sigmoid(z)
  out[0] = w0 * (1 - y) * p - w1 * y * sigmoid(-z)
  out[1] = (w0 * (1 - y) + w1 * y) * p * sigmoid(-z)
  return w1 * y * softplus(-z) + w0 * (1 - y) * softplus(z)
}

/** Log loss of a yes-no label, or a share between; the score is the logit. `positiveWeight` multiplies what a 1 counts. */
export function logistic({ positiveWeight = 1 }: { readonly positiveWeight?: number } = {}): Objective {
  if (!(positiveWeight > 0)) {
    throw new InvalidArgument("logistic", "a positiveWeight above 0", String(positiveWeight), "Pass 1 to count all rows alike.")
  }
  const spare = new Float64Array(2)
  return pointwise({
    name: "logistic",
    link: "logistic",
    options: { positiveWeight },
    refuses: shareLabel,
    start: (labels, weights) => logitOf(meanLabel(labels, weights), positiveWeight),
    derive: (score, label, out) => void logLoss(score, label, positiveWeight, 1, out),
    loss: (score, label) => logLoss(score, label, positiveWeight, 1, spare),
    ...(positiveWeight === 1 ? { kernel: runKernel } : {}),
  })
}

/** Log-odds of a mean label when ones count `weight` times; labels of one kind give a large finite number. */
export function logitOf(mean: number, weight: number): number {
  const bounded = Math.min(1 - 1e-9, Math.max(1e-9, mean))
  return Math.log((weight * bounded) / (1 - bounded))
}

function runKernel({ arena, crew }: Parameters<NonNullable<Parameters<typeof pointwise>[0]["kernel"]>>[0], rows: number): void {
  const [scores, labels, gradients, hessians] = ["scores", "labels", "gradients", "hessians"].map((name) => arena.address(name))
  const calls = Array.from({ length: Math.ceil(rows / CHUNK) }, (_, chunk) => {
    return [scores!, labels!, chunk * CHUNK, Math.min(rows, (chunk + 1) * CHUNK), gradients!, hessians!]
  })
  crew.run("logistic", calls)
}
