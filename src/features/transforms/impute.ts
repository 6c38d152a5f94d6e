import { InvalidArgument } from "../../core/index.ts"
import { countCodes } from "./code-table.ts"
import { type Moments, momentsOf, quantilesOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, LEVEL, loadColumns } from "./columnwise.ts"

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

const rule = (config: Required<ImputeConfig>): ColumnRule<ImputeParams> => {
  const { by, constant } = config
  const filled = (fill: number): ImputeParams => ({ fill: Number.isNaN(fill) ? constant : fill })
  const of = (moments: Moments) => filled(by === "min" || by === "max" ? moments[by] : moments.mean)
  const shared: Pick<ColumnRule<ImputeParams>, "kind" | "config" | "apply"> = {
    kind: "impute",
    config,
    apply: { ramp: ({ fill }) => ({ ...LEVEL, fill }) },
  }
  if (by === "constant") return { ...shared, constant: { fill: constant }, learn: () => ({ fill: constant }) }
  if (by === "median") return { ...shared, learn: (values) => filled(quantilesOf(values, [0.5])[0]!) }
  if (by === "mode") return { ...shared, learn: (values) => filled(mostFrequent(values)) }
  return { ...shared, learn: (values) => of(momentsOf(values)), fromMoments: of }
}

const fills: readonly Fill[] = ["mean", "median", "mode", "max", "min", "constant"]

/** The number that occurs most often, the least among equals; NaN for none. */
function mostFrequent(values: Float64Array): number {
  const { codes, counts } = countCodes(values)
  let best = -1
  for (let place = 0; place < codes.length; place++) if (best < 0 || counts[place]! > counts[best]!) best = place
  return best < 0 ? Number.NaN : codes[best]!
}

/**
 * Fills missing numbers with one number a column, learnt from the training rows. Put `missingIndicator` beside it when being missing may itself
 * say something.
 */
export function impute({ by = "median", constant = 0 }: ImputeConfig = {}): ColumnwiseStep<ImputeParams> {
  if (!fills.includes(by)) throw new InvalidArgument("impute", `a fill among ${fills.join(", ")}`, by, "Check the spelling.")
  return columnwise(rule({ by, constant }))
}

export const loadImpute = loadColumns(rule)
