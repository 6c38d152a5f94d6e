import { binCounts, InvalidArgument, quantileEdges, totalVariation, uniformEdges } from "../../core/index.ts"
import { compact, momentsOf, quantilesOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, LEVEL, loadColumns } from "./columnwise.ts"

export interface CapConfig {
  /** Shares of the training numbers that are pulled in at each end; default 0.01 and 0.99. */
  readonly low?: number
  readonly high?: number
}

export interface CapParams {
  readonly low: number
  readonly high: number
}

const rule = (config: Required<CapConfig>): ColumnRule<CapParams> => ({
  kind: "cap",
  config,
  learn(values) {
    const [low, high] = quantilesOf(values, [config.low, config.high]) as [number, number]
    return Number.isNaN(low) ? { low: -Number.MAX_VALUE, high: Number.MAX_VALUE } : { low, high }
  },
  apply: { ramp: ({ low, high }) => ({ ...LEVEL, low, high }) },
})

/**
 * Pulls outliers in to the 1st and 99th percentile of the training rows: they keep their row and side, and stop ruling means and slopes.
 * It changes the distribution: {@link cappedDistance} says by how much. Missing stays missing.
 *
 * @throws {@link InvalidArgument} unless `0 <= low < high <= 1`
 */
export function cap({ low = 0.01, high = 0.99 }: CapConfig = {}): ColumnwiseStep<CapParams> {
  if (!(low >= 0 && low < high && high <= 1))
    throw new InvalidArgument("cap", "shares 0 <= low < high <= 1", `${low} and ${high}`, "Use 0.01 and 0.99.")
  return columnwise(rule({ low, high }))
}

export const loadCap = loadColumns(rule)

/** What capping did to a column. */
export interface CappedDistance {
  /** Numbers that were pulled in at each end. */
  readonly below: number
  readonly above: number
  /** Share of rows whose bin changed: total variation of the histograms before and after, over bins of equal width, in [0, 1]. */
  readonly moved: number
}

/** Compares a column before and after capping, over `bins` bins between its extremes. */
export function cappedDistance(params: CapParams, values: ArrayLike<number>, bins = 50): CappedDistance {
  const before = compact(Float64Array.from(values))
  const after = before.map((x) => Math.min(params.high, Math.max(params.low, x)))
  const { min, max } = momentsOf(before)
  const edges = max > min ? uniformEdges(min, max, bins) : quantileEdges(before, 1)
  const moved = totalVariation({ reference: binCounts(edges, before), current: binCounts(edges, after) })
  return { below: before.filter((x) => x < params.low).length, above: before.filter((x) => x > params.high).length, moved }
}
