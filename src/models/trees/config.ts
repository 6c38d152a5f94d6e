import { InvalidArgument, unknownName } from "../../core/index.ts"
import type { GrowthRules } from "./grow.ts"
import { type ObjectiveChoice, type ObjectiveName, objectiveOf } from "./objectives/index.ts"
import type { SplitRules } from "./split-rules.ts"

/** How trees are boosted; every key has a default. */
export interface BoostingConfig extends Partial<SplitRules>, Partial<GrowthRules> {
  /** What is fitted, by name or with options: `{ name: "lambdaMart", truncation: 20 }`. Default `squared`. */
  readonly objective?: ObjectiveName | ObjectiveChoice
  /** Rounds at most; a round is a tree, or one for each class. Default 100. */
  readonly rounds?: number
  /** Share of each tree's step that is taken. Default 0.1. */
  readonly learningRate?: number
  /** Share of the rows each round grows on, drawn without replacement; default 1. */
  readonly rowShare?: number
  /**
   * Gradient-based one-side sampling: each round keeps the `gossTop` of rows with the largest gradients and draws `gossOther` of all from the
   * rest, which count more for it. 0 (default) = off.
   * @see Ke et al. 2017, LightGBM, algorithm 2
   */
  readonly gossTop?: number
  readonly gossOther?: number
  /** Share of the columns each tree may split on; default 1. */
  readonly columnShare?: number
  /** Columns that must not fall (1) or not rise (-1) with the prediction, by name. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>
  /** Columns that hold categories: whole numbers from 0 to 2^20, the 255 heaviest kept. */
  readonly categorical?: readonly string[]
  /** Bins of a numeric column, 2 to 255; default 255. One more holds missing values. */
  readonly bins?: number
  /** Rows that cuts are chosen from; default 100,000. */
  readonly binSample?: number
  /** `packed` sums whole numbers of 32 bits, `exact` f64: slower, with twice the memory, for reference. */
  readonly histograms?: "packed" | "exact"
  /** Ends after so many measured rounds without improvement on `validation`, and keeps the best; 0 (default) = never. */
  readonly patience?: number
  /** Rounds between measurements on `validation`; default 1. */
  readonly measureEvery?: number
  /** Rounds between checkpoints; 0 (default) = none. */
  readonly checkpointEvery?: number
  /** Threads that train; the model is the same, byte for byte, for any number. Default 1. */
  readonly threads?: number
  /** Training is refused when it would take more; default 3.9e9, 4 GiB at most. */
  readonly memoryCapBytes?: number
}

/** A config with every key. */
export type FullConfig = Required<Omit<BoostingConfig, "objective">> & { readonly objective: ObjectiveChoice }

/**
 * Fills in defaults and checks ranges. `leaf` growth stops at 31 leaves without a depth limit, `depth` growth at depth 6.
 * @throws {@link InvalidArgument} naming the key
 */
