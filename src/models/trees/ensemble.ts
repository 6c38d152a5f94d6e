import { type BundleReader, type BundleWriter, InvalidArgument } from "../../core/index.ts"
import { checkNodes } from "./ensemble-check.ts"

/** How raw scores become predictions: `softmax` over the outputs of a row, the others number by number. */
export const links = ["identity", "logistic", "softmax", "exp"] as const
export type Link = (typeof links)[number]

/**
 * Nodes as struct of arrays, each of the same length. A tree's root is its first node; `left` and `right` count from that root, and a child
 * comes after its parent.
 *
 * A numeric split sends a row left when `x <= threshold`, both f32. A categorical split (`set >= 0`) sends it left when `trunc(x)` is in the
 * set of that index. NaN goes left when `defaultLeft` is 1, whichever the kind of split.
 */
export interface TreeNodes {
  /** The column a split looks at; -1 = leaf. */
  readonly feature: Int32Array
  /** Finite; 0 in leaves and categorical splits. */
  readonly threshold: Float32Array
  /** Children, counted from the tree's root; 0 in leaves. */
  readonly left: Int32Array
  readonly right: Int32Array
  readonly defaultLeft: Uint8Array
  /** Which set of categories goes left; -1 = a numeric split or a leaf. */
  readonly set: Int32Array
  /** What a leaf adds to the raw score, shrinkage included. In a split: what it would add were it a leaf, or 0 when unknown. */
  readonly value: Float64Array
  /** How much the objective gained by the split; 0 in leaves. */
  readonly gain: Float64Array
  /** Sum of hessians, or weighted count, of the training rows that reached the node; contributions weigh branches by it. */
  readonly cover: Float64Array
}

/** Sets of small whole numbers: set `s` is the words `words[starts[s] .. starts[s + 1])`, category `c` the bit `c & 31` of word `c >> 5`. */
export interface CategorySets {
  /** Shape `[sets + 1]`. */
  readonly starts: Uint32Array
  readonly words: Uint32Array
}

/**
 * A fitted ensemble of trees: plain data, what training emits and importers make, and scoring, explanations and exports read.
 *
 * Raw score of output `o`: `base[o]` plus the sum (`average`: the mean) of the leaves that the trees with `output[t] = o` send the row to.
 */
export interface Ensemble {
  /** Names of the `d` input columns. */
  readonly columns: readonly string[]
  /** Numbers a row is given. */
  readonly outputs: number
  /** Score before any tree, shape `[outputs]`. */
  readonly base: Float64Array
  readonly link: Link
  /** `logistic` means `1 / (1 + exp(-slope * raw))`; 1 unless an imported model says otherwise. */
  readonly slope: number
  /** Forests: the mean of an output's trees instead of their sum. */
  readonly average: boolean
  /** What it was trained on, such as `logistic` or `lambdaMart`; for people to read. */
  readonly objective: string
  /** Columns in which 0 means missing as NaN does, shape `[d]` of 0 and 1; absent = none. */
  readonly zeroIsMissing?: Uint8Array
  /** Where tree `t` lies: nodes `roots[t] .. roots[t + 1])`; shape `[trees + 1]`. */
  readonly roots: Uint32Array
  /** The output that tree `t` adds to, shape `[trees]`. */
  readonly output: Int32Array
  readonly nodes: TreeNodes
  readonly sets: CategorySets
}

/** What an ensemble is besides its trees; see {@link Ensemble}. */
export type EnsembleHead = Pick<Ensemble, "columns" | "outputs" | "base" | "link" | "objective" | "zeroIsMissing"> &
  Partial<Pick<Ensemble, "slope" | "average">>

/** One tree by itself: its sets are counted from its own first. */
export interface Tree {
  readonly nodes: TreeNodes
  readonly output: number
  readonly sets?: CategorySets
}

/**
 * The ensemble of these trees, in order, checked.
 * @throws {@link InvalidArgument} naming tree and node: lengths that differ, a feature, child, set or output out of range, a number that is
 * not finite, a child before its parent, a node that no path or more than one reaches
 */
export function ensemble(head: EnsembleHead, trees: readonly Tree[]): Ensemble {
  const roots = new Uint32Array(trees.length + 1)
  for (const [t, tree] of trees.entries()) roots[t + 1] = roots[t]! + tree.nodes.feature.length
  const nodes = emptyNodes(roots[trees.length]!)
  const setStarts = [0]
  const words: Uint32Array[] = []
  for (const [t, tree] of trees.entries()) {
    const firstSet = setStarts.length - 1
    for (const name of nodeArrays) nodes[name].set(tree.nodes[name], roots[t]!)
    for (let i = roots[t]!; i < roots[t + 1]!; i++) if (nodes.set[i]! >= 0) nodes.set[i]! += firstSet
    const sets = tree.sets ?? noSets
    for (let s = 0; s + 1 < sets.starts.length; s++) {
      words.push(sets.words.subarray(sets.starts[s], sets.starts[s + 1]))
      setStarts.push(setStarts.at(-1)! + words.at(-1)!.length)
    }
  }
  const sets = { starts: Uint32Array.from(setStarts), words: new Uint32Array(setStarts.at(-1)!) }
  for (const [s, set] of words.entries()) sets.words.set(set, setStarts[s]!)
  return checkEnsemble({ slope: 1, average: false, ...head, roots, output: Int32Array.from(trees, (tree) => tree.output), nodes, sets })
}

