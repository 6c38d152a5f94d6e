import type { Arena } from "../../core/index.ts"
import { type Ensemble, treeOf } from "./ensemble.ts"

/** Levels of a tree that the kernel decides for four rows at a time. */
const TOP = 3
/** Bytes of a tree's table and of a node. */
const TREE = 128
const NODE = 16
/** Rows a tile of the kernel. */
export const TILE = 64

/** Addresses of an ensemble laid out as `kernels/forest.ts` reads it, and the number of columns its rows are staged in. */
export interface Packed {
  readonly trees: number
  readonly plan: number
  readonly planned: number
}

/** Bytes that {@link pack} lays out for an ensemble, at most. */
export function packedBytes(of: Ensemble): number {
  const trees = of.roots.length - 1
  return trees * (TREE + 8 * NODE) + of.nodes.feature.length * (NODE + 8) + (of.sets.words.length + of.sets.starts.length) * 4
}

/** Lays out an ensemble in a job's memory. */
export function pack(of: Ensemble, arena: Arena): Packed {
  const trees = of.roots.length - 1
  const { nodes } = of
  const addresses = {
    trees: arena.add("trees", "u32", Math.max(1, (trees * TREE) / 4)),
    nodes: arena.add("nodes", "u32", ((nodes.feature.length + trees * 8) * NODE) / 4),
    values: arena.put("values", "f64", nodes.value),
    sets: arena.add("sets", "u32", of.sets.words.length + of.sets.starts.length),
  }
  const plan = stagedColumns(of)
  const setAddresses = putSets(of, arena.view("sets", "u32"), addresses.sets)
  const words = arena.view("nodes", "u32")
  const table = arena.view("trees", "u32")
  const thresholds = new Float32Array(words.buffer, words.byteOffset, words.length)
  const topThresholds = new Float32Array(table.buffer, table.byteOffset, table.length)
  let end = 0

  for (let t = 0; t < trees; t++) {
    const tree = treeOf(of, t)
    const root = of.roots[t]!
    const at = (t * TREE) / 4
    const mixed = tree.set.some((set) => set >= 0)
    const queue: { node: number; place: number; depth: number }[] = []
    const enter = (node: number, depth: number) => {
      const place = end++
      queue.push({ node, place, depth })
      return addresses.nodes + place * NODE
    }
    for (let i = 0; i < 2 ** TOP - 1; i++) topThresholds[at + 2 * i + 1] = Number.POSITIVE_INFINITY
    const climb = (node: number, place: number, depth: number, first: number) => {
      if (mixed || depth === TOP || tree.feature[node]! < 0) {
        table[at + 16 + first] = enter(node, depth)
        return
      }
      table[at + 2 * place] = plan.offset(root + node)
      topThresholds[at + 2 * place + 1] = tree.threshold[node]!
      climb(tree.left[node]!, 2 * place + 1, depth + 1, first)
      climb(tree.right[node]!, 2 * place + 2, depth + 1, first + 2 ** (TOP - 1 - depth))
    }
    climb(0, 0, 0, 0)
    let deepest = 0
    for (let head = 0; head < queue.length; head++) {
      const { node, place, depth } = queue[head]!
      const i = root + node
      const word = (place * NODE) / 4
      words[word + 3] = addresses.values + i * 8
      if (tree.feature[node]! < 0) {
        thresholds[word + 1] = Number.POSITIVE_INFINITY
        words[word + 2] = addresses.nodes + place * NODE
        continue
      }
      words[word] = plan.offset(i)
      if (tree.set[node]! < 0) thresholds[word + 1] = tree.threshold[node]!
      else {
        words[word] = words[word]! + 1 + 2 * tree.defaultLeft[node]!
        words[word + 1] = setAddresses[tree.set[node]!]!
      }
      deepest = Math.max(deepest, depth + 1)
      words[word + 2] = enter(tree.left[node]!, depth + 1)
      enter(tree.right[node]!, depth + 1)
    }
    const most = Math.max(0, deepest - TOP)
    // Looking whether all have arrived costs as much as a step: not worth it in the last one.
    const sure = Math.ceil(meanDepth(of, t)) - TOP
    table[at + 24] = sure >= most - 1 ? most : Math.max(0, sure)
    table[at + 25] = most
    table[at + 26] = of.output[t]! * TILE * 8
    table[at + 27] = mixed ? 1 : 0
  }
  return { trees: addresses.trees, plan: arena.put("plan", "u32", plan.pairs()), planned: plan.pairs().length / 2 }
}

/** Depth at which training rows ended on average; plain mean over leaves when covers are unknown. */
function meanDepth(of: Ensemble, t: number): number {
  const { feature, left, right, cover } = treeOf(of, t)
  const depths = new Int32Array(feature.length)
  let [sum, weight] = [0, 0]
  for (let node = 0; node < feature.length; node++) {
    if (feature[node]! >= 0) {
      depths[left[node]!] = depths[node]! + 1
      depths[right[node]!] = depths[node]! + 1
      continue
    }
    const share = cover[0]! > 0 ? cover[node]! : 1
    sum += share * depths[node]!
    weight += share
  }
  return weight > 0 ? sum / weight : 0
}

/** Which columns rows are staged in: one for each pair of input column and what becomes of its missing values. */
function stagedColumns(of: Ensemble) {
  const { feature, set, defaultLeft } = of.nodes
  const places = new Map<number, number>()
  const key = (i: number) => {
    const goesRight = set[i]! < 0 && defaultLeft[i] === 0 ? 1 : 0
    return feature[i]! * 4 + goesRight + 2 * (of.zeroIsMissing?.[feature[i]!] ?? 0)
  }
  for (let i = 0; i < feature.length; i++) if (feature[i]! >= 0 && !places.has(key(i))) places.set(key(i), 0)
  const keys = [...places.keys()].sort((a, b) => a - b)
  for (const [place, known] of keys.entries()) places.set(known, place)
  return {
    offset: (i: number) => places.get(key(i))! * 32,
    // Trees that never split still look at some column.
    pairs: () => (keys.length === 0 ? [0, 0] : keys.flatMap((known) => [known >> 2, known & 3])),
  }
}

/** Writes each set as its count of words and its words; gives their addresses. */
function putSets(of: Ensemble, view: Uint32Array, address: number): number[] {
  const { starts, words } = of.sets
  const addresses: number[] = []
  let end = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    addresses.push(address + end * 4)
    const set = words.subarray(starts[s], starts[s + 1])
    view[end] = set.length
    view.set(set, end + 1)
    end += set.length + 1
  }
  return addresses
}
