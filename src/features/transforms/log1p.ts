import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"
import { logOnePlusAll } from "./log-one-plus.ts"

/** What becomes of negative numbers: mirrored `-log(1 + |x|)`, or missing. Zero is always 0. */
export type Negative = "mirror" | "missing"

export interface Log1pConfig {
  /** Default `mirror`, which keeps order. */
  readonly negative?: Negative
}

const rule = (config: Required<Log1pConfig>): ColumnRule<object> => ({
  kind: "log1p",
  config,
  learn: () => ({}),
  constant: {},
  apply(_params, values) {
    if (config.negative === "missing") for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = Number.NaN
    logOnePlusAll(values)
  },
  undo(_params, values) {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! >= 0 ? Math.expm1(values[i]!) : -Math.expm1(-values[i]!)
  },
})

/**
 * `log(1 + x)`: pulls in the long tail of counts, prices, durations. Zero stays 0; negative numbers are mirrored or missing.
 * Learns nothing. Missing stays missing.
 */
export function log1p({ negative = "mirror" }: Log1pConfig = {}): ColumnwiseStep<object> {
  return columnwise(rule({ negative }))
}

export const loadLog1p = loadColumns(rule)
