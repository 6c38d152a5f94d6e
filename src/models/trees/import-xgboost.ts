import { Corrupt, InvalidArgument } from "../../core/index.ts"
import { type Ensemble, ensemble, type Link, type Tree } from "./ensemble.ts"
import { type FieldReader, fieldReader } from "./field-reader.ts"
import { categoryWords, floatBelow, type ImportedNode, importedTree } from "./imported-tree.ts"
import { readUbjson } from "./ubjson.ts"

const WHERE = "importXgboost"

/** XGBoost's objectives: the link, and how a base score becomes a raw score. */
const objectives: Record<string, { readonly link: Link; readonly base: (score: number) => number }> = {
  ...family("identity", (score) => score, [
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "reg:quantileerror",
    "reg:expectileerror",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
  ]),
  ...family("logistic", (score) => Math.log(score / (1 - score)), ["binary:logistic", "reg:logistic"]),
  ...family("identity", (score) => Math.log(score / (1 - score)), ["binary:logitraw"]),
  ...family("softmax", (score) => score, ["multi:softprob", "multi:softmax"]),
  ...family("exp", Math.log, ["count:poisson", "reg:gamma", "reg:tweedie", "survival:cox"]),
}

function family(link: Link, base: (score: number) => number, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { link, base }]))
}

/**
 * A model that XGBoost saved (`save_model`), as JSON or UBJSON, trees or dart. XGBoost goes left on `x < t`: thresholds become the next f32 below.
 *
 * Scores are sums in f64 where XGBoost sums in f32, so they agree to 1e-6 of their size. `multi:softmax` predicts probabilities here.
 * @throws {@link Corrupt} naming the field when the file is damaged; {@link InvalidArgument} on a booster or objective without trees or link
 */
export function importXgboost(file: Uint8Array | string): Ensemble {
  const root = fieldReader(WHERE, parse(file))
  const learner = root.object("learner")
  const objective = learner.object("objective").text("name")
  const known = objectives[objective]
  if (known === undefined) {
    throw new InvalidArgument(
      WHERE,
      `an objective among ${Object.keys(objectives).join(", ")}`,
      objective,
      "Import models of these objectives.",
    )
  }
  const parameters = learner.object("learner_model_param")
  const columnCount = parameters.count("num_feature")
  const outputs = Math.max(1, parameters.count("num_class", 0), parameters.count("num_target", 1))
  const names = learner.has("feature_names") ? learner.texts("feature_names") : []
  const columns = names.length > 0 ? names : Array.from({ length: columnCount }, (_, col) => `f${col}`)

  const booster = learner.object("gradient_booster")
  const kind = booster.text("name")
  if (kind !== "gbtree" && kind !== "dart") {
    throw new InvalidArgument(WHERE, "a booster gbtree or dart", kind, "Linear boosters have no trees; fit `logistic` instead.")
  }
  const model = (kind === "dart" ? booster.object("gbtree") : booster).object("model")
  const weights = kind === "dart" ? Float32Array.from(booster.numbers("weight_drop")) : undefined
  const info = model.numbers("tree_info")
  const trees = model
    .objects("trees")
    .map((tree, t) => oneTree(fieldReader(`${WHERE}: tree ${t}`, tree), info[t] ?? 0, weights?.[t] ?? 1, columns.length))
  const base = baseScores(parameters.text("base_score", "0.5"), outputs).map(known.base)
  return ensemble({ columns, outputs, base, link: known.link, objective }, trees)
}

function parse(file: Uint8Array | string): unknown {
  // UBJSON and JSON both begin with a brace; UBJSON's first key begins with the type of its length.
  if (typeof file !== "string" && file[0] === 0x7b && "iUIlL$#".includes(String.fromCharCode(file[1] ?? 0))) return readUbjson(file)
  try {
    return JSON.parse(typeof file === "string" ? file : new TextDecoder().decode(file))
  } catch (error) {
    throw new Corrupt(WHERE, "XGBoost's JSON or UBJSON", (error as Error).message, "Save the model with save_model('model.json').")
  }
}

