import { Corrupt, InvalidArgument } from "../../core/index.ts"
import { type Ensemble, ensemble, type Link, type Tree } from "./ensemble.ts"
import { type ImportedNode, importedTree } from "./imported-tree.ts"
import { type LightgbmBlock, lightgbmBlocks } from "./lightgbm-text.ts"

const WHERE = "importLightgbm"

/** LightGBM's objectives and their links. */
const linksByObjective: Record<string, Link> = {
  ...family("identity", [
    "regression",
    "regression_l2",
    "regression_l1",
    "huber",
    "fair",
    "quantile",
    "mape",
    "lambdarank",
    "rank_xendcg",
    "custom",
  ]),
  ...family("logistic", ["binary", "multiclassova", "cross_entropy"]),
  ...family("softmax", ["multiclass"]),
  ...family("exp", ["poisson", "gamma", "tweedie"]),
}

function family(link: Link, names: readonly string[]): Record<string, Link> {
  return Object.fromEntries(names.map((name) => [name, link]))
}

/** Bits of a split's `decision_type`, and its kinds of missing value. */
const CATEGORICAL = 1
const DEFAULT_LEFT = 2
const MISSING = { none: 0, zero: 1 }

/**
 * A model that LightGBM saved (`save_model`, `model_to_string`), version 3 or 4: numeric and categorical splits, any treatment of missing values,
 * several classes, dart, random forests. Thresholds become the largest finite f32 not above them, which decides every finite f32 alike.
 * @throws {@link Corrupt} naming the tree and field when the text is damaged; {@link InvalidArgument} on linear trees or an objective whose
 * prediction is none of our links
 */
export function importLightgbm(text: string): Ensemble {
  const [head, ...blocks] = lightgbmBlocks(WHERE, text)
  const [objective = "custom", ...settings] = (head!.fields.get("objective") ?? "custom").split(" ")
  const link = linksByObjective[objective]
  const isRoot = settings.includes("sqrt")
  if (link === undefined || isRoot) {
    const expected = `an objective among ${Object.keys(linksByObjective).join(", ")}`
    throw new InvalidArgument(WHERE, expected, isRoot ? `${objective} sqrt` : objective, "Import models of these objectives.")
  }
  const slope = Number(settings.find((setting) => setting.startsWith("sigmoid:"))?.slice("sigmoid:".length) ?? 1)
  const columnCount = head!.count("max_feature_idx") + 1
  const columns = head!.fields.has("feature_names") ? head!.texts("feature_names") : []
  if (columns.length !== columnCount) {
    throw new Corrupt(WHERE, `${columnCount} feature_names`, `${columns.length}`, "Save the model again.")
  }
  const outputs = Math.max(1, head!.count("num_tree_per_iteration"))
  const zeroIsMissing = new Uint8Array(columnCount)
  const trees = blocks.map((block, t) => oneTree(block, t % outputs, columnCount, zeroIsMissing))
  return ensemble(
    {
      columns,
      outputs,
      base: new Float64Array(outputs),
      link,
      slope: link === "logistic" ? slope : 1,
      average: head!.fields.has("average_output"),
      objective,
      ...(zeroIsMissing.includes(1) ? { zeroIsMissing } : {}),
    },
    trees,
  )
}

function oneTree(block: LightgbmBlock, output: number, columns: number, zeroIsMissing: Uint8Array): Tree {
  const leaves = block.count("num_leaves")
  const values = block.numbers("leaf_value", leaves)
  if (block.fields.get("is_linear") === "1") {
    throw new InvalidArgument(block.where, "leaves that are numbers", "a linear tree", "Train with linear_tree=false.")
  }
  const splits = Math.max(0, leaves - 1)
  const perSplit = (name: string) => (splits === 0 ? new Float64Array(0) : block.numbers(name, splits))
  const optional = (name: string, count: number) => (block.fields.has(name) ? block.numbers(name, count) : new Float64Array(count))
  const feature = perSplit("split_feature")
  const threshold = perSplit("threshold")
  const decision = perSplit("decision_type")
  const left = perSplit("left_child")
  const right = perSplit("right_child")
  const gain = optional("split_gain", splits)
  const innerValue = optional("internal_value", splits)
  const innerCount = optional("internal_count", splits)
  const leafCount = optional("leaf_count", leaves)
  const isCategorical = (id: number) => (decision[id]! & CATEGORICAL) !== 0
  const boundaries = decision.some((bits) => (bits & CATEGORICAL) !== 0) ? block.numbers("cat_boundaries") : new Float64Array(1)
  const words = Uint32Array.from(boundaries.length > 1 ? block.numbers("cat_threshold", boundaries.at(-1)) : [])

  function nodeAt(id: number): ImportedNode {
    // Leaves are numbered -1, -2 ...
    if (id < 0) return { value: values[-id - 1]!, cover: leafCount[-id - 1]! }
    const column = feature[id]!
    if (!(column >= 0 && column < columns))
      throw new Corrupt(block.where, `split_feature below ${columns}`, `${column}`, "Save the model again.")
    for (const child of [left[id]!, right[id]!]) {
      if (!(child >= -leaves && child < splits))
        throw new Corrupt(block.where, `children from ${-leaves} to ${splits - 1}`, `${child}`, "Save the model again.")
    }
    const missing = (decision[id]! >> 2) & 3
    const split = { feature: column, left: left[id]!, right: right[id]!, gain: gain[id]! }
    const about = { value: innerValue[id]!, cover: innerCount[id]! }
    if (isCategorical(id)) {
      const set = threshold[id]!
      if (!(set >= 0 && set + 1 < boundaries.length))
        throw new Corrupt(block.where, `sets below ${boundaries.length - 1}`, `${set}`, "Save the model again.")
      const categories = words.slice(boundaries[set]!, boundaries[set + 1]!)
      return { ...about, split: { ...split, categories, defaultLeft: false } }
    }
    if (missing === MISSING.zero) zeroIsMissing[column] = 1
    // Without missing values in training NaN is taken for 0.
    const defaultLeft = missing === MISSING.none ? threshold[id]! >= 0 : (decision[id]! & DEFAULT_LEFT) !== 0
    return { ...about, split: { ...split, threshold: threshold[id]!, defaultLeft } }
  }
  return importedTree(block.where, output, leaves > 1 ? 0 : -1, nodeAt)
}
