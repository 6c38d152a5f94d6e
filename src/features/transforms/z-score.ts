import { momentsOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"

/** What is taken off, and what is divided by. */
export interface CentreParams {
  readonly centre: number
  readonly spread: number
}

const rule = (): ColumnRule<CentreParams> => ({
  kind: "zScore",
  config: {},
  learn(values) {
    const { count, mean, variance, max, min } = momentsOf(values)
    // A constant column whose mean was rounded has a variance of rounding errors.
    const isConstant = count === 0 || max === min
    return { centre: count === 0 ? 0 : mean, spread: isConstant ? 1 : Math.sqrt(variance) }
  },
  ...centred,
})

/** What z-score and robust scaling share. */
export const centred = {
  apply({ centre, spread }: CentreParams, values: Float64Array): void {
    const scale = 1 / spread
    for (let i = 0; i < values.length; i++) values[i] = (values[i]! - centre) * scale
  },
  undo({ centre, spread }: CentreParams, values: Float64Array): void {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * spread + centre
  },
  affine: ({ centre, spread }: CentreParams) => ({ shift: centre, scale: 1 / spread }),
}

/**
 * Centres each column on its training mean and divides by its population standard deviation: for roughly normal columns.
 * A constant column becomes 0. Missing stays missing.
 */
export function zScore(): ColumnwiseStep<CentreParams> {
  return columnwise(rule())
}

export const loadZScore = loadColumns(rule)
