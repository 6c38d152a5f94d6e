import { InvalidArgument } from "../../core/index.ts"
import { type Ensemble, emptyNodes, treeOf } from "./ensemble.ts"

const WHERE = "exportLightgbm"

/** Bits of a split's `decision_type`: categorical, default left, kind of missing value. */
const DECISION = { categorical: 1, defaultLeft: 2, zeroMissing: 4, nanMissing: 8 }

/**
 * The ensemble as LightGBM's text format, version 4, which LightGBM reads with `Booster(model_file=...)` and predicts alike.
 *
 * LightGBM has no base score: it goes into the leaves of an output's first tree (of all its trees, when they are averaged). Trees are put in
 * LightGBM's order, one for each output in turn.
 * @throws {@link InvalidArgument} on what the format cannot say: a categorical split whose missing values go left;
 * averaged trees when outputs have different numbers of them; column names with blanks
 */
export function exportLightgbm(of: Ensemble): string {
  const { columns, outputs, average } = of
  const blank = columns.find((name) => /\s|^$/.test(name))
  if (blank !== undefined) throw new InvalidArgument(WHERE, "column names without blanks", JSON.stringify(blank), "Rename the column.")
  const rounds = treesByOutput(of)
  const trees = rounds.flatMap((round, r) => round.map((t, o) => treeText(of, t, average || r === 0 ? of.base[o]! : 0, r * outputs + o)))
  const head = [
    "tree",
    "version=v4",
    `num_class=${outputs}`,
    `num_tree_per_iteration=${outputs}`,
    "label_index=0",
    `max_feature_idx=${columns.length - 1}`,
    ...objectiveLine(of),
    ...(average ? ["average_output"] : []),
    `feature_names=${columns.join(" ")}`,
    `feature_infos=${featureInfos(of).join(" ")}`,
    `tree_sizes=${trees.map((text) => new TextEncoder().encode(text).length).join(" ")}`,
    "",
    "",
  ]
  return `${head.join("\n")}${trees.join("")}end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n`
}

function objectiveLine({ link, outputs, slope }: Ensemble): string[] {
  if (link === "softmax") return [`objective=multiclass num_class:${outputs}`]
  if (link === "logistic")
    return [outputs === 1 ? `objective=binary sigmoid:${slope}` : `objective=multiclassova num_class:${outputs} sigmoid:${slope}`]
  if (outputs > 1 && link === "exp")
    throw new InvalidArgument(WHERE, "one output of the link exp", `${outputs}`, "Export one output at a time.")
  if (link === "exp") return ["objective=poisson"]
  return outputs === 1 ? ["objective=regression"] : []
}

/** Rounds of one tree an output; -1 where an output has no tree left. */
function treesByOutput(of: Ensemble): number[][] {
  const lists = Array.from({ length: of.outputs }, (_, o) => [...of.output.keys()].filter((t) => of.output[t] === o))
  const most = Math.max(1, ...lists.map((list) => list.length))
  if (of.average && lists.some((list) => list.length !== most)) {
    const came = lists.map((list) => list.length).join(", ")
    throw new InvalidArgument(WHERE, "averaged outputs of as many trees each", came, "Export the outputs one at a time.")
  }
  return Array.from({ length: most }, (_, round) => lists.map((list) => list[round] ?? -1))
}

/** What LightGBM says of each column's values; it reads only whether a column is one of categories. */
function featureInfos(of: Ensemble): string[] {
  const largest = new Map<number, number>()
  for (const [i, s] of of.nodes.set.entries()) {
    if (s >= 0)
      largest.set(of.nodes.feature[i]!, Math.max(largest.get(of.nodes.feature[i]!) ?? 0, of.sets.starts[s + 1]! - of.sets.starts[s]!))
  }
  return of.columns.map((_, col) => {
    const words = largest.get(col)
    return words === undefined ? "[-1e+30:1e+30]" : Array.from({ length: words * 32 }, (_, category) => category).join(":")
  })
}

/** Tree `t`, each leaf moved by `base`; a lone leaf when `t` is -1. */
function treeText(of: Ensemble, t: number, base: number, place: number): string {
  const nodes = t < 0 ? lonelyLeaf : treeOf(of, t)
  const { feature, left, right, value, gain, cover, threshold } = nodes
  const splits: number[] = []
  const leaves: number[] = []
  const ids = Int32Array.from(feature, (f, i) => (f < 0 ? -leaves.push(i) : splits.push(i) - 1))
  const boundaries = [0]
  const words: number[] = []
  const decisions: number[] = []
  const thresholds: number[] = []
  for (const i of splits) {
    const s = nodes.set[i]!
    const column = feature[i]!
    if (s >= 0) {
      const set = of.sets.words.subarray(of.sets.starts[s], of.sets.starts[s + 1])
      if (nodes.defaultLeft[i] === 1) {
        const expected = "categorical splits whose missing values go right"
        throw new InvalidArgument(WHERE, expected, `one where they go left in tree ${t}, node ${i}`, "Export to ONNX.")
      }
      decisions.push(DECISION.categorical + DECISION.nanMissing)
      thresholds.push(boundaries.length - 1)
      words.push(...(set.length === 0 ? [0] : set))
      boundaries.push(words.length)
      continue
    }
    const missing = of.zeroIsMissing?.[column] === 1 ? DECISION.zeroMissing : DECISION.nanMissing
    decisions.push(missing + (nodes.defaultLeft[i] === 1 ? DECISION.defaultLeft : 0))
    thresholds.push(threshold[i]!)
  }
  const list = (name: string, from: readonly number[], number: (i: number) => number) => `${name}=${from.map(number).join(" ")}`
  const leafLines = [
    list("leaf_value", leaves, (i) => value[i]! + base),
    list("leaf_weight", leaves, (i) => cover[i]!),
    list("leaf_count", leaves, (i) => Math.round(cover[i]!)),
  ]
  const splitLines = [
    list("split_feature", splits, (i) => feature[i]!),
    list("split_gain", splits, (i) => gain[i]!),
    `threshold=${thresholds.join(" ")}`,
    `decision_type=${decisions.join(" ")}`,
    list("left_child", splits, (i) => ids[left[i]!]!),
    list("right_child", splits, (i) => ids[right[i]!]!),
    ...leafLines,
    list("internal_value", splits, (i) => value[i]! + base),
    list("internal_weight", splits, (i) => cover[i]!),
    list("internal_count", splits, (i) => Math.round(cover[i]!)),
    ...(boundaries.length > 1 ? [`cat_boundaries=${boundaries.join(" ")}`, `cat_threshold=${words.join(" ")}`] : []),
  ]
  const lines = [
    `Tree=${place}`,
    `num_leaves=${leaves.length}`,
    `num_cat=${boundaries.length - 1}`,
    ...(splits.length === 0 ? leafLines : splitLines),
    "is_linear=0",
    "shrinkage=1",
    "",
    "",
    "",
  ]
  return lines.join("\n")
}

const lonelyLeaf = emptyNodes(1)
