import { InvalidArgument } from "../../core/index.ts"
import { computed } from "../quantity.ts"
import type { Advice } from "./advice.ts"
import type { LearnedFamily } from "./family.ts"

/** What a scan tells of the ends of a numeric column. */
export interface TailColumn {
  readonly name: string
  readonly rows: number
  readonly median: number
  /** 10th and 90th percentile. */
  readonly p10: number
  readonly p90: number
  readonly min: number
  readonly max: number
  readonly family: LearnedFamily
}

/** Distances of the ends from the median, in widths of the middle four fifths, beyond which a number is gross. A normal column reaches 2 in 1e7. */
const GROSS = 2.5

/**
 * What to do about outliers: nothing for trees, which split by order alone; else cap at the 1st and 99th percentile when an end lies far out.
 * Dropping rows is for errors that were found, not for whatever is large.
 *
 * @throws {@link InvalidArgument} on percentiles out of order
 */
export function adviseOutliers({ name, rows, median, p10, p90, min, max, family }: TailColumn): Advice {
  if (!(min <= p10 && p10 <= median && median <= p90 && p90 <= max))
    throw new InvalidArgument(
      "adviseOutliers",
      "min <= p10 <= median <= p90 <= max",
      [min, p10, median, p90, max].join(", "),
      "Check the scan.",
    )
  const width = p90 - p10
  const reach = width > 0 ? Math.max(median - min, max - median) / width : max > min ? Number.POSITIVE_INFINITY : 0
  const options = {
    nothing: family === "trees" ? "trees split by order: how far out a number lies does not matter" : "no number lies far out",
    "cap at the 1st and 99th percentile": "a few numbers far out would rule means, scales and slopes",
    "drop the rows": "for values that are known to be wrong",
  } as const
  const choose: keyof typeof options = family === "trees" || reach <= GROSS ? "nothing" : "cap at the 1st and 99th percentile"
  const scan = `scan of ${name}`
  const others = (Object.keys(options) as (keyof typeof options)[]).filter((option) => option !== choose)
  return {
    topic: `outliers of ${name}`,
    choose,
    why: options[choose],
    evidence: [
      { name: "rows", quantity: computed(rows, "rows", scan) },
      { name: "farthest number", quantity: computed(Number.isFinite(reach) ? reach : 1e6, "x", "distance from the median / (p90 - p10)") },
      { name: "gross from", quantity: computed(GROSS, "x", "rule: a normal column hardly passes 2") },
    ],
    instead: others.map((option) => ({ option, why: `is for another case: ${options[option]}` })),
  }
}
