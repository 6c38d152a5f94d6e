import type { Random } from "../../core/index.ts"
import type { GrownLeaf, GrownSplit, GrownTree } from "./grown-tree.ts"
import { histogramMaker, type Span } from "./histogram.ts"
import { partitioner } from "./partition.ts"
import { type Bounds, leafValue, type Split, type SplitRules } from "./split-rules.ts"
import { type Question, splitter } from "./splitter.ts"
import type { Workspace } from "./workspace.ts"

/** What shape trees take. */
export interface GrowthRules {
  /** `depth` splits every node down to `maxDepth`; `leaf` splits the leaf with the largest gain until there are `leaves`. */
  readonly growth: "depth" | "leaf"
  readonly maxDepth: number
  readonly leaves: number
  /** Share of the tree's columns that each node looks at. */
  readonly nodeColumnShare: number
}

interface Node extends Span {
  readonly id: number
  readonly depth: number
  readonly bounds: Bounds
  readonly gradient: number
  readonly hessian: number
  /** Added to l2 in this node's value: what the categorical split above it was shrunk by. */
  readonly extraL2: number
  /** Address of its histogram, 0 = given up. */
  histogram: number
  split: Split | undefined
}

/** Grows one tree at a time from the pairs in a workspace. */
export interface Grower {
  /**
   * Grows a tree over places `[0, count)` of the region `rows`, reordering them.
   * @param hessian - their sum of hessians, or about that
   * @param columns - columns it may split on, ascending; all when absent
   */
  grow(count: number, hessian: number, columns: ArrayLike<number> | undefined, random: Random): GrownTree
}

