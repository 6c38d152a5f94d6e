import { InvalidArgument } from "../../core/index.ts"
import { computed } from "../quantity.ts"
import type { Advice } from "./advice.ts"

/** What a scan tells of the gaps of a column. */
export interface GapColumn {
  readonly name: string
  readonly rows: number
  /** Share of the rows without a value, in [0, 1]. */
  readonly missing: number
  readonly numeric: boolean
  /** Absolute skewness of a numeric column's values; 0 when unknown. */
  readonly skewness: number
  /** Greatest absolute correlation with another column; null when nobody looked. */
  readonly correlated: number | null
}

/** Gaps up to which the rows may be dropped: their loss then costs less than a wrong guess. */
const FEW = 0.005
const HALF = 0.5

/**
 * What to do about missing values: leave out the few rows, else fill and keep an indicator; by a model where another column tells the value,
 * by the median where the values are skewed, by the mean where they are not; a category's missing is a value of its own.
 *
 * @throws {@link InvalidArgument} on a share outside [0, 1]
 */
export function adviseGaps({ name, rows, missing, numeric, skewness, correlated }: GapColumn): Advice {
  if (!(missing >= 0 && missing <= 1)) throw new InvalidArgument("adviseGaps", "a share in [0, 1]", `${missing}`, "Divide by the rows.")
  const options = {
    nothing: "no value is missing",
    "drop the rows": `at most ${100 * FEW} % of the rows are lost; in serving fill all the same`,
    "indicator, column dropped": "more is missing than known: whether it is there may say more than what it is",
    "a value of its own": "being missing is one more value of a category",
    "model, with indicator": "another column tells much of the value",
    "median, with indicator": "a long tail would pull a mean up",
    "mean, with indicator": "roughly symmetric: the mean is the best constant",
  } as const
  const choose: keyof typeof options =
    missing === 0
      ? "nothing"
      : missing > HALF
        ? "indicator, column dropped"
        : !numeric
          ? "a value of its own"
          : missing <= FEW
            ? "drop the rows"
            : (correlated ?? 0) >= 0.5
              ? "model, with indicator"
              : Math.abs(skewness) > 1
                ? "median, with indicator"
                : "mean, with indicator"
  const scan = `scan of ${name}`
  const others = (Object.keys(options) as (keyof typeof options)[]).filter((option) => option !== choose && option !== "nothing")
  return {
    topic: `missing values of ${name}`,
    choose,
    why: options[choose],
    evidence: [
      { name: "rows", quantity: computed(rows, "rows", scan) },
      { name: "missing", quantity: computed(missing, "share", scan) },
      { name: "rows lost by dropping", quantity: computed(Math.round(rows * missing), "rows", scan) },
      ...(numeric ? [{ name: "skewness", quantity: computed(skewness, "x", scan) }] : []),
      ...(correlated === null ? [] : [{ name: "greatest correlation", quantity: computed(correlated, "x", scan) }]),
    ],
    instead: others.map((option) => ({ option, why: `is for another case: ${options[option]}` })),
  }
}
