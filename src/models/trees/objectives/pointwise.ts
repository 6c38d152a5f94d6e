import { InvalidArgument } from "../../../core/index.ts"
import type { Link } from "../ensemble.ts"
import type { TreesJob } from "../kernel.ts"
import type { BoundObjective, GradientPass, Objective, ObjectiveData } from "./objective.ts"

/** A loss of one score and one label. */
export interface PointwiseLoss {
  readonly name: string
  readonly link: Link
  readonly options: object
  /** What is wrong with a label, as "expected", or `undefined`. */
  readonly refuses: (label: number) => string | undefined
  /** The score that the best constant would have; weights are 1 when absent. */
  readonly start: (labels: Float32Array, weights: Float32Array | undefined) => number
  /** Writes first and second derivative by the score. */
  readonly derive: (score: number, label: number, out: Float64Array) => void
  readonly loss: (score: number, label: number) => number
  readonly leafQuantile?: number
  /** A faster way to the same derivatives. */
  readonly kernel?: (job: TreesJob, rows: number) => void
}

/** The objective of a loss that looks at one row at a time. */
export function pointwise(of: PointwiseLoss): Objective {
  return {
    name: of.name,
    outputs: 1,
    link: of.link,
    isRanking: false,
    options: of.options,
    bind: (data, job) => bind(of, data, job),
  }
}

function bind(of: PointwiseLoss, { rows, labels, weights }: ObjectiveData, job: TreesJob | undefined): BoundObjective {
  for (let i = 0; i < rows; i++) {
    const expected = of.refuses(labels[i]!)
    if (expected !== undefined) throw new InvalidArgument(of.name, expected, `${labels[i]} in row ${i}`, "Leave the row out.")
  }
  const out = new Float64Array(2)
  return {
    base: Float64Array.of(of.start(labels, weights)),
    ...(of.leafQuantile === undefined ? {} : { leafQuantile: of.leafQuantile }),
    gradients({ scores, gradients, hessians }: GradientPass) {
      if (of.kernel !== undefined && job !== undefined) {
        of.kernel(job, rows)
        return
      }
      for (let i = 0; i < rows; i++) {
        of.derive(scores[i]!, labels[i]!, out)
        gradients[i] = out[0]!
        hessians[i] = out[1]!
      }
    },
    loss(scores) {
      let sum = 0
      let total = 0
      for (let i = 0; i < rows; i++) {
        const weight = weights === undefined ? 1 : weights[i]!
        if (weight === 0) continue
        sum += weight * of.loss(scores[i]!, labels[i]!)
        total += weight
      }
      return sum / total
    },
  }
}

/** Weighted mean of the labels. */
export function meanLabel(labels: Float32Array, weights: Float32Array | undefined): number {
  let sum = 0
  let total = 0
  for (let i = 0; i < labels.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    sum += weight * labels[i]!
    total += weight
  }
  return total > 0 ? sum / total : 0
}

/** The smallest value with at least that share of the weight at or below it. */
export function weightedQuantile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b)
  let total = 0
  for (const weight of weights) total += weight
  let sum = 0
  for (const i of order) {
    sum += weights[i]!
    if (sum >= share * total && weights[i]! > 0) return values[i]!
  }
  return order.length > 0 ? values[order.at(-1)!]! : 0
}

export const anyLabel = (label: number) => (Number.isFinite(label) ? undefined : "finite labels")
export const shareLabel = (label: number) => (label >= 0 && label <= 1 ? undefined : "labels in [0, 1]")
export const countLabel = (label: number) => (label >= 0 && Number.isFinite(label) ? undefined : "labels of 0 or more")
