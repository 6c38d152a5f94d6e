import { InvalidArgument } from "../../../core/index.ts"
import type { Objective } from "./objective.ts"

/** Cross entropy over `classes`; labels are class numbers from 0. One tree a class and round. The score of a class is its logit. */
export function softmax({ classes = 2 }: { readonly classes?: number } = {}): Objective {
  if (!(Number.isInteger(classes) && classes >= 2)) {
    throw new InvalidArgument("softmax", "2 classes or more", String(classes), "Pass their number; labels are 0 to classes - 1.")
  }
  // Class scores move against each other, so that a step of one is worth more than its own curvature says.
  const factor = classes / (classes - 1)
  return {
    name: "softmax",
    outputs: classes,
    link: "softmax",
    isRanking: false,
    options: { classes },
    bind({ rows, labels, weights }) {
      const shares = new Float64Array(classes).fill(1e-9)
      for (let i = 0; i < rows; i++) {
        const label = labels[i]!
        if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
          throw new InvalidArgument("softmax", `labels from 0 to ${classes - 1}`, `${label} in row ${i}`, "Number the classes from 0.")
        }
        shares[label]! += weights === undefined ? 1 : weights[i]!
      }
      const total = shares.reduce((a, b) => a + b, 0)
      const p = new Float64Array(classes)
      /** Fills `p` with the probabilities of row `i`; returns the log of their denominator. */
      const fill = (scores: Float32Array, stride: number, i: number): number => {
        let top = Number.NEGATIVE_INFINITY
        for (let k = 0; k < classes; k++) top = Math.max(top, scores[k * stride + i]!)
        let sum = 0
        for (let k = 0; k < classes; k++) sum += p[k] = Math.exp(scores[k * stride + i]! - top)
        for (let k = 0; k < classes; k++) p[k]! /= sum
        return top + Math.log(sum)
      }
      return {
        base: shares.map((share) => Math.log(share / total)),
        gradients({ scores, stride, gradients, hessians }) {
          for (let i = 0; i < rows; i++) {
            fill(scores, stride, i)
            for (let k = 0; k < classes; k++) {
              gradients[k * stride + i] = p[k]! - (labels[i] === k ? 1 : 0)
              hessians[k * stride + i] = factor * p[k]! * (1 - p[k]!)
            }
          }
        },
        loss(scores, stride) {
          let [sum, weight] = [0, 0]
          for (let i = 0; i < rows; i++) {
            const w = weights === undefined ? 1 : weights[i]!
            if (w === 0) continue
            sum += w * (fill(scores, stride, i) - scores[labels[i]! * stride + i]!)
            weight += w
          }
          return sum / weight
        },
      }
    },
  }
}
