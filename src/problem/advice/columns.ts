import { chiSquareSf, InvalidArgument } from "../../core/index.ts"
import { computed } from "../quantity.ts"
import type { Advice } from "./advice.ts"

/** What a scan of a numeric column tells. Moments of the values that are present. */
export interface NumericColumn {
  readonly name: string
  /** Values present. */
  readonly rows: number
  readonly skewness: number
  /** Kurtosis minus 3: 0 for a normal distribution. */
  readonly excessKurtosis: number
  readonly min: number
  readonly max: number
}

/**
 * How to scale a numeric column: z-score when it is roughly normal, logarithm first when it is skewed and positive, min-max otherwise.
 *
 * Roughly normal means that the Jarque-Bera test does not reject it at 5 %, or that skewness is within 0.5 and excess kurtosis within 1, since
 * with many rows the test rejects every real column.
 * @throws {@link InvalidArgument} on fewer than 8 values
 * @see Jarque & Bera 1980, doi:10.1016/0165-1765(80)90024-5
 */
export function adviseScaler({ name, rows, skewness, excessKurtosis, min, max }: NumericColumn): Advice {
  if (!(rows >= 8)) throw new InvalidArgument("adviseScaler", "at least 8 values", String(rows), "Collect more before choosing a scale.")
  const statistic = (rows / 6) * (skewness ** 2 + excessKurtosis ** 2 / 4)
  const p = chiSquareSf(statistic, 2)
  const near = Math.abs(skewness) <= 0.5 && Math.abs(excessKurtosis) <= 1
  const scan = `scan of ${name}`
  const evidence = [
    { name: "values", quantity: computed(rows, "rows", scan) },
    { name: "skewness", quantity: computed(skewness, "x", scan) },
    { name: "excess kurtosis", quantity: computed(excessKurtosis, "x", scan) },
    { name: "p of normality", quantity: computed(p, "share", "Jarque-Bera test") },
  ]
  const options = {
    "z-score": "roughly normal: centre and spread describe it",
    "log, then z-score": "positive with a long tail: the logarithm shortens it",
    "min-max": "not normal and not a positive tail: bring it to 0 to 1 by the range seen in training",
  } as const
  const choose: keyof typeof options = p >= 0.05 || near ? "z-score" : skewness > 1 && min >= 0 && max > 0 ? "log, then z-score" : "min-max"
  const others = (Object.keys(options) as (keyof typeof options)[]).filter((option) => option !== choose)
  return {
    topic: `scale of ${name}`,
    choose,
    why: min === 0 && choose === "log, then z-score" ? `${options[choose]}; log(1 + x), as zeros occur` : options[choose],
    evidence,
    instead: others.map((option) => ({ option, why: `fits another shape: ${options[option]}` })),
  }
}

/** What a scan of a column of codes or words tells. */
export interface CategoryColumn {
  readonly name: string
  readonly rows: number
  readonly distinct: number
  /** True when the values have an order of their own, such as small, medium, large. */
  readonly ordered: boolean
  /** True when values appear that training never saw, such as new ids. */
  readonly open: boolean
  readonly family: "linear" | "trees" | "network"
}

/** Values up to which one column each is worth its width. */
export const ONE_HOT_MOST = 12

/**
 * How to encode a category: its order if it has one, one-hot up to 12 values, beyond that a learned embedding for networks, a smoothed rate
 * for trees, and hashing for linear models or when new values keep coming.
 *
 * @throws {@link InvalidArgument} on a column without values
 */
export function adviseEncoder({ name, rows, distinct, ordered, open, family }: CategoryColumn): Advice {
  if (!(rows >= 1 && distinct >= 1))
    throw new InvalidArgument("adviseEncoder", "at least one value", `${distinct} in ${rows} rows`, "Check the column.")
  const scan = `scan of ${name}`
  const options = {
    "integer by order": "the values have an order that a number keeps",
    "one-hot": `at most ${ONE_HOT_MOST} values: a column each, no false order`,
    embedding: "many values: like ones come to lie close",
    hashing: "many or new values: a fixed width, with collisions to watch",
    "smoothed rate": "many values: one number a value, fitted out of sample",
  } as const
  const choose: keyof typeof options = ordered
    ? "integer by order"
    : distinct <= ONE_HOT_MOST && !open
      ? "one-hot"
      : open || family === "linear"
        ? "hashing"
        : family === "network"
          ? "embedding"
          : "smoothed rate"
  const others = (Object.keys(options) as (keyof typeof options)[]).filter((option) => option !== choose)
  return {
    topic: `encoding of ${name}`,
    choose,
    why: options[choose],
    evidence: [
      { name: "values", quantity: computed(rows, "rows", scan) },
      { name: "distinct values", quantity: computed(distinct, "items", scan) },
      { name: "rows a value", quantity: computed(rows / distinct, "rows", scan) },
      { name: "most values for one-hot", quantity: computed(ONE_HOT_MOST, "items", "rule: a dozen") },
    ],
    instead: others.map((option) => ({ option, why: `is for another case: ${options[option]}` })),
  }
}
