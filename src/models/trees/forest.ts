import type { Estimator } from "../../core/index.ts"
import { boost } from "./boost.ts"
import { type BoostingConfig, completeConfig } from "./config.ts"
import { squared } from "./objectives/squared.ts"
import { type TreeModel, treeModel } from "./tree-model.ts"
import type { TreesData } from "./trees-data.ts"

/** What a forest and a single tree are fitted to: numbers, or 0 and 1, of which the prediction is the probability of 1. */
export type ForestData = Omit<TreesData, "validation" | "start" | "resume" | "queries" | "positions">

/** How a single tree is grown; every key has a default. */
export interface DecisionTreeConfig
  extends Pick<
    BoostingConfig,
    "categorical" | "monotone" | "bins" | "binSample" | "histograms" | "threads" | "memoryCapBytes" | "minGain"
  > {
  /** 0 (default) = no limit. */
  readonly maxDepth?: number
  /** Leaves at most; default 4096. */
  readonly leaves?: number
  /** Rows that a leaf holds at least, about; default 1, a forest's 2. */
  readonly minRows?: number
}

/** How a forest is grown; every key has a default. */
export interface RandomForestConfig extends DecisionTreeConfig {
  /** Default 100. */
  readonly trees?: number
  /** Share of the columns that each node looks at; default 1/3. */
  readonly nodeColumnShare?: number
}

/**
 * One regression or probability tree, CART: each split takes most off the squared error (for 0 and 1: off Gini's impurity).
 * Columns with at most 255 values are split exactly, others at 255 quantiles.
 * @see Breiman et al. 1984, Classification and Regression Trees
 */
export function decisionTree(config: DecisionTreeConfig = {}): Estimator<ForestData, TreeModel> {
  return forestOf("decisionTree", { minRows: 1, ...config }, 1, 1, false)
}

/**
 * Random forest: trees on bootstraps of the rows, each node choosing among a share of the columns; predictions are their mean.
 * Same bytes for any number of threads.
 * @see Breiman 2001, doi:10.1023/A:1010933404324
 */
export function randomForest(config: RandomForestConfig = {}): Estimator<ForestData, TreeModel> {
  const { trees = 100, nodeColumnShare = 1 / 3, ...rest } = config
  return forestOf("randomForest", { minRows: 2, ...rest }, trees, nodeColumnShare, true)
}

function forestOf(
  where: string,
  config: DecisionTreeConfig,
  rounds: number,
  nodeColumnShare: number,
  isBootstrap: boolean,
): Estimator<ForestData, TreeModel> {
  const leaves = config.leaves ?? 4096
  const plan = completeConfig(where, { ...config, leaves, rounds, nodeColumnShare, growth: "leaf", l2: 0, learningRate: 1, minHessian: 0 })
  const { maxDepth, minRows, minGain, categorical, monotone, bins, binSample, histograms, threads, memoryCapBytes } = plan
  const own = isBootstrap ? { trees: rounds, nodeColumnShare } : {}
  return {
    config: { ...own, leaves, maxDepth, minRows, minGain, categorical, monotone, bins, binSample, histograms, threads, memoryCapBytes },
    async fit({ rows, labels, weights, columns }, options) {
      const data = { rows, labels, ...(weights === undefined ? {} : { weights }), ...(columns === undefined ? {} : { columns }) }
      const { ensemble } = await boost(data, { where, config: plan, objective: squared(), forest: { isBootstrap } }, options)
      return treeModel(ensemble)
    },
  }
}
