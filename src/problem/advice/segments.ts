import { InvalidArgument } from "../../core/index.ts"
import { formatNumber, measured } from "../quantity.ts"
import type { Advice, Estimate } from "./advice.ts"

/** Both choices measured on one segment, higher is better. */
export interface SegmentComparison {
  readonly segment: string
  readonly rows: number
  /** Own model minus common model, paired, with interval. */
  readonly gain: Estimate
}

/**
 * One model for everyone, or one a segment: one each only when the gain over all rows is above the noise and worth the extra models.
 *
 * @param worth - least gain, in the metric's unit, that pays for the further models
 * @throws {@link InvalidArgument} on fewer than two segments
 */
export function adviseSegments(metric: string, comparisons: readonly SegmentComparison[], worth: number, where: string): Advice {
  if (comparisons.length < 2) {
    throw new InvalidArgument(
      "adviseSegments",
      "at least two segments",
      String(comparisons.length),
      "With one segment there is nothing to choose.",
    )
  }
  const rows = comparisons.reduce((sum, { rows: own }) => sum + own, 0)
  const gain = comparisons.reduce((sum, { rows: own, gain: { value } }) => sum + (own / rows) * value, 0)
  // Segments are independent samples, so their half-widths add as squares.
  const half = Math.sqrt(comparisons.reduce((sum, { rows: own, gain: { value, low } }) => sum + ((own / rows) * (value - low)) ** 2, 0))
  const worse = comparisons.filter(({ gain: { high } }) => high < 0).map(({ segment }) => segment)
  const separate = gain - half > 0 && gain >= worth && worse.length === 0
  const why = separate
    ? `over all rows ${metric} gains ${formatNumber(gain)}, above the noise and the ${formatNumber(worth)} that pay for ${comparisons.length} models`
    : worse.length > 0
      ? `a model of its own makes ${worse.join(", ")} worse`
      : gain - half <= 0
        ? `the gain of ${metric} over all rows is inside the noise`
        : `the gain of ${formatNumber(gain)} does not pay for ${comparisons.length} models`
  return {
    topic: "one model or one per segment",
    choose: separate ? "one per segment" : "one model",
    why,
    evidence: [
      { name: `gain of ${metric}, all rows`, quantity: measured(gain, "x", where) },
      { name: "gain, lower end", quantity: measured(gain - half, "x", where) },
      ...comparisons.map(({ segment, gain: { value } }) => ({ name: `gain in ${segment}`, quantity: measured(value, "x", where) })),
    ],
    instead: [{ option: separate ? "one model" : "one per segment", why }],
  }
}
