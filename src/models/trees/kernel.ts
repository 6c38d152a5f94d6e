import type { Crew, SharedKernelJob } from "../../core/index.ts"

type N = number

/** What `kernels/trees.ts` exports; each is explained there. Addresses and counts are whole numbers. */
export interface TreesKernel {
  sortValues(values: N, weights: N, n: N, a: N, b: N, counts: N): void
  binRows(x: N, cols: N, rows: N, f0: N, f1: N, cuts: N, kinds: N, byRow: N, width: N, byColumn: N, stride: N, infinite: N): void
  histogramAll(bins: N, width: N, from: N, to: N, pairs: N, out: N): void
  histogramRows(bins: N, width: N, rows: N, from: N, to: N, pairs: N, out: N): void
  histogramStaged(bins: N, width: N, rows: N, from: N, to: N, pairs: N, out: N, stage: N): void
  histogramExact(bins: N, width: N, rows: N, from: N, to: N, pairs: N, out: N): void
  finishPacked(...of: readonly number[]): void
  finishExact(...of: readonly number[]): void
  partition(column: N, rows: N, n: N, goesLeft: N, spare: N): number
  partitionApart(column: N, rows: N, n: N, goesLeft: N, spare: N, count: N): void
  move(to: N, from: N, n: N): void
  listAll(rows: N, n: N): void
  addLeaf(scores: N, rows: N, n: N, value: N): void
  logistic(scores: N, labels: N, from: N, to: N, gradients: N, hessians: N): void
  weigh(gradients: N, hessians: N, weights: N, from: N, to: N): void
  sumSizes(gradients: N, hessians: N, from: N, to: N, out: N): void
  packPairs(gradients: N, hessians: N, from: N, to: N, gradientScale: N, hessianScale: N, seed: N, pairs: N): void
  joinPairs(gradients: N, hessians: N, from: N, to: N, pairs: N): void
  lambdas(...of: readonly number[]): void
}

/** A training job: the kernel over its memory, and the threads that run it. */
export interface TreesJob extends SharedKernelJob<TreesKernel> {
  readonly crew: Crew<TreesKernel>
}
