import { type Ensemble, treeOf } from "./ensemble.ts"

/** Nodes of all trees as the attributes of ONNX's TreeEnsembleRegressor. */
export interface OnnxNodes {
  readonly treeids: number[]
  readonly nodeids: number[]
  readonly featureids: number[]
  readonly modes: ("BRANCH_LEQ" | "BRANCH_EQ" | "LEAF")[]
  readonly values: number[]
  readonly truenodeids: number[]
  readonly falsenodeids: number[]
  readonly missing: number[]
  readonly leafTrees: number[]
  readonly leafNodes: number[]
  readonly leafTargets: number[]
  readonly leafWeights: number[]
}

/**
 * The trees with ids that follow from one to the next: a split that a numeric comparison cannot say becomes a chain of `=` nodes whose true
 * branches lead to the same node, which ONNX Runtime reads as set membership.
 */
export function onnxNodes(of: Ensemble): OnnxNodes {
  const out: OnnxNodes = {
    treeids: [],
    nodeids: [],
    featureids: [],
    modes: [],
    values: [],
    truenodeids: [],
    falsenodeids: [],
    missing: [],
    leafTrees: [],
    leafNodes: [],
    leafTargets: [],
    leafWeights: [],
  }
  const counts = new Float64Array(of.outputs)
  for (const o of of.output) counts[o]!++
  for (const [t, target] of of.output.entries()) {
    const tree = treeOf(of, t)
    // Nodes of a chain are numbered after those of the tree.
    let next = tree.feature.length
    const add = (
      id: number,
      feature: number,
      mode: "BRANCH_LEQ" | "BRANCH_EQ" | "LEAF",
      value: number,
      yes: number,
      no: number,
      missing: number,
    ) => {
      out.treeids.push(t)
      out.nodeids.push(id)
      out.featureids.push(feature)
      out.modes.push(mode)
      out.values.push(value)
      out.truenodeids.push(yes)
      out.falsenodeids.push(no)
      out.missing.push(missing)
    }
    for (let node = 0; node < tree.feature.length; node++) {
      const feature = tree.feature[node]!
      if (feature < 0) {
        add(node, 0, "LEAF", 0, 0, 0, 0)
        out.leafTrees.push(t)
        out.leafNodes.push(node)
        out.leafTargets.push(target)
        out.leafWeights.push(of.average ? tree.value[node]! / counts[target]! : tree.value[node]!)
        continue
      }
      const [left, right] = [tree.left[node]!, tree.right[node]!]
      const missingLeft = tree.defaultLeft[node]!
      const s = tree.set[node]!
      // Tests in order, each leading to a node when true; the last one's false branch is the right child.
      const zero = of.zeroIsMissing?.[feature] === 1 ? [{ value: 0, yes: missingLeft === 1 ? left : right }] : []
      const tests = [...zero, ...(s < 0 ? [] : categories(of, s).map((value) => ({ value, yes: left })))]
      if (s >= 0 && tests.length === 0) tests.push({ value: -1, yes: left })
      let id = node
      for (const [i, { value, yes }] of tests.entries()) {
        const no = s >= 0 && i === tests.length - 1 ? right : next++
        add(id, feature, "BRANCH_EQ", value, yes, no, yes === left ? missingLeft : 0)
        id = no
      }
      if (s < 0) add(id, feature, "BRANCH_LEQ", tree.threshold[node]!, left, right, missingLeft)
    }
  }
  return out
}

function categories(of: Ensemble, s: number): number[] {
  const words = of.sets.words.subarray(of.sets.starts[s], of.sets.starts[s + 1])
  return [...words].flatMap((word, w) => Array.from({ length: 32 }, (_, bit) => (word & (1 << bit) ? [w * 32 + bit] : [])).flat())
}
