import { MOST, SLOTS } from "./cuts.ts"
import { emptyNodes, type Tree } from "./ensemble.ts"
import type { Split } from "./split-rules.ts"

/** An inner node of a growing tree: its split, and its children by number. */
export interface GrownSplit {
  readonly split: Split
  readonly missingLeft: boolean
  readonly left: number
  readonly right: number
}

/** A leaf of a grown tree: its rows and sums. */
export interface GrownLeaf {
  readonly node: number
  readonly from: number
  readonly count: number
  readonly gradient: number
  readonly hessian: number
  /** Value that it adds to a score, shrinkage included; set when the tree is finished. */
  value: number
}

/** A grown tree: `splits[node]` is `undefined` for leaves; node 0 is the root and children come after their parents. */
export interface GrownTree {
  readonly splits: (GrownSplit | undefined)[]
  readonly leaves: GrownLeaf[]
  /** What each node would add were it a leaf, before shrinkage, and its hessian. */
  readonly values: number[]
  readonly covers: number[]
}

/** The tree as nodes of an ensemble. `shrinkage` scales the values of inner nodes as it did those of leaves. */
export function treeNodes(grown: GrownTree, cuts: Float32Array, output: number, shrinkage: number): Tree {
  const nodes = emptyNodes(grown.splits.length)
  const starts = [0]
  const words: number[] = []
  for (const [node, inner] of grown.splits.entries()) {
    nodes.cover[node] = grown.covers[node]!
    nodes.value[node] = grown.values[node]! * shrinkage
    if (inner === undefined) continue
    const { split, missingLeft, left, right } = inner
    nodes.feature[node] = split.feature
    nodes.gain[node] = split.gain
    nodes.left[node] = left
    nodes.right[node] = right
    nodes.defaultLeft[node] = missingLeft ? 1 : 0
    const column = cuts.subarray(split.feature * SLOTS, (split.feature + 1) * SLOTS)
    if (split.set === undefined) nodes.threshold[node] = split.bin < 0 ? -MOST : column[split.bin]!
    else {
      nodes.set[node] = starts.length - 1
      words.push(...categoryWords(split.set, column))
      starts.push(words.length)
    }
  }
  for (const leaf of grown.leaves) nodes.value[leaf.node] = leaf.value
  return { nodes, output, sets: { starts: Uint32Array.from(starts), words: Uint32Array.from(words) } }
}

/** Bits of the categories themselves, from bits of their bins. */
function categoryWords(set: Uint32Array, kept: Float32Array): number[] {
  const words: number[] = []
  for (let bin = 0; bin < 255; bin++) {
    if (((set[bin >> 5]! >>> (bin & 31)) & 1) === 0) continue
    const category = kept[bin]!
    while (words.length <= category >> 5) words.push(0)
    words[category >> 5]! |= 1 << (category & 31)
  }
  return words.map((word) => word >>> 0)
}
