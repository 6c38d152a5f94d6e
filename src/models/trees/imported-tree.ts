import { Corrupt } from "../../core/index.ts"
import { emptyNodes, type Tree } from "./ensemble.ts"

/** A node as an importer found it; ids are those of the file. */
export interface ImportedNode {
  readonly value: number
  readonly cover: number
  readonly split?: ImportedSplit
}

export interface ImportedSplit {
  readonly feature: number
  /** Rows with `x <= threshold` go left; any number, also one that f32 does not have. */
  readonly threshold?: number
  /** Or: rows whose category has its bit set go left. */
  readonly categories?: Uint32Array
  readonly defaultLeft: boolean
  readonly left: number
  readonly right: number
  readonly gain: number
}

/**
 * The tree below `root`, numbered anew so that children follow their parents; what cannot be reached is left out.
 * @throws {@link Corrupt} when two paths reach a node
 */
export function importedTree(where: string, output: number, root: number, nodeAt: (id: number) => ImportedNode): Tree {
  const ids = [root]
  const seen = new Set(ids)
  const found: ImportedNode[] = []
  for (let place = 0; place < ids.length; place++) {
    const node = nodeAt(ids[place]!)
    found.push(node)
    for (const child of node.split === undefined ? [] : [node.split.left, node.split.right]) {
      if (seen.has(child)) throw new Corrupt(where, "one path to a node", `two to node ${child}`, "Save the model again.")
      seen.add(child)
      ids.push(child)
    }
  }
  const nodes = emptyNodes(found.length)
  const sets: Uint32Array[] = []
  let next = 1
  for (const [i, { value, cover, split }] of found.entries()) {
    nodes.value[i] = value
    nodes.cover[i] = cover
    if (split === undefined) continue
    nodes.feature[i] = split.feature
    nodes.defaultLeft[i] = split.defaultLeft ? 1 : 0
    nodes.gain[i] = split.gain
    nodes.left[i] = next++
    nodes.right[i] = next++
    if (split.categories === undefined) nodes.threshold[i] = floatAtMost(split.threshold!)
    else nodes.set[i] = sets.push(split.categories) - 1
  }
  const starts = new Uint32Array(sets.length + 1)
  for (const [s, words] of sets.entries()) starts[s + 1] = starts[s]! + words.length
  const words = new Uint32Array(starts[sets.length]!)
  for (const [s, set] of sets.entries()) words.set(set, starts[s]!)
  return { nodes, output, sets: { starts, words } }
}

const bits = new Int32Array(1)
const float = new Float32Array(bits.buffer)
const LARGEST = 3.4028234663852886e38

/** The largest f32 not above `x`, within the finite ones: for f32 rows, `row <= x` and `row <= floatAtMost(x)` say the same. */
export function floatAtMost(x: number): number {
  if (x >= LARGEST) return LARGEST
  if (x < -LARGEST) return -LARGEST
  const near = Math.fround(x)
  return near > x ? floatBelow(near) : near
}

/** The next f32 below: for f32 rows, `row < x` and `row <= floatBelow(x)` say the same. */
export function floatBelow(x: number): number {
  if (x === 0) return -1.401298464324817e-45
  float[0] = x
  bits[0]! += x > 0 ? -1 : 1
  return float[0]!
}

/** Sets of categories as words of 32 bits. */
export function categoryWords(categories: readonly number[]): Uint32Array {
  const words = new Uint32Array(Math.floor(Math.max(0, ...categories) / 32) + 1)
  for (const category of categories) words[category >> 5]! |= 1 << (category & 31)
  return words
}
