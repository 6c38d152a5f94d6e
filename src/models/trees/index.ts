export {
  type CategorySets,
  type Ensemble,
  type EnsembleHead,
  emptyNodes,
  ensemble,
  firstTrees,
  type Link,
  links,
  loadEnsemble,
  saveEnsemble,
  type Tree,
  type TreeNodes,
  treeOf,
} from "./ensemble.ts"
export { exportLightgbm } from "./export-lightgbm.ts"
export { exportOnnx } from "./export-onnx.ts"
export { importLightgbm } from "./import-lightgbm.ts"
export { importXgboost } from "./import-xgboost.ts"
export { treeImportance } from "./importance.ts"
export { loadTreeModel, type TreeModel, treeModel } from "./tree-model.ts"
