import type { Ensemble } from "./ensemble.ts"

/**
 * How much each column matters to an ensemble, shape `[d]`: `gain` is what its splits gained the objective in training, summed; `split` is how
 * many splits it has. Both favour columns of many values; `permutationImportance` does not.
 */
export function treeImportance(of: Ensemble, by: "gain" | "split"): Float64Array {
  const sums = new Float64Array(of.columns.length)
  const { feature, gain } = of.nodes
  for (let i = 0; i < feature.length; i++) if (feature[i]! >= 0) sums[feature[i]!]! += by === "gain" ? gain[i]! : 1
  return sums
}
