import { type Ensemble, treeOf } from "./ensemble.ts"
import { coverShare, goesLeft } from "./walk.ts"

/** Explains raw scores: the part each column has in the distance between a row's score and the mean one. */
export interface Explainer {
  /** Mean raw score over the training rows, as covers have it; shape `[outputs]`. */
  readonly expected: Float64Array
  /** Writes shape `[outputs, d]` to `out`: `expected[o]` plus the sum over columns is the raw score of output `o`, but for rounding. */
  explain(row: Float32Array, out: Float64Array): void
}

/**
 * Shapley values of every tree by the path-dependent algorithm: a column that is not known follows the covers of both branches.
 * Costs `leaves * depth^2` a tree; allocates nothing a row.
 * @see Lundberg, Erion & Lee 2018, Consistent Individualized Feature Attribution for Tree Ensembles, arXiv:1802.03888, algorithm 2
 */
export function treeExplainer(of: Ensemble): Explainer {
  const { outputs, output, roots, nodes, average } = of
  const d = of.columns.length
  const trees = output.length
  const shares = new Float64Array(outputs)
  for (const o of output) shares[o]!++
  for (let o = 0; o < outputs; o++) shares[o] = average ? 1 / Math.max(1, shares[o]!) : 1
  const expected = of.base.slice()
  let deepest = 0
  for (let t = 0; t < trees; t++) {
    const { mean, depth } = meanAndDepth(of, t)
    expected[output[t]!]! += mean * shares[output[t]!]!
    deepest = Math.max(deepest, depth)
  }

  // The path of each level of the recursion: columns that split it, once each, with the weights of algorithm 2.
  const room = ((deepest + 2) * (deepest + 3)) / 2
  const columnAt = new Int32Array(room)
  const zeroAt = new Float64Array(room)
  const oneAt = new Float64Array(room)
  const weightAt = new Float64Array(room)
  let row: Float32Array = new Float32Array(0)
  let out: Float64Array = new Float64Array(0)
  let at = 0
  let scale = 1

  /** Adds a column to the path of `length` entries: `zero` and `one` are the shares that go on when it is unknown and known. */
  function extend(from: number, length: number, zero: number, one: number, column: number): void {
    columnAt[from + length] = column
    zeroAt[from + length] = zero
    oneAt[from + length] = one
    weightAt[from + length] = length === 0 ? 1 : 0
    for (let i = length - 1; i >= 0; i--) {
      weightAt[from + i + 1]! += (one * weightAt[from + i]! * (i + 1)) / (length + 1)
      weightAt[from + i] = (zero * weightAt[from + i]! * (length - i)) / (length + 1)
    }
  }

  /** Takes entry `place` out of the path whose last entry is `last`. */
  function unwind(from: number, last: number, place: number): void {
    const [zero, one] = [zeroAt[from + place]!, oneAt[from + place]!]
    let next = weightAt[from + last]!
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const before = weightAt[from + i]!
        weightAt[from + i] = (next * (last + 1)) / ((i + 1) * one)
        next = before - (weightAt[from + i]! * zero * (last - i)) / (last + 1)
      } else if (zero !== 0) weightAt[from + i] = (weightAt[from + i]! * (last + 1)) / (zero * (last - i))
    }
    for (let i = place; i < last; i++) {
      columnAt[from + i] = columnAt[from + i + 1]!
      zeroAt[from + i] = zeroAt[from + i + 1]!
      oneAt[from + i] = oneAt[from + i + 1]!
    }
  }

  /** Sum of the path's weights once entry `place` is taken out. */
  function unwoundSum(from: number, last: number, place: number): number {
    const [zero, one] = [zeroAt[from + place]!, oneAt[from + place]!]
    let next = weightAt[from + last]!
    let sum = 0
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const weight = (next * (last + 1)) / ((i + 1) * one)
        sum += weight
        next = weightAt[from + i]! - (weight * zero * (last - i)) / (last + 1)
      } else if (zero !== 0) sum += (weightAt[from + i]! * (last + 1)) / (zero * (last - i))
    }
    return sum
  }

  /** Walks both branches from node `i` of the tree at `root`; the path so far, `length` entries, lies at `parent`. */
  function visit(root: number, i: number, parent: number, length: number, zero: number, one: number, column: number): void {
    const from = parent + length
    columnAt.copyWithin(from, parent, from)
    zeroAt.copyWithin(from, parent, from)
    oneAt.copyWithin(from, parent, from)
    weightAt.copyWithin(from, parent, from)
    extend(from, length, zero, one, column)
    const split = nodes.feature[i]!
    if (split < 0) {
      for (let place = 1; place <= length; place++) {
        const weight = unwoundSum(from, length, place)
        out[at + columnAt[from + place]!]! += weight * (oneAt[from + place]! - zeroAt[from + place]!) * nodes.value[i]! * scale
      }
      return
    }
    const [left, right] = [root + nodes.left[i]!, root + nodes.right[i]!]
    const isLeft = goesLeft(of, i, row[split]!)
    let [zeroBefore, oneBefore, last] = [1, 1, length]
    for (let place = 1; place <= last; place++) {
      if (columnAt[from + place] !== split) continue
      zeroBefore = zeroAt[from + place]!
      oneBefore = oneAt[from + place]!
      unwind(from, last, place)
      last--
      break
    }
    visit(root, left, from, last + 1, zeroBefore * coverShare(of, i, left), isLeft ? oneBefore : 0, split)
    visit(root, right, from, last + 1, zeroBefore * coverShare(of, i, right), isLeft ? 0 : oneBefore, split)
  }

  return {
    expected,
    explain(given, to) {
      row = given
      out = to
      out.fill(0)
      for (let t = 0; t < trees; t++) {
        at = output[t]! * d
        scale = shares[output[t]!]!
        visit(roots[t]!, roots[t]!, 0, 0, 1, 1, -1)
      }
    },
  }
}

/** Mean of a tree's leaves, weighed by covers, and its depth. */
function meanAndDepth(of: Ensemble, t: number): { readonly mean: number; readonly depth: number } {
  const { feature, left, right, value } = treeOf(of, t)
  const root = of.roots[t]!
  const share = new Float64Array(feature.length).fill(0)
  const depths = new Int32Array(feature.length)
  share[0] = 1
  let [mean, depth] = [0, 0]
  for (let node = 0; node < feature.length; node++) {
    if (feature[node]! < 0) {
      mean += share[node]! * value[node]!
      depth = Math.max(depth, depths[node]!)
      continue
    }
    for (const child of [left[node]!, right[node]!]) {
      share[child] = share[node]! * coverShare(of, root + node, root + child)
      depths[child] = depths[node]! + 1
    }
  }
  return { mean, depth }
}
