import { type ColumnRule, type ColumnwiseStep, columnwise, loadColumns } from "./columnwise.ts"

/** What becomes of negative numbers: mirrored `-log(1 + |x|)`, or missing. Zero is always 0. */
export type Negative = "mirror" | "missing"

export interface Log1pConfig {
  /** Default `mirror`, which keeps order. */
  readonly negative?: Negative
}

const rule = (config: Required<Log1pConfig>): ColumnRule<null> => ({
  kind: "log1p",
  config,
  learn: () => null,
  apply(_params, values) {
    const isMirrored = config.negative === "mirror"
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!
      values[i] = x >= 0 ? logOnePlus(x) : isMirrored ? -logOnePlus(-x) : Number.NaN
    }
  },
  undo(_params, values) {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! >= 0 ? Math.expm1(values[i]!) : -Math.expm1(-values[i]!)
  },
})

/** `log(1 + x)` for x >= 0 by one logarithm, corrected for the rounding of the sum. @see Kahan 1983; Higham 2002, section 1.14.1 */
export function logOnePlus(x: number): number {
  const sum = 1 + x
  return sum === 1 || sum === Number.POSITIVE_INFINITY ? x : (Math.log(sum) * x) / (sum - 1)
}

/**
 * `log(1 + x)`: pulls in the long tail of counts, prices, durations. Zero stays 0; negative numbers are mirrored or missing.
 * Learns nothing. Missing stays missing.
 */
export function log1p({ negative = "mirror" }: Log1pConfig = {}): ColumnwiseStep<null> {
  return columnwise(rule({ negative }))
}

export const loadLog1p = loadColumns(rule)