/** A grower for these rules; the region `rules` is written by the caller before each tree. */
export function grower(space: Workspace, rules: SplitRules, shape: GrowthRules, directions: Int8Array): Grower {
  const { arena } = space.job
  const histograms = histogramMaker(space)
  const isPlain = rules.l1 === 0 && rules.maxDelta === 0 && directions.every((direction) => direction === 0)
  const splits = splitter(space, isPlain)
  const divide = partitioner(space)
  const free: number[] = []
  const all = Array.from({ length: space.sizes.cols }, (_, col) => col)

  function grow(count: number, hessian: number, columns: ArrayLike<number> = all, random: Random): GrownTree {
    free.splice(0, free.length, ...space.pool)
    const tree = { splits: [undefined] as (GrownSplit | undefined)[], leaves: [] as GrownLeaf[], values: [0], covers: [0] }
    const active = arena.view("active", "u8")
    const choose = () => activate(active, columns, shape.nodeColumnShare, random)
    choose()
    const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    const root: Node = {
      id: 0,
      from: 0,
      count,
      depth: 0,
      bounds,
      gradient: 0,
      hessian,
      extraL2: 0,
      histogram: free.pop()!,
      split: undefined,
    }
    const parts = histograms.fill(root, root.histogram)
    const ask = question(root) ?? { bounds, minHessian: Number.POSITIVE_INFINITY }
    root.split = splits.finish(root.histogram, parts, 0, ask, undefined)[0]
    Object.assign(root, splits.sums())
    const open: Node[] = []
    let made = 1
    settle(root, tree, open)
    while (open.length > 0) {
      const node = shape.growth === "depth" ? open.pop()! : takeBest(open)
      if (shape.growth === "leaf" && made >= shape.leaves) {
        close(node, tree)
        continue
      }
      const [left, right] = divideNode(node, tree)
      if (left === undefined || right === undefined) continue
      made++
      const isLast = shape.growth === "leaf" && made >= shape.leaves
      if (!isLast) look(node, left, right, open, choose)
      settle(left, tree, open)
      settle(right, tree, open)
    }
    return tree
  }

  /** Splits the rows of a node in two; a split that leaves one side empty makes it a leaf. */
  function divideNode(node: Node, tree: GrownTree): [Node, Node] | [] {
    const split = node.split!
    const { gradientLeft, hessianLeft } = split
    // Where none was missing, missing goes with the heavier side.
    const missingLeft = split.missing === 2 ? 2 * hessianLeft > node.hessian : split.missing === 1
    const count = divide(node, split, missingLeft)
    if (count === 0 || count === node.count) {
      close(node, tree)
      return []
    }
    const extraL2 = split.kind === 2 ? rules.categoryL2 : 0
    const sums = [
      { gradient: gradientLeft, hessian: hessianLeft },
      { gradient: node.gradient - gradientLeft, hessian: Math.max(0, node.hessian - hessianLeft) },
    ]
    const bounds = childBounds(node, directions[split.feature]!, sums, extraL2)
    const id = tree.splits.length
    const child = (side: 0 | 1): Node => ({
      id: id + side,
      from: side === 0 ? node.from : node.from + count,
      count: side === 0 ? count : node.count - count,
      depth: node.depth + 1,
      bounds: bounds[side]!,
      ...sums[side]!,
      extraL2,
      histogram: 0,
      split: undefined,
    })
    const children: [Node, Node] = [child(0), child(1)]
    tree.splits[node.id] = { split, missingLeft, left: id, right: id + 1 }
    tree.splits.push(undefined, undefined)
    return children
  }

  /** Bounds of the two children of a split on a column with that monotone direction: neither may pass the middle between them. */
  function childBounds({ bounds }: Node, direction: number, sums: { gradient: number; hessian: number }[], extraL2: number): Bounds[] {
    if (direction === 0) return [bounds, bounds]
    const [left, right] = sums.map(({ gradient, hessian }) => leafValue(gradient, hessian, rules.l2 + extraL2, rules, bounds))
    const middle = (left! + right!) / 2
    const lower = { low: bounds.low, high: middle }
    const upper = { low: middle, high: bounds.high }
    return direction > 0 ? [lower, upper] : [upper, lower]
  }

  /** Sums the smaller child, takes it off the parent for the larger one, and finds the best split of both. */
  function look(parent: Node, left: Node, right: Node, open: Node[], choose: () => void): void {
    const [small, large] = left.count <= right.count ? [left, right] : [right, left]
    const [ofSmall, ofLarge] = [question(small), question(large)]
    if (ofSmall === undefined && ofLarge === undefined) {
      release(parent)
      return
    }
    small.histogram = take(open, parent)
    const parts = histograms.fill(small, small.histogram)
    if (parent.histogram === 0) {
      // Its histogram was given up: the larger child is summed as well.
      small.split = splits.finish(small.histogram, parts, 0, ofSmall, undefined)[0]
      if (ofLarge === undefined) return
      choose()
      large.histogram = take(open, small)
      large.split = splits.finish(large.histogram, histograms.fill(large, large.histogram), 0, ofLarge, undefined)[0]
      return
    }
    large.histogram = parent.histogram
    parent.histogram = 0
    if (shape.nodeColumnShare === 1) {
      const found = splits.finish(small.histogram, parts, large.histogram, ofSmall, ofLarge)
      small.split = found[0]
      large.split = found[1]
      return
    }
    choose()
    small.split = splits.finish(small.histogram, parts, large.histogram, ofSmall, undefined)[0]
    choose()
    large.split = splits.finish(large.histogram, 0, 0, ofLarge, undefined)[0]
  }

  /** What is asked about a node; `undefined` when it may not be split whatever the answer. */
  function question(node: Node): Question | undefined {
    const share = node.count > 0 ? (rules.minRows * node.hessian) / node.count : 0
    const minHessian = Math.max(rules.minHessian, share)
    const isDeep = shape.maxDepth > 0 && node.depth >= shape.maxDepth
    if (isDeep || node.count < 2 || !(node.hessian > 0) || node.hessian < 2 * minHessian) return undefined
    return { bounds: node.bounds, minHessian }
  }

  /** A free histogram, or that of the open node with the smallest gain. */
  function take(open: readonly Node[], keep: Node): number {
    const histogram = free.pop()
    if (histogram !== undefined) return histogram
    let least: Node | undefined
    for (const node of open) {
      if (node.histogram !== 0 && node !== keep && (least === undefined || node.split!.gain < least.split!.gain)) least = node
    }
    const taken = least!.histogram
    least!.histogram = 0
    return taken
  }

  function release(node: Node): void {
    if (node.histogram !== 0) free.push(node.histogram)
    node.histogram = 0
  }

  /** A node with a split waits for it; one without is a leaf. */
  function settle(node: Node, tree: GrownTree, open: Node[]): void {
    tree.values[node.id] = leafValue(node.gradient, node.hessian, rules.l2 + node.extraL2, rules, node.bounds)
    tree.covers[node.id] = node.hessian
    if (node.split === undefined) close(node, tree)
    else open.push(node)
  }

  function close(node: Node, tree: GrownTree): void {
    release(node)
    const { id, from, count, gradient, hessian } = node
    tree.leaves.push({ node: id, from, count, gradient, hessian, value: tree.values[id]! })
  }

  return { grow }
}

/** Takes the node with the largest gain; of equals the one made first. */
function takeBest(open: Node[]): Node {
  let best = 0
  for (let i = 1; i < open.length; i++) if (open[i]!.split!.gain > open[best]!.split!.gain) best = i
  return open.splice(best, 1)[0]!
}

/** Marks the columns that the next node looks at. */
function activate(active: Uint8Array, columns: ArrayLike<number>, share: number, random: Random): void {
  active.fill(0)
  if (share === 1) {
    for (let i = 0; i < columns.length; i++) active[columns[i]!] = 1
    return
  }
  const drawn = random.shuffle(Array.from(columns)).slice(0, Math.max(1, Math.round(share * columns.length)))
  for (const col of drawn) active[col] = 1
}