export function completeConfig(where: string, config: BoostingConfig): FullConfig {
  const { objective = "squared" } = config
  const { name, options } = objectiveOf(objective)
  const growth = config.growth ?? "leaf"
  const full: FullConfig = {
    objective: { name, ...options } as ObjectiveChoice,
    rounds: config.rounds ?? 100,
    learningRate: config.learningRate ?? 0.1,
    growth,
    maxDepth: config.maxDepth ?? (growth === "depth" ? 6 : 0),
    leaves: config.leaves ?? 31,
    l1: config.l1 ?? 0,
    l2: config.l2 ?? 1,
    minGain: config.minGain ?? 0,
    minHessian: config.minHessian ?? 1e-3,
    minRows: config.minRows ?? 20,
    maxDelta: config.maxDelta ?? 0,
    rowShare: config.rowShare ?? 1,
    gossTop: config.gossTop ?? 0,
    gossOther: config.gossOther ?? 0,
    columnShare: config.columnShare ?? 1,
    nodeColumnShare: config.nodeColumnShare ?? 1,
    monotone: config.monotone ?? {},
    categorical: config.categorical ?? [],
    categorySmooth: config.categorySmooth ?? 10,
    categoryL2: config.categoryL2 ?? 10,
    maxCategories: config.maxCategories ?? 32,
    categoryMinHessian: config.categoryMinHessian ?? 0,
    bins: config.bins ?? 255,
    binSample: config.binSample ?? 100_000,
    histograms: config.histograms ?? "packed",
    patience: config.patience ?? 0,
    measureEvery: config.measureEvery ?? 1,
    checkpointEvery: config.checkpointEvery ?? 0,
    threads: config.threads ?? 1,
    memoryCapBytes: config.memoryCapBytes ?? 3.9e9,
  }
  for (const [key, [low, high, isWhole]] of Object.entries(ranges) as [keyof typeof ranges, Range][]) {
    const value = full[key]
    if (!(value >= low && value <= high && (!isWhole || Number.isInteger(value)))) {
      const kind = isWhole ? "a whole number" : "a number"
      throw new InvalidArgument(where, `${key} as ${kind} from ${low} to ${high}`, String(value), "Leave it out for the default.")
    }
  }
  if (growth !== "depth" && growth !== "leaf") throw unknownName(where, "growth", growth, ["depth", "leaf"])
  if (growth === "depth" && full.maxDepth < 1) {
    throw new InvalidArgument(where, "maxDepth of 1 or more with growth by depth", String(full.maxDepth), "Set maxDepth, such as 6.")
  }
  if (full.histograms !== "packed" && full.histograms !== "exact") throw unknownName(where, "kind", full.histograms, ["exact", "packed"])
  if (full.gossTop > 0 !== full.gossOther > 0 || full.gossTop + full.gossOther > 1) {
    const came = `${full.gossTop} and ${full.gossOther}`
    throw new InvalidArgument(
      where,
      "gossTop and gossOther above 0 that sum to 1 at most",
      came,
      "Pass both, such as 0.2 and 0.1, or neither.",
    )
  }
  if (full.gossTop > 0 && full.rowShare < 1) {
    throw new InvalidArgument(where, "rowShare or goss", "both", "Leave one of them out.")
  }
  return full
}

type Range = readonly [low: number, high: number, isWhole: boolean]

/** What each number may be. */
const ranges = {
  rounds: [0, 1e6, true],
  learningRate: [1e-9, 10, false],
  maxDepth: [0, 1000, true],
  leaves: [2, 2 ** 20, true],
  l1: [0, Number.MAX_VALUE, false],
  l2: [0, Number.MAX_VALUE, false],
  minGain: [0, Number.MAX_VALUE, false],
  minHessian: [0, Number.MAX_VALUE, false],
  minRows: [0, Number.MAX_VALUE, false],
  maxDelta: [0, Number.MAX_VALUE, false],
  rowShare: [1e-6, 1, false],
  gossTop: [0, 1, false],
  gossOther: [0, 1, false],
  columnShare: [1e-6, 1, false],
  nodeColumnShare: [1e-6, 1, false],
  categorySmooth: [0, Number.MAX_VALUE, false],
  categoryL2: [0, Number.MAX_VALUE, false],
  maxCategories: [1, 255, true],
  categoryMinHessian: [0, Number.MAX_VALUE, false],
  bins: [2, 255, true],
  binSample: [2, 1e8, true],
  patience: [0, 1e6, true],
  measureEvery: [1, 1e6, true],
  checkpointEvery: [0, 1e6, true],
  threads: [1, 256, true],
  memoryCapBytes: [1, Number.MAX_VALUE, false],
} satisfies Partial<Record<keyof FullConfig, Range>>

/** 1 for each categorical column. @throws {@link NotFound} listing the columns */
export function categoryKinds(where: string, config: Pick<FullConfig, "categorical">, columns: readonly string[]): Uint8Array {
  const kinds = new Uint8Array(columns.length)
  for (const name of config.categorical) kinds[placeOf(where, name, columns)] = 1
  return kinds
}

/** Monotone direction of each column, 0 for none. @throws {@link NotFound} listing the columns; {@link InvalidArgument} on a categorical one */
export function monotoneDirections(
  where: string,
  config: Pick<FullConfig, "monotone" | "categorical">,
  columns: readonly string[],
): Int8Array {
  const directions = new Int8Array(columns.length)
  for (const [name, direction] of Object.entries(config.monotone)) {
    if (config.categorical.includes(name)) {
      throw new InvalidArgument(where, "monotone directions of numeric columns", `${name}, which is categorical`, "Leave it out.")
    }
    if (direction !== 1 && direction !== -1) {
      throw new InvalidArgument(where, "monotone directions of 1 or -1", `${direction} for ${name}`, "Leave free columns out.")
    }
    directions[placeOf(where, name, columns)] = direction
  }
  return directions
}

function placeOf(where: string, name: string, columns: readonly string[]): number {
  const at = columns.indexOf(name)
  if (at < 0) throw unknownName(where, "column", name, columns)
  return at
}
