import { InvalidArgument } from "../../core/index.ts"
import { collect, type Split, TEST } from "./split.ts"

/** How a stretch of time is cut again and again. */
export interface RollingOptions {
  /** How many splits, oldest first; at least 1. */
  readonly folds: number
  /** Length of each test span, milliseconds. The spans lie end to end, the last ends with the newest row. */
  readonly testMs: number
  /** Left out between training and test, so that labels of the last training rows are complete; 0 without. */
  readonly gapMs?: number
  /** Train on this much before the gap only (sliding); on everything before it when absent (expanding). */
  readonly trainMs?: number
}

/**
 * Several splits by time, each trained on what came before its test span: how a model that is trained again and again would have done.
 * Rows of the gap, after the test span, or before a sliding window are in no part.
 *
 * @param times - of each row, finite, epoch milliseconds; shape `[n]`
 * @throws {@link InvalidArgument} when a fold has nothing to train on or nothing to test
 */
export function rollingSplits(times: ArrayLike<number>, options: RollingOptions): Split[] {
  const { folds, testMs, gapMs = 0, trainMs = Number.POSITIVE_INFINITY } = options
  if (!(Number.isInteger(folds) && folds > 0 && testMs > 0 && gapMs >= 0 && trainMs > 0)) {
    const came = `folds ${folds}, testMs ${testMs}, gapMs ${gapMs}, trainMs ${trainMs}`
    throw new InvalidArgument("rollingSplits", "at least 1 fold and spans above 0", came, "Pass such as { folds: 4, testMs: 604800000 }.")
  }
  let newest = Number.NEGATIVE_INFINITY
  for (let row = 0; row < times.length; row++) newest = Math.max(newest, times[row]!)
  return Array.from({ length: folds }, (_, fold) => {
    // The last span is closed at its end, so that the newest row is in it.
    const end = newest - (folds - 1 - fold) * testMs
    const start = end - testMs
    const parts = Uint8Array.from({ length: times.length }, (_, row) => {
      const time = times[row]!
      if (time > start && time <= end) return TEST
      return time <= start - gapMs && time > start - gapMs - trainMs ? 0 : OUT
    })
    const split = collect(parts)
    if (split.train.length === 0 || split.test.length === 0) {
      const came = `${split.train.length} and ${split.test.length} in fold ${fold}`
      throw new InvalidArgument("rollingSplits", "rows to train on and to test in each fold", came, "Take fewer folds or shorter spans.")
    }
    return split
  })
}

/** In no part. */
const OUT = 255
