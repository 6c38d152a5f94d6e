import { type Matrix, matrix, random } from "../../src/core/index.ts"
import { type Ensemble, type EnsembleHead, emptyNodes, ensemble, type Tree } from "../../src/models/trees/ensemble.ts"

/** What the trees of {@link randomEnsemble} look like. */
export interface RandomTrees {
  readonly trees: number
  readonly columns: number
  readonly outputs?: number
  readonly depth: number
  /** Chance that a node above the deepest level splits: 1 = full trees. */
  readonly split?: number
  /** Share of splits that are categorical. */
  readonly categorical?: number
  readonly head?: Partial<EnsembleHead>
}

/** Trees for tests: random splits with covers that add up. */
export function randomEnsemble(seed: number, shape: RandomTrees): Ensemble {
  const draw = random(seed)
  const { trees, columns, outputs = 1, depth, split = 0.8, categorical = 0 } = shape
  const grow = (output: number): Tree => {
    const nodes = emptyNodes(2 ** (depth + 1))
    const words: number[] = []
    let end = 1
    nodes.cover[0] = 1000
    for (let node = 0, levels = [0]; node < end; node++) {
      nodes.value[node] = draw.normal()
      if (levels[node]! >= depth || draw.next() >= split) continue
      nodes.feature[node] = draw.integer(columns)
      nodes.defaultLeft[node] = draw.integer(2)
      nodes.gain[node] = draw.next()
      if (draw.next() < categorical) {
        nodes.set[node] = words.length
        words.push(Math.floor(draw.next() * 2 ** 32))
      } else nodes.threshold[node] = draw.normal()
      nodes.left[node] = end
      nodes.right[node] = end + 1
      nodes.cover[end] = nodes.cover[node]! * (0.1 + 0.8 * draw.next())
      nodes.cover[end + 1] = nodes.cover[node]! - nodes.cover[end]!
      levels = [...levels, levels[node]! + 1, levels[node]! + 1]
      end += 2
    }
    const used = Object.fromEntries(Object.entries(nodes).map(([name, values]) => [name, values.slice(0, end)]))
    const sets = { starts: Uint32Array.from({ length: words.length + 1 }, (_, s) => s), words: Uint32Array.from(words) }
    return { nodes: used as unknown as Tree["nodes"], output, sets }
  }
  const head: EnsembleHead = {
    columns: Array.from({ length: columns }, (_, col) => `x${col}`),
    outputs,
    base: Float64Array.from({ length: outputs }, () => draw.normal()),
    link: "identity",
    objective: "test",
    ...shape.head,
  }
  return ensemble(
    head,
    Array.from({ length: trees }, (_, t) => grow(t % outputs)),
  )
}

/** Rows with missing, infinite, zero, negative and fractional values; whole numbers up to 40 in every other column. */
export function randomRows(seed: number, rows: number, cols: number): Matrix {
  const draw = random(seed)
  const made = matrix(rows, cols)
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-36, 3e38]
  for (let i = 0; i < made.data.length; i++) {
    made.data[i] =
      draw.next() < 0.15 ? odd[draw.integer(odd.length)]! : i % 2 === 0 ? draw.normal() : draw.integer(40) + draw.next() / 2 - 1
  }
  return made
}

/** Raw scores by the definition: one row, one tree, one node at a time. */
export function walked(of: Ensemble, rows: Matrix): Float64Array {
  const out = new Float64Array(rows.rows * of.outputs)
  const count = (o: number) => (of.average ? Math.max(1, of.output.filter((other) => other === o).length) : 1)
  for (let i = 0; i < rows.rows; i++) {
    const sums = of.average ? new Float64Array(of.outputs) : of.base.slice()
    for (let t = 0; t < of.output.length; t++) sums[of.output[t]!]! += of.nodes.value[leaf(of, t, rows.data.subarray(i * rows.cols))]!
    for (let o = 0; o < of.outputs; o++) out[i * of.outputs + o] = of.average ? of.base[o]! + sums[o]! / count(o) : sums[o]!
  }
  return out
}

function leaf(of: Ensemble, t: number, row: Float32Array): number {
  const { feature, threshold, left, right, defaultLeft, set } = of.nodes
  const root = of.roots[t]!
  let i = root
  while (feature[i]! >= 0) {
    const value = row[feature[i]!]!
    const x = of.zeroIsMissing?.[feature[i]!] === 1 && Math.abs(value) <= Math.fround(1e-35) ? Number.NaN : value
    const words = of.sets.words.subarray(of.sets.starts[set[i]!], of.sets.starts[set[i]! + 1])
    const category = Math.trunc(x)
    const isIn = category >= 0 && category < words.length * 32 && ((words[category >> 5]! >> (category & 31)) & 1) === 1
    const isLeft = Number.isNaN(x) ? defaultLeft[i] === 1 : set[i]! >= 0 ? isIn : x <= threshold[i]!
    i = root + (isLeft ? left[i]! : right[i]!)
  }
  return i
}
