import { type Moments, momentsOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { type CentreParams, centred } from "./z-score.ts"

const rule = (): ColumnRule<CentreParams> => ({
  kind: "maxAbs",
  config: {},
  learn: (values) => fromMoments(momentsOf(values)),
  fromMoments,
  ...centred,
})

function fromMoments({ count, min, max }: Moments): CentreParams {
  const most = count === 0 ? 0 : Math.max(Math.abs(min), Math.abs(max))
  return { centre: 0, spread: most > 0 ? most : 1 }
}

/** Divides each column by its greatest absolute number, so that zeros stay zeros: for sparse columns and counts. */
export function maxAbs(): ColumnwiseStep<CentreParams> {
  return columnwise(rule())
}

export const loadMaxAbs = loadColumns(rule)
