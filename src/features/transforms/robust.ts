import { quantilesOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { type CentreParams, centred } from "./z-score.ts"

const rule = (): ColumnRule<CentreParams> => ({
  kind: "robust",
  config: {},
  learn(values) {
    const [low, middle, high] = quantilesOf(values, [0.25, 0.5, 0.75]) as [number, number, number]
    const spread = high - low
    return { centre: Number.isNaN(middle) ? 0 : middle, spread: spread > 0 ? spread : 1 }
  },
  ...centred,
})

/**
 * Centres each column on its training median and divides by its interquartile range: outliers do not move it, and keep their distance.
 * A column whose middle half is constant is only centred. Missing stays missing.
 */
export function robust(): ColumnwiseStep<CentreParams> {
  return columnwise(rule())
}

export const loadRobust = loadColumns(rule)