/** Newer versions write a list in brackets, older ones one number for all outputs. */
function baseScores(text: string, outputs: number): Float64Array {
  const scores = text.replaceAll(/[[\]]/g, "").split(",").map(Number)
  if (scores.some(Number.isNaN) || (scores.length !== 1 && scores.length !== outputs)) {
    throw new Corrupt(WHERE, `learner_model_param.base_score of 1 or ${outputs} numbers`, text, "Save the model again.")
  }
  return Float64Array.from({ length: outputs }, (_, o) => scores[scores.length === 1 ? 0 : o]!)
}

function oneTree(tree: FieldReader, output: number, weight: number, columns: number): Tree {
  const leafSize = tree.object("tree_param").count("size_leaf_vector", 0)
  if (leafSize > 1) {
    throw new InvalidArgument(tree.where, "one number a leaf", `${leafSize}`, "Train with multi_strategy=one_output_per_tree.")
  }
  const left = tree.numbers("left_children")
  const count = left.length
  const right = tree.numbers("right_children", count)
  const feature = tree.numbers("split_indices", count)
  // The numbers are f32, of which JSON has the shortest decimals.
  const floats = (name: string) => Float32Array.from(tree.numbers(name, count))
  const condition = floats("split_conditions")
  const defaultLeft = tree.numbers("default_left", count)
  const value = floats("base_weights")
  const cover = floats("sum_hessian")
  const gain = floats("loss_changes")
  const sets = categorySets(tree)

  function nodeAt(id: number): ImportedNode {
    const isLeaf = left[id] === -1
    if (isLeaf) return { value: condition[id]! * weight, cover: cover[id]! }
    for (const child of [left[id]!, right[id]!]) {
      if (!(child > 0 && child < count))
        throw new Corrupt(tree.where, `children from 1 to ${count - 1}`, `${child}`, "Save the model again.")
    }
    if (!(feature[id]! >= 0 && feature[id]! < columns)) {
      throw new Corrupt(tree.where, `split_indices below ${columns}`, `${feature[id]}`, "Save the model again.")
    }
    const split = { feature: feature[id]!, gain: gain[id]! }
    const categories = sets(id)
    // The weight of a split is what it would add as a leaf, but for the learning rate, which the file does not have.
    const about = { value: Number.isFinite(value[id]!) ? value[id]! * weight : 0, cover: cover[id]! }
    const [first, second] = [left[id]!, right[id]!]
    // Categories in the list go right in XGBoost, all others left.
    if (categories !== undefined)
      return { ...about, split: { ...split, categories, left: second, right: first, defaultLeft: defaultLeft[id] !== 1 } }
    return {
      ...about,
      split: {
        ...split,
        threshold: floatBelow(condition[id]!),
        left: first,
        right: second,
        defaultLeft: defaultLeft[id] === 1,
      },
    }
  }
  return importedTree(tree.where, output, 0, nodeAt)
}

/** The categories of each categorical node. */
function categorySets(tree: FieldReader): (id: number) => Uint32Array | undefined {
  const kinds = tree.has("split_type") ? tree.numbers("split_type") : []
  if (!kinds.some((kind) => kind === 1)) return () => undefined
  const categories = tree.numbers("categories")
  const nodes = tree.numbers("categories_nodes")
  const starts = tree.numbers("categories_segments", nodes.length)
  const sizes = tree.numbers("categories_sizes", nodes.length)
  const places = new Map(Array.from(nodes, (node, place) => [node, place]))
  return (id) => {
    if (kinds[id] !== 1) return undefined
    const place = places.get(id)
    if (place === undefined) throw new Corrupt(tree.where, `categories of node ${id}`, "none", "Save the model again.")
    return categoryWords(Array.from(categories.slice(starts[place]!, starts[place]! + sizes[place]!)))
  }
}
