import { breathe, type FitOptions, type Matrix, type Random, random } from "../../core/index.ts"
import type { BuildOptions } from "./base-index.ts"
import { openVectors } from "./kernel.ts"
import { ranges, sharedRows } from "./pool.ts"
import { VectorTable } from "./vector-table.ts"

/** Trees laid out as `kernels/parts/vectors/forest.ts` says, with places counted over all of them. */
export interface Trees {
  /** 4 numbers a node; the last one is the bits of an f32. */
  readonly nodes: Int32Array
  /** Shape `[planes, width]`. */
  readonly planes: Float32Array
  /** Slots of every leaf, tree after tree. */
  readonly members: Uint32Array
  readonly roots: Uint32Array
}

/** What {@link growTrees} grows. */
export interface GrowConfig {
  readonly trees: number
  readonly leaf: number
  readonly byAxis: boolean
}

/** Grows trees, one seed a tree: a tree does not depend on the others, so threads may share them out. */
export async function growTrees(rows: Matrix, config: GrowConfig, { pool, ...options }: BuildOptions): Promise<Trees> {
  if (pool === undefined) return joined(await growSome(rows, config, options, 0, config.trees), rows.rows)
  const { seed, signal } = options
  const shared = sharedRows(rows)
  const grown = await Promise.all(
    ranges(config.trees, pool.size).map(([from, to]) =>
      pool.run("grow", { rows: shared, config, seed, from, to }, signal ? { signal } : {}),
    ),
  )
  return joined(grown.flat(), rows.rows)
}

/** Trees [from, to), in a memory of its own. */
export async function growSome(rows: Matrix, config: GrowConfig, options: FitOptions, from: number, to: number): Promise<Trees[]> {
  const grown: Trees[] = []
  const grow = await grower(rows, config)
  const draw = random(options.seed)
  for (let tree = from; tree < to; tree++) {
    await breathe(options.signal, "forest")
    grown.push(grow(draw.split(tree)))
    options.onProgress?.((tree + 1 - from) / (to - from))
  }
  return grown
}

async function grower(rows: Matrix, { leaf, byAxis }: GrowConfig): Promise<(draw: Random) => Trees> {
  const n = rows.rows
  const table = new VectorTable(await openVectors(), { metric: "euclidean", dimension: rows.cols, capacity: n, hides: false })
  table.fill(rows, undefined)
  const { arena } = table.job
  // A split leaves at least an eighth on each side.
  const mostLeaves = Math.ceil(n / Math.max(1, (leaf + 1) >> 3)) + 1
  const at = {
    nodes: arena.add("nodes", "i32", 2 * mostLeaves * 4),
    planes: arena.add("planes", "f32", (byAxis ? 0 : mostLeaves) * table.width),
    members: arena.add("members", "u32", n),
    margins: arena.add("margins", "f32", n),
    stack: arena.add("stack", "i32", 2 * mostLeaves * 3),
    means: arena.add("means", "f32", 2 * table.width),
    made: arena.add("made", "i32", 1),
  }
  table.run.bindForest(at.nodes, at.planes, at.members, 0, 0, 0, 0)
  return (draw) => {
    const members = arena.view("members", "u32")
    for (let slot = 0; slot < n; slot++) members[slot] = slot
    const made = table.run.growTree(n, leaf, byAxis ? 1 : 0, draw.integer(2 ** 32), at.stack, at.margins, at.means, at.made)
    return {
      nodes: arena.view("nodes", "i32").slice(0, made * 4),
      planes: arena.view("planes", "f32").slice(0, arena.view("made", "i32")[0]! * table.width),
      members: members.slice(),
      roots: Uint32Array.of(0),
    }
  }
}

function joined(trees: readonly Trees[], rows: number): Trees {
  const total = (name: keyof Trees) => trees.reduce((sum, tree) => sum + tree[name].length, 0)
  const all = {
    nodes: new Int32Array(total("nodes")),
    planes: new Float32Array(total("planes")),
    members: new Uint32Array(total("members")),
    roots: new Uint32Array(trees.length),
  }
  let [nodes, planes, madePlanes] = [0, 0, 0]
  trees.forEach((tree, place) => {
    all.roots[place] = nodes / 4
    all.planes.set(tree.planes, planes)
    all.members.set(tree.members, place * rows)
    let inner = 0
    for (let at = 0; at < tree.nodes.length; at += 4) {
      const [left, right, plane, threshold] = tree.nodes.subarray(at, at + 4) as unknown as [number, number, number, number]
      const isLeaf = left < 0
      const shift = isLeaf ? place * rows : nodes / 4
      all.nodes[nodes + at] = isLeaf ? left - shift : left + shift
      all.nodes[nodes + at + 1] = right + shift
      all.nodes[nodes + at + 2] = isLeaf || plane < 0 ? plane : plane + madePlanes
      all.nodes[nodes + at + 3] = threshold
      if (!isLeaf && plane >= 0) inner++
    }
    nodes += tree.nodes.length
    planes += tree.planes.length
    madePlanes += inner
  })
  return all
}
