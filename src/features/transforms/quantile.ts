import { normalQuantile, quantileOf, random } from "../../core/index.ts"
import { compact } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { type GuidedSearch, searchOf } from "./guided-search.ts"

export interface QuantileConfig {
  /** Shape of what comes out: `uniform` in [0, 1] (default) or standard `normal`, clipped at about 5.2 deviations. */
  readonly to?: "uniform" | "normal"
  /** Landmarks kept of each column, at most; default 1,000. */
  readonly landmarks?: number
  /** Training numbers that landmarks are taken from, a seeded sample when there are more; default 10,000, above 1. */
  readonly sample?: number
}

/** Landmarks of a column, ascending: landmark `i` is the quantile `i / (length - 1)`. */
export interface QuantileParams {
  readonly landmarks: readonly number[]
}

/** scikit-learn's bounds: 1e-7 off the ends, where the normal quantile is +-5.199. */
const BOUND = 1e-7
const [LOWEST, HIGHEST] = [normalQuantile(BOUND - Number.EPSILON), normalQuantile(1 - (BOUND - Number.EPSILON))]

const rule = (config: Required<QuantileConfig>): ColumnRule<QuantileParams> => ({
  kind: "quantile",
  config,
  learn(values, column) {
    const present = sampled(compact(values), config.sample, column)
    if (present.length === 0) return { landmarks: [] }
    const sorted = present.sort()
    const size = Math.max(2, Math.min(config.landmarks, sorted.length))
    return { landmarks: Array.from({ length: size }, (_, i) => quantileOf(sorted, i / (size - 1))) }
  },
  apply({ landmarks }, values) {
    const search = searchOf(landmarks)
    for (let i = 0; i < values.length; i++) {
      const share = shareOf(search, values[i]!)
      values[i] = config.to === "uniform" ? share : normalOf(share)
    }
  },
})

/** As many numbers as asked for, by chance of the column's own; the array itself when it has no more. */
function sampled(present: Float64Array, size: number, column: number): Float64Array {
  if (present.length <= size) return present
  const chance = random(0x5eed).split(column)
  for (let i = 0; i < size; i++) {
    const j = i + chance.integer(present.length - i)
    const held = present[i]!
    present[i] = present[j]!
    present[j] = held
  }
  return present.subarray(0, size)
}

/** The mean of the empirical distribution function from below and from above, by linear interpolation between landmarks. */
function shareOf(search: GuidedSearch, x: number): number {
  const { marks } = search
  const last = marks.length - 1
  if (Number.isNaN(x) || last < 0) return Number.NaN
  if (x <= marks[0]!) return 0
  if (x >= marks[last]!) return 1
  // marks[upper] is the first above x; at or below x stands marks[upper - 1].
  const upper = search.upTo(x)
  const below = marks[upper - 1]!
  if (below < x) return (upper - 1 + (x - below) / (marks[upper]! - below)) / last
  let lower = upper - 1
  while (lower > 0 && marks[lower - 1] === x) lower--
  return (lower + upper - 1) / 2 / last
}

function normalOf(share: number): number {
  if (!(share > BOUND)) return Number.isNaN(share) ? share : LOWEST
  if (share > 1 - BOUND) return HIGHEST
  return normalQuantile(share)
}

/**
 * Spreads each column evenly, or normally, by the ranks of its training numbers: any shape becomes the same, outliers lose their distance.
 * Numbers outside the training range get the ends. Missing stays missing.
 */
export function quantile({ to = "uniform", landmarks = 1000, sample = 10_000 }: QuantileConfig = {}): ColumnwiseStep<QuantileParams> {
  return columnwise(rule({ to, landmarks, sample }))
}

export const loadQuantile = loadColumns(rule)
