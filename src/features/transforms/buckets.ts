import { InvalidArgument, quantileEdges, uniformEdges } from "../../core/index.ts"
import { compact, momentsOf, quantilesOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { searchOf } from "./guided-search.ts"

export interface BucketsConfig {
  /** Buckets a column, 2 or more; default 10. */
  readonly buckets?: number
  /** Equal shares of the training rows (`quantile`, default) or equal widths (`uniform`). */
  readonly by?: "quantile" | "uniform"
  /** Inner edges of one's own, ascending, the same for every column: then nothing is learnt. */
  readonly edges?: readonly number[] | null
}

/** Inner edges, ascending; bucket `b` holds numbers from edge `b - 1` on and below edge `b`. */
export interface BucketsParams {
  readonly edges: readonly number[]
}

const rule = (config: Required<BucketsConfig>): ColumnRule<BucketsParams> => ({
  kind: "buckets",
  config,
  learn(values) {
    if (config.edges !== null) return { edges: config.edges }
    if (config.by === "uniform") {
      const { min, max } = momentsOf(values)
      return { edges: Array.from(uniformEdges(min, max, config.buckets)) }
    }
    const present = compact(values)
    if (present.length < 5000) return { edges: Array.from(quantileEdges(present.sort(), config.buckets)) }
    const shares = Array.from({ length: config.buckets - 1 }, (_, i) => (i + 1) / config.buckets)
    const edges = quantilesOf(present, shares)
    return { edges: edges.filter((edge, i) => edge !== edges[i - 1]) }
  },
  apply({ edges }, values) {
    const search = searchOf(edges)
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!
      if (!Number.isNaN(x)) values[i] = search.upTo(x)
    }
  },
})

/**
 * The number of the bucket a number falls into, from 0: a wiggly effect becomes one that a linear model can learn, after one-hot.
 * Equal edges are merged, so there may be fewer buckets than asked for. Numbers outside the training range go to the end buckets.
 *
 * @throws {@link InvalidArgument} on fewer than 2 buckets or edges that do not ascend
 */
export function buckets({ buckets: count = 10, by = "quantile", edges = null }: BucketsConfig = {}): ColumnwiseStep<BucketsParams> {
  if (!(Number.isInteger(count) && count >= 2)) throw new InvalidArgument("buckets", "2 buckets or more", `${count}`, "Ask for 10.")
  if (edges?.some((edge, i) => !(i === 0 || edge > edges[i - 1]!) || Number.isNaN(edge)))
    throw new InvalidArgument("buckets", "edges that ascend", edges.join(", "), "Sort them, each once.")
  return columnwise(rule({ buckets: count, by, edges }))
}

export const loadBuckets = loadColumns(rule)
