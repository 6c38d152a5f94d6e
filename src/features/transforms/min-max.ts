import { type Moments, momentsOf } from "./column-stats.ts"
import { type ColumnRule, type ColumnwiseStep, columnwise, LEVEL, loadColumns, type Ramp } from "./columnwise.ts"

/** What a number outside the training range becomes: itself beyond [0, 1], the nearest end, or missing, which flags it. */
export type Outside = "keep" | "clip" | "missing"

export interface MinMaxConfig {
  /** Default `clip`. */
  readonly outside?: Outside
}

export interface MinMaxParams {
  readonly min: number
  readonly max: number
}

const rule = (config: Required<MinMaxConfig>): ColumnRule<MinMaxParams> => ({
  kind: "minMax",
  config,
  learn: (values) => fromMoments(momentsOf(values)),
  fromMoments,
  apply: config.outside === "missing" ? flagOutside : { ramp: (params) => rampOf(params, config.outside) },
  undo(params, values) {
    const width = widthOf(params)
    for (let i = 0; i < values.length; i++) values[i] = params.min + values[i]! * width
  },
})

function fromMoments({ count, min, max }: Moments): MinMaxParams {
  return count === 0 ? { min: 0, max: 0 } : { min, max }
}

function rampOf(params: MinMaxParams, outside: Outside): Ramp {
  const line = { ...LEVEL, shift: params.min, scale: 1 / widthOf(params) }
  return outside === "keep" ? line : { ...line, low: 0, high: params.max > params.min ? 1 : 0 }
}

function flagOutside(params: MinMaxParams, values: Float64Array): void {
  const { min, max } = params
  const scale = 1 / widthOf(params)
  for (let i = 0; i < values.length; i++) values[i] = values[i]! >= min && values[i]! <= max ? (values[i]! - min) * scale : Number.NaN
}

/** A constant column is moved, not stretched. */
const widthOf = ({ min, max }: MinMaxParams) => (max > min ? max - min : 1)

/**
 * Scales each column to [0, 1] by the least and greatest number of the training rows: for columns that are not normal and have no outliers.
 * A constant column becomes 0. Missing stays missing.
 */
export function minMax({ outside = "clip" }: MinMaxConfig = {}): ColumnwiseStep<MinMaxParams> {
  return columnwise(rule({ outside }))
}

export const loadMinMax = loadColumns(rule)

/** How many numbers of a column lie outside its training range: a count to watch in serving. */
export function countOutside({ min, max }: MinMaxParams, values: ArrayLike<number>): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i]! < min || values[i]! > max) count++
  return count
}
