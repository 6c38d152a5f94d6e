import { InvalidArgument } from "../../core/index.ts"
import { compact, momentsOf, quantilesOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"

/** What a missing number is filled with, of the training numbers: their mean, median, most frequent, greatest or least one; or a constant. */
export type Fill = "mean" | "median" | "mode" | "max" | "min" | "constant"

export interface ImputeConfig {
  /** Default `median`. Categories: `mode`, `max` or `min` of the codes, or a constant. */
  readonly by?: Fill
  /** For `constant`, and for columns that training never saw a number of. Default 0. */
  readonly constant?: number
}

export interface ImputeParams {
  readonly fill: number
}

const rule = (config: Required<ImputeConfig>): ColumnRule<ImputeParams> => ({
  kind: "impute",
  config,
  learn(values) {
    const fill = config.by === "constant" ? config.constant : filling[config.by](values)
    return { fill: Number.isNaN(fill) ? config.constant : fill }
  },
  apply({ fill }, values) {
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = fill
  },
})

const filling: Record<Exclude<Fill, "constant">, (values: Float64Array) => number> = {
  mean: (values) => momentsOf(values).mean,
  median: (values) => quantilesOf(values, [0.5])[0]!,
  max: (values) => momentsOf(values).max,
  min: (values) => momentsOf(values).min,
  mode: mostFrequent,
}

/** The number that occurs most often, the least among equals; NaN for none. */
function mostFrequent(values: Float64Array): number {
  const sorted = compact(values).sort()
  let best = Number.NaN
  let most = 0
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1
    while (to < sorted.length && sorted[to] === sorted[from]) to++
    if (to - from > most) {
      most = to - from
      best = sorted[from]!
    }
    from = to
  }
  return best
}

/**
 * Fills missing numbers with one number a column, learnt from the training rows. Put `missingIndicator` beside it when being missing may itself
 * say something.
 */
export function impute({ by = "median", constant = 0 }: ImputeConfig = {}): ColumnwiseStep<ImputeParams> {
  if (by !== "constant" && !Object.hasOwn(filling, by))
    throw new InvalidArgument("impute", `a fill among ${[...Object.keys(filling), "constant"].join(", ")}`, by, "Check the spelling.")
  return columnwise(rule({ by, constant }))
}

export const loadImpute = loadColumns(rule)
