import type { GrownTree } from "./grown-tree.ts"
import { weightedQuantile } from "./objectives/pointwise.ts"

/** Sets every leaf to a quantile of what its rows leave to explain; the rows of leaf `l` are `rows[l.from .. l.from + l.count)`. */
export function setLeafQuantiles(
  tree: GrownTree,
  share: number,
  rows: Uint32Array,
  scores: Float32Array,
  labels: Float32Array,
  weights: Float32Array | undefined,
): void {
  for (const leaf of tree.leaves) {
    const left = new Float64Array(leaf.count)
    const heights = new Float64Array(leaf.count).fill(1)
    for (let i = 0; i < leaf.count; i++) {
      const row = rows[leaf.from + i]!
      left[i] = labels[row]! - scores[row]!
      if (weights !== undefined) heights[i] = weights[row]!
    }
    leaf.value = weightedQuantile(left, heights, share)
  }
}
