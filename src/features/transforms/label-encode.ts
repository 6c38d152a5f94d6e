import { countCodes } from "./code-table.ts"
import { type CodeRule, codewise, loadCodes } from "./codewise.ts"
import type { TransformStep } from "./transform.ts"

export interface LabelEncodeConfig {
  /** A code that occurs less often in training becomes 0, "other", as unseen ones do. Default 1: all are kept. */
  readonly atLeast?: number
  /** Codes kept at most, the most frequent ones. Default all. */
  readonly most?: number | null
}

const rule = (config: Required<LabelEncodeConfig>): CodeRule => ({
  kind: "labelEncode",
  config,
  learn(values) {
    const { codes, counts } = countCodes(values)
    const kept = keptPlaces(counts, config)
    const rows = new Float32Array(codes.length + 2)
    kept.forEach((place, i) => {
      rows[place] = i + 1
    })
    rows[codes.length + 1] = Number.NaN
    return { codes, width: 1, rows }
  },
  name: (column) => column,
})

/** Places of the counts that are kept, in order of place. */
export function keptPlaces(counts: ArrayLike<number>, { atLeast, most }: Required<LabelEncodeConfig>): number[] {
  const often = Array.from({ length: counts.length }, (_, place) => place).filter((place) => counts[place]! >= atLeast)
  if (most === null || often.length <= most) return often
  return often
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b)
}

/**
 * Renumbers codes to 1, 2 ... in their order; rare and unseen ones meet in 0, "other"; missing stays missing.
 *
 * The numbers have an order that categories do not: a linear model reads red = 1, green = 2, blue = 3 as a scale. Give it one-hot instead,
 * unless the order is meant. Trees can split on it.
 */
export function labelEncode({ atLeast = 1, most = null }: LabelEncodeConfig = {}): TransformStep {
  return codewise(rule({ atLeast, most }))
}

export const loadLabelEncode = loadCodes(rule)
