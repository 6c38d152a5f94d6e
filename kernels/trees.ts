// Growing trees on binned rows. Driver: src/models/trees. Compiled for shared memory: several threads may run it on one job.

import { bestSplit, Rules, Split } from "./parts/tree-split"
import { mergePacked, subtractExact, subtractPacked } from "./parts/tree-histogram"

export { binRows, sortValues } from "./parts/tree-bins"
export { histogramAll, histogramExact, histogramRows, histogramStaged } from "./parts/tree-histogram"
export { addLeaf, listAll, move, partition, partitionApart } from "./parts/tree-rows"
export { joinPairs, logistic, packPairs, sumSizes, weigh } from "./parts/tree-gradients"
export { lambdas } from "./parts/tree-lambda"

/**
 * Finishes two children over columns [f0, f1): adds the other threads' parts of the smaller child's histogram, takes it off the parent's,
 * which becomes the larger child's, and finds the best split of each. `whole` 0 = there is no parent; a best of 0 = needs none.
 * `parts` follow one another, `partBytes` apart. See parts/tree-split for the rest.
 */
export function finishPacked(
  part: usize, parts: usize, partCount: i32, partBytes: usize, whole: usize, f0: i32, f1: i32,
  active: usize, directions: usize, kinds: usize, isPlain: i32, rules: usize,
  bestPart: usize, bestWhole: usize, scratch: usize,
): void {
  const at = <usize>f0 << 11, slots = (f1 - f0) << 8
  for (let p = 0; p < partCount; p++) mergePacked(part + at, parts + partBytes * p + at, slots)
  if (whole) subtractPacked(whole + at, part + at, slots)
  const r = changetype<Rules>(rules)
  if (bestPart) bestSplit<i64>(part, f0, f1, active, directions, kinds, isPlain, r, changetype<Split>(bestPart), scratch)
  if (bestWhole) bestSplit<i64>(whole, f0, f1, active, directions, kinds, isPlain, r, changetype<Split>(bestWhole), scratch)
}

/** The same for exact histograms, which are never summed in parts. */
export function finishExact(
  part: usize, whole: usize, f0: i32, f1: i32, active: usize, directions: usize, kinds: usize, isPlain: i32, rules: usize,
  bestPart: usize, bestWhole: usize, scratch: usize,
): void {
  const at = <usize>f0 << 12
  if (whole) subtractExact(whole + at, part + at, (f1 - f0) << 8)
  const r = changetype<Rules>(rules)
  if (bestPart) bestSplit<f64>(part, f0, f1, active, directions, kinds, isPlain, r, changetype<Split>(bestPart), scratch)
  if (bestWhole) bestSplit<f64>(whole, f0, f1, active, directions, kinds, isPlain, r, changetype<Split>(bestWhole), scratch)
}
