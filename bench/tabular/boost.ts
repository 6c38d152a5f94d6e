import { type Matrix, systemClock } from "../../src/core/index.ts"
import { type BoostingConfig, gradientBoosting, randomSearch, type Space, topTrials } from "../../src/models/index.ts"
import { type Encoded, pick } from "./encode.ts"

/** A set to fit on and a set to score. */
export interface Fold {
  readonly train: Matrix
  readonly test: Matrix
  readonly columns: string[]
  readonly labels: Float32Array
}

/** Mean raw scores of the test rows by models of these configs and seeds, fitted on the train rows. */
export async function scored(fold: Fold, configs: readonly BoostingConfig[], seeds: readonly number[] = [7]): Promise<Float64Array> {
  const { train, test, columns, labels } = fold
  const sum = new Float64Array(test.rows)
  for (const config of configs) {
    for (const seed of seeds) {
      const boosting = gradientBoosting({ objective: "logistic", growth: "depth", minRows: 1, ...config })
      const model = await boosting.fit({ rows: train, labels, columns }, { seed })
      for (const [i, raw] of model.raw(test).entries()) sum[i]! += raw / (configs.length * seeds.length)
    }
  }
  return sum
}

export const probabilities = (raw: Float64Array) => raw.map((x) => 1 / (1 + Math.exp(-x)))

/** What is drawn from: small trees, slow rates, rows and columns sampled. */
const space: Space = {
  rounds: { values: [150, 250, 400] },
  maxDepth: { from: 3, to: 6, whole: true },
  learningRate: { from: 0.02, to: 0.1, scale: "log" },
  l2: { from: 1, to: 30, scale: "log" },
  minHessian: { from: 1, to: 15, scale: "log" },
  rowShare: { values: [0.5, 0.7, 1] },
  columnShare: { values: [0.3, 0.5, 0.8, 1] },
}

/** What a choice is made on: parts of the train rows, each fitted and scored; the metric, larger is better. */
export interface Choice {
  readonly labels: Float32Array
  readonly parts: readonly { readonly train: readonly number[]; readonly test: readonly number[] }[]
  readonly encode: (train: readonly number[], test: readonly number[]) => Encoded
  readonly metric: (labels: Float32Array, raw: Float64Array) => number
}

/** Configs to average: the five best of 16 drawn, by the mean metric over the parts. The test rows have no say. */
export async function chosen({ labels, parts, encode, metric }: Choice): Promise<BoostingConfig[]> {
  const folds = parts.map(({ train, test }) => ({ ...encode(train, test), labels: pick(labels, train), truth: pick(labels, test) }))
  const found = await randomSearch<number>({
    space,
    candidates: 16,
    seed: 7,
    now: () => systemClock.monotonicMs(),
    fit: async (config) => {
      let sum = 0
      for (const fold of folds) sum += metric(fold.truth, await scored(fold, [config as BoostingConfig])) / folds.length
      return sum
    },
    score: (value) => value,
  })
  return topTrials(found.trials, 5).map(({ config }) => config as BoostingConfig)
}

/** `count` parts of rows, each the test of the others once, by place. */
export function crossed(rows: readonly number[], count: number) {
  return Array.from({ length: count }, (_, part) => ({
    train: rows.filter((_, place) => place % count !== part),
    test: rows.filter((_, place) => place % count === part),
  }))
}