/** Tree `t` as views of the ensemble's arrays; its sets stay counted from the ensemble's first. */
export function treeOf(of: Ensemble, t: number): TreeNodes {
  return takeNodes((name) => of.nodes[name].subarray(of.roots[t], of.roots[t + 1]) as never)
}

/** The first `count` trees, sharing memory with the whole: what early stopping keeps. */
export function firstTrees(of: Ensemble, count: number): Ensemble {
  const nodes = takeNodes((name) => of.nodes[name].subarray(0, of.roots[count]) as never)
  return { ...of, roots: of.roots.subarray(0, count + 1), output: of.output.subarray(0, count), nodes }
}

/** Arrays of `count` leaves of value 0, to be filled in. */
export function emptyNodes(count: number): TreeNodes {
  return {
    feature: new Int32Array(count).fill(-1),
    threshold: new Float32Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    defaultLeft: new Uint8Array(count),
    set: new Int32Array(count).fill(-1),
    value: new Float64Array(count),
    gain: new Float64Array(count),
    cover: new Float64Array(count),
  }
}

/** Writes a JSON header and the arrays; {@link loadEnsemble} gives the same back, bit for bit. */
export function saveEnsemble(of: Ensemble, bundle: BundleWriter): void {
  const { columns, outputs, link, slope, average, objective } = of
  bundle.json("ensemble", { format: 1, columns, outputs, link, slope, average, objective })
  bundle.array("base", of.base)
  if (of.zeroIsMissing !== undefined) bundle.array("zeroIsMissing", of.zeroIsMissing)
  bundle.array("roots", of.roots)
  bundle.array("output", of.output)
  for (const name of nodeArrays) bundle.array(name, of.nodes[name])
  bundle.array("setStarts", of.sets.starts)
  bundle.array("setWords", of.sets.words)
}

/** Restores what {@link saveEnsemble} wrote, checked. */
export function loadEnsemble(bundle: BundleReader): Ensemble {
  const head = bundle.json("ensemble") as Omit<EnsembleHead, "base"> & Pick<Ensemble, "slope" | "average"> & { readonly format: number }
  const { format, ...rest } = head
  if (format !== 1) throw new InvalidArgument("loadEnsemble", "format 1", String(format), "Read it with the version that wrote it.")
  return checkEnsemble({
    ...rest,
    base: bundle.array("base") as Float64Array,
    ...(bundle.has("zeroIsMissing") ? { zeroIsMissing: bundle.array("zeroIsMissing") as Uint8Array } : {}),
    roots: bundle.array("roots") as Uint32Array,
    output: bundle.array("output") as Int32Array,
    nodes: takeNodes((name) => bundle.array(name) as never),
    sets: { starts: bundle.array("setStarts") as Uint32Array, words: bundle.array("setWords") as Uint32Array },
  })
}

const nodeArrays = ["feature", "threshold", "left", "right", "defaultLeft", "set", "value", "gain", "cover"] as const
const noSets: CategorySets = { starts: new Uint32Array(1), words: new Uint32Array(0) }

function takeNodes(array: <Name extends keyof TreeNodes>(name: Name) => TreeNodes[Name]): TreeNodes {
  return {
    feature: array("feature"),
    threshold: array("threshold"),
    left: array("left"),
    right: array("right"),
    defaultLeft: array("defaultLeft"),
    set: array("set"),
    value: array("value"),
    gain: array("gain"),
    cover: array("cover"),
  }
}

/** The ensemble itself when it holds together. */
function checkEnsemble(of: Ensemble): Ensemble {
  const expect = (holds: boolean, expected: string, came: string) => {
    if (!holds) throw new InvalidArgument("ensemble", expected, came, "Check what built it.")
  }
  const { columns, outputs, base, link, slope, roots, output, zeroIsMissing } = of
  expect(Number.isInteger(outputs) && outputs >= 1, "1 output or more", String(outputs))
  expect(base.length === outputs && base.every(Number.isFinite), `${outputs} finite base scores`, `[${base.join(", ")}]`)
  expect(links.includes(link), `a link among ${links.join(", ")}`, JSON.stringify(link))
  expect(Number.isFinite(slope) && slope > 0, "a slope above 0", String(slope))
  const flags = zeroIsMissing?.length ?? columns.length
  expect(flags === columns.length, `${columns.length} zeroIsMissing flags`, String(flags))
  expect(output.length === roots.length - 1, `${roots.length - 1} tree outputs`, String(output.length))
  const bad = output.findIndex((o) => !(o >= 0 && o < outputs))
  expect(bad < 0, `tree outputs from 0 to ${outputs - 1}`, `${output[bad]} in tree ${bad}`)
  checkNodes(of, expect)
  return of
}
