export { type Checkpoint, loadCheckpoint, type Measured, saveCheckpoint } from "./checkpoint.ts"
export type { BoostingConfig } from "./config.ts"
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
export { type DecisionTreeConfig, decisionTree, type ForestData, type RandomForestConfig, randomForest } from "./forest.ts"
export { type BoostedModel, type BoostingHooks, gradientBoosting, treesMemoryBytes } from "./gradient-boosting.ts"
export { importLightgbm } from "./import-lightgbm.ts"
export { importXgboost } from "./import-xgboost.ts"
export { treeImportance } from "./importance.ts"
export type { TreesMetric } from "./measure.ts"
export type { CustomObjective } from "./objectives/custom.ts"
export { type ObjectiveChoice, type ObjectiveName, objectives } from "./objectives/index.ts"
export { loadTreeModel, type TreeModel, treeModel } from "./tree-model.ts"
export type { LabelledRows, TreesData } from "./trees-data.ts"
