import { type Moments, momentsOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, LEVEL, loadColumns } from "./columnwise.ts"

/** What is taken off, and what is divided by. */
export interface CentreParams {
  readonly centre: number
  readonly spread: number
}

const rule = (): ColumnRule<CentreParams> => ({
  kind: "zScore",
  config: {},
  learn: (values) => fromMoments(momentsOf(values)),
  fromMoments,
  spread: true,
  ...centred,
})

function fromMoments({ count, mean, variance, max, min }: Moments): CentreParams {
  // A constant column whose mean was rounded has a variance of rounding errors.
  const isConstant = count === 0 || max === min
  return { centre: count === 0 ? 0 : mean, spread: isConstant ? 1 : Math.sqrt(variance) }
}

/** What z-score, robust and max-abs scaling share. */
export const centred = {
  apply: { ramp: ({ centre, spread }: CentreParams) => ({ ...LEVEL, shift: centre, scale: 1 / spread }) },
  undo({ centre, spread }: CentreParams, values: Float64Array): void {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * spread + centre
  },
}

/**
 * Centres each column on its training mean and divides by its population standard deviation: for roughly normal columns.
 * A constant column becomes 0. Missing stays missing.
 */
export function zScore(): ColumnwiseStep<CentreParams> {
  return columnwise(rule())
}

export const loadZScore = loadColumns(rule)
