import { InvalidArgument } from "../../core/index.ts"
import type { Ensemble } from "./ensemble.ts"
import { onnxNodes } from "./onnx-nodes.ts"
import { join, type ProtoField, proto } from "./protobuf-writer.ts"

/**
 * The ensemble as an ONNX model (opset 17, `ai.onnx.ml` 1): input `rows` of f32 `[n, d]`, outputs `raw` and `prediction`, f32 `[n, outputs]`.
 *
 * Leaves and sums are f32 there, so scores agree to about 1e-6 of their size. Categories must be whole numbers: 2.5 is category 2 here and none there. Where
 * zero means missing, it is exactly 0 there, and up to 1e-35 here.
 * @throws {@link InvalidArgument} on an ensemble without trees, which the operator does not know
 * @see https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
 */
export function exportOnnx(of: Ensemble): Uint8Array {
  if (of.output.length === 0) throw new InvalidArgument("exportOnnx", "a tree or more", "none", "Export after training.")
  const nodes = onnxNodes(of)
  const trees = operator("TreeEnsembleRegressor", ["rows"], ["raw"], "ai.onnx.ml", [
    intAttribute("n_targets", of.outputs),
    stringAttribute("post_transform", "NONE"),
    stringAttribute("aggregate_function", "SUM"),
    floatsAttribute("base_values", of.base),
    intsAttribute("nodes_treeids", nodes.treeids),
    intsAttribute("nodes_nodeids", nodes.nodeids),
    intsAttribute("nodes_featureids", nodes.featureids),
    stringsAttribute("nodes_modes", nodes.modes),
    floatsAttribute("nodes_values", nodes.values),
    intsAttribute("nodes_truenodeids", nodes.truenodeids),
    intsAttribute("nodes_falsenodeids", nodes.falsenodeids),
    intsAttribute("nodes_missing_value_tracks_true", nodes.missing),
    intsAttribute("target_treeids", nodes.leafTrees),
    intsAttribute("target_nodeids", nodes.leafNodes),
    intsAttribute("target_ids", nodes.leafTargets),
    floatsAttribute("target_weights", nodes.leafWeights),
  ])
  const graph = [
    ...[trees, ...linkOperators(of)].map((node) => proto.message(1, node)),
    proto.string(2, "trees"),
    ...(of.link === "logistic" && of.slope !== 1 ? [proto.message(5, scalar("slope", of.slope))] : []),
    proto.message(11, tensorInfo("rows", of.columns.length)),
    proto.message(12, tensorInfo("prediction", of.outputs)),
    proto.message(12, tensorInfo("raw", of.outputs)),
  ]
  return join([
    proto.int(1, 8),
    proto.string(2, "trommel"),
    proto.message(7, graph),
    proto.message(8, [proto.string(1, ""), proto.int(2, 17)]),
    proto.message(8, [proto.string(1, "ai.onnx.ml"), proto.int(2, 1)]),
    proto.message(14, [proto.string(1, "columns"), proto.string(2, JSON.stringify(of.columns))]),
  ])
}

/** From raw scores to predictions. */
function linkOperators({ link, slope }: Ensemble): ProtoField[][] {
  if (link === "logistic" && slope !== 1) {
    return [operator("Mul", ["raw", "slope"], ["logit"]), operator("Sigmoid", ["logit"], ["prediction"])]
  }
  const name = { identity: "Identity", logistic: "Sigmoid", softmax: "Softmax", exp: "Exp" }[link]
  return [operator(name, ["raw"], ["prediction"])]
}

function operator(type: string, inputs: string[], outputs: string[], domain = "", attributes: ProtoField[][] = []): ProtoField[] {
  return [
    proto.strings(1, inputs),
    proto.strings(2, outputs),
    proto.string(4, type),
    ...attributes.map((attribute) => proto.message(5, attribute)),
    proto.string(7, domain),
  ]
}

// Field numbers and types of AttributeProto.
const intAttribute = (name: string, value: number) => [proto.string(1, name), proto.int(3, value), proto.int(20, 2)]
const stringAttribute = (name: string, value: string) => [proto.string(1, name), proto.string(4, value), proto.int(20, 3)]
const floatsAttribute = (name: string, values: ArrayLike<number>) => [proto.string(1, name), proto.floats(7, values), proto.int(20, 6)]
const intsAttribute = (name: string, values: ArrayLike<number>) => [proto.string(1, name), proto.ints(8, values), proto.int(20, 7)]
const stringsAttribute = (name: string, values: readonly string[]) => [proto.string(1, name), proto.strings(9, values), proto.int(20, 8)]

/** ONNX's number for f32. */
const FLOAT = 1

function scalar(name: string, value: number): ProtoField[] {
  return [proto.int(2, FLOAT), proto.floats(4, [value]), proto.string(8, name)]
}

function tensorInfo(name: string, cols: number): ProtoField[] {
  const dims = [[proto.string(2, "n")], [proto.int(1, cols)]].map((dim) => proto.message(1, dim))
  return [proto.string(1, name), proto.message(2, [proto.message(1, [proto.int(1, FLOAT), proto.message(2, dims)])])]
}
