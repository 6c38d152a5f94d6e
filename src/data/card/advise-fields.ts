import { type Advice, adviseEncoder, adviseGaps, adviseOutliers, adviseScaler, type LearnedFamily } from "../../problem/index.ts"
import type { FieldSummary } from "./field-summary.ts"
import { orderOf } from "./ordered-words.ts"

/** Values from which a category's distinct ones are taken to keep coming: fewer than two rows a value. */
const OPEN_ROWS = 2
/** What the scale advice needs. */
const LEAST_VALUES = 8

/**
 * What to do with each field before a model: scale, outliers and gaps of numbers, encoding and gaps of categories; each advice with its numbers.
 *
 * @param owners - items or users that have the fields
 * @param family - what will learn from them
 */
export function adviseFields(fields: readonly FieldSummary[], owners: number, family: LearnedFamily = "linear"): readonly Advice[] {
  return fields.flatMap((field) => [...valueAdvice(field, family), ...gapAdvice(field, owners)])
}

function valueAdvice({ name, category, numbers, distinct, values, seen }: FieldSummary, family: LearnedFamily): Advice[] {
  if ((category === "discrete" || category === "continuous") && numbers !== undefined && numbers.count >= LEAST_VALUES) {
    const { count: rows, min, max, median, p10, p90, skewness, excessKurtosis } = numbers
    const scale = adviseScaler({ name, rows, min, max, skewness, excessKurtosis })
    return [scale, adviseOutliers({ name, rows, min, max, median, p10, p90, family })]
  }
  if ((category === "nominal" || category === "ordinal") && distinct !== undefined && distinct > 0) {
    const rows = Math.max(seen ?? 0, distinct)
    const ordered = category === "ordinal" && (values === undefined || orderOf(values) !== undefined)
    return [adviseEncoder({ name, rows, distinct, ordered, open: distinct > 50 && rows / distinct < OPEN_ROWS, family })]
  }
  return []
}

function gapAdvice({ name, category, missingRate, numbers }: FieldSummary, owners: number): Advice[] {
  if (missingRate === 0 || owners === 0 || category === "text" || category === "image") return []
  const numeric = category === "discrete" || category === "continuous"
  return [adviseGaps({ name, rows: owners, missing: missingRate, numeric, skewness: numbers?.skewness ?? 0, correlated: null })]
}
