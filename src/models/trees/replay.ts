import type { Matrix } from "../../core/index.ts"
import { type Ensemble, type Tree, treeOf } from "./ensemble.ts"

/** Adds the trees of an ensemble to f32 scores one after another, as training did: the same sums, bit for bit. Output-major, `stride` apart. */
export function replayTrees(of: Ensemble, rows: Matrix, scores: Float32Array, stride: number): void {
  for (let t = 0; t + 1 < of.roots.length; t++) {
    const into = scores.subarray(of.output[t]! * stride)
    for (let row = 0; row < rows.rows; row++) into[row]! += Math.fround(of.nodes.value[leafOf(of, of.roots[t]!, rows, row)]!)
  }
}

/** The node of a row's leaf. */
function leafOf({ nodes, sets }: Ensemble, root: number, { data, cols }: Matrix, row: number): number {
  let at = root
  for (let feature = nodes.feature[at]!; feature >= 0; feature = nodes.feature[at]!) {
    const x = data[row * cols + feature]!
    const set = nodes.set[at]!
    let isLeft: boolean
    if (Number.isNaN(x)) isLeft = nodes.defaultLeft[at] === 1
    else if (set < 0) isLeft = x <= nodes.threshold[at]!
    else {
      const category = Math.trunc(x)
      const word = sets.starts[set]! + (category >> 5)
      isLeft = category >= 0 && word < sets.starts[set + 1]! && ((sets.words[word]! >>> (category & 31)) & 1) === 1
    }
    at = root + (isLeft ? nodes.left[at]! : nodes.right[at]!)
  }
  return at
}

/** The trees of an ensemble, each with the sets it uses counted from its own first. */
export function treesIn(of: Ensemble): Tree[] {
  return Array.from({ length: of.roots.length - 1 }, (_, t) => {
    const nodes = treeOf(of, t)
    const used = [...new Set(nodes.set.filter((set) => set >= 0))].sort((a, b) => a - b)
    const words = used.flatMap((set) => [...of.sets.words.subarray(of.sets.starts[set], of.sets.starts[set + 1])])
    const starts = [0]
    for (const set of used) starts.push(starts.at(-1)! + of.sets.starts[set + 1]! - of.sets.starts[set]!)
    const set = nodes.set.map((s) => (s < 0 ? s : used.indexOf(s)))
    return { nodes: { ...nodes, set }, output: of.output[t]!, sets: { starts: Uint32Array.from(starts), words: Uint32Array.from(words) } }
  })
}
