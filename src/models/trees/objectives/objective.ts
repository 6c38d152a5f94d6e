import type { Link } from "../ensemble.ts"
import type { TreesJob } from "../kernel.ts"

/** What an objective is told of the rows. */
export interface ObjectiveData {
  readonly rows: number
  /** Shape `[n]`. */
  readonly labels: Float32Array
  /** Shape `[n]`; 1 when absent. */
  readonly weights: Float32Array | undefined
  /** Where each query's rows begin, and where the last ends; shape `[queries + 1]`. */
  readonly queryStarts: Uint32Array | undefined
  /** Where each row was shown, 0 first; shape `[n]`. */
  readonly positions: ArrayLike<number> | undefined
  readonly seed: number
}

/** One round's scores, and where its gradients go: output `o` of row `i` lies at `o * stride + i`. */
export interface GradientPass {
  readonly round: number
  readonly stride: number
  readonly scores: Float32Array
  readonly gradients: Float32Array
  readonly hessians: Float32Array
}

/** An objective over one set of rows. */
export interface BoundObjective {
  /** Score before any tree, shape `[outputs]`. */
  readonly base: Float64Array
  /** First and second derivative of each row's loss by its scores, weights left out. */
  gradients(pass: GradientPass): void
  /** Mean loss of the rows, weights included; lower is better. */
  loss(scores: Float32Array, stride: number): number
  /** Leaves are set to this quantile of what is left to explain, instead of by one Newton step. */
  readonly leafQuantile?: number
  /** Estimated chance that a place is looked at, relative to the first, for clicked and for other documents. */
  readonly propensities?: { readonly clicked: Float64Array; readonly unclicked: Float64Array }
}

/** What trees are fitted to. */
export interface Objective {
  readonly name: string
  readonly outputs: number
  readonly link: Link
  /** Needs queries. */
  readonly isRanking: boolean
  /** Everything it was made with, as JSON. */
  readonly options: object
  /** With a job, gradients are computed on its memory by its kernel where there is one; without, only the loss is asked for. */
  bind(data: ObjectiveData, job?: TreesJob): BoundObjective
}
