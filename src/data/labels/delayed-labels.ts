import { InvalidArgument } from "../../core/index.ts"

/** Things that were shown and what had come of them by now. Columns run in parallel, times in epoch milliseconds. */
export interface DelayedOutcomes {
  readonly shownAt: ArrayLike<number>
  /** When it converted; NaN where it has not, or not yet. */
  readonly convertedAt: ArrayLike<number>
  /** Until when conversions are known. */
  readonly now: number
  /** A conversion later than this after showing counts as none. */
  readonly windowMs: number
}

/** How long conversions take: the share of those within the window that have come by an age. */
export interface DelayCurve {
  readonly windowMs: number
  /** In (0, 1], rising with age, 1 from the window on. */
  arrived(ageMs: number): number
  /** The shortest window that holds this share of the conversions, in milliseconds. */
  windowFor(share: number): number
  /** Conversions it was read from. */
  readonly conversions: number
}

/**
 * Reads off how long conversions take, from rows whose window is over alone: of younger rows only the quick conversions have come.
 *
 * @throws {@link InvalidArgument} when no row whose window is over has converted
 */
export function delayCurve({ shownAt, convertedAt, now, windowMs }: DelayedOutcomes): DelayCurve {
  const delays: number[] = []
  for (let row = 0; row < shownAt.length; row++) {
    const delay = convertedAt[row]! - shownAt[row]!
    if (now - shownAt[row]! >= windowMs && delay >= 0 && delay <= windowMs) delays.push(delay)
  }
  if (delays.length === 0) {
    throw new InvalidArgument("delayCurve", "conversions of rows whose window is over", "none", "Wait, or take a shorter window.")
  }
  const sorted = Float64Array.from(delays).sort()
  return {
    windowMs,
    conversions: sorted.length,
    // One more on either side, so that what has never been seen so early is still possible.
    arrived: (ageMs) => (ageMs >= windowMs ? 1 : (notAfter(sorted, ageMs) + 1) / (sorted.length + 1)),
    windowFor: (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!,
  }
}

/** How rows without a conversion whose window is still open are labelled. */
export type OpenRows = "leave out" | "as negative" | "expected"

/** Labels of rows, and what they rest on. */
export interface DelayedLabels {
  /** 1 converted, 0 not, NaN left out, between them expected; shape `[n]`. */
  readonly labels: Float32Array
  /** Rows whose window is still open and which have not converted. */
  readonly open: number
  /** Conversions that came after their window. */
  readonly late: number
}

/**
 * Labels as of now.
 *
 * `leave out` is right and learns late. `as negative` learns at once from labels many of which are wrong. `expected` gives an open row the
 * probability that it converts after all, `p (1 - F(age)) / (1 - p F(age))` with F from the {@link DelayCurve}: as right as `p` is, at once.
 * @param probability - that a row converts within the window: of a model, row by row, or one number; needed for `expected`
 * @see Chapelle 2014, doi:10.1145/2623330.2623634, section 3 (the expectation step)
 */
export function delayedLabels(
  outcomes: DelayedOutcomes,
  openRows: OpenRows,
  expectation?: { readonly curve: DelayCurve; readonly probability: ArrayLike<number> | number },
): DelayedLabels {
  const { shownAt, convertedAt, now, windowMs } = outcomes
  if (openRows === "expected" && expectation === undefined) {
    throw new InvalidArgument("delayedLabels", "a curve and probabilities for expected labels", "none", "Pass delayCurve(outcomes).")
  }
  let [open, late] = [0, 0]
  const labels = Float32Array.from({ length: shownAt.length }, (_, row) => {
    const delay = convertedAt[row]! - shownAt[row]!
    if (delay >= 0 && delay <= windowMs && convertedAt[row]! <= now) return 1
    if (delay > windowMs) late++
    const age = now - shownAt[row]!
    if (age >= windowMs) return 0
    open++
    if (openRows === "leave out") return Number.NaN
    if (openRows === "as negative") return 0
    const { curve, probability } = expectation!
    const p = typeof probability === "number" ? probability : probability[row]!
    const arrived = curve.arrived(age)
    return (p * (1 - arrived)) / (1 - p * arrived)
  })
  return { labels, open, late }
}

/**
 * Weights that correct counts of young rows: a conversion of a row of this age stands for `1 / F(age)`, as many as will have come when its window
 * is over. Sums of weights over conversions estimate the final number without bias; cap them, for very young rows weigh much.
 *
 * @returns 0 for rows without a conversion; shape `[n]`
 */
export function conversionWeights({ shownAt, convertedAt, now, windowMs }: DelayedOutcomes, curve: DelayCurve, cap = 20): Float32Array {
  return Float32Array.from({ length: shownAt.length }, (_, row) => {
    const delay = convertedAt[row]! - shownAt[row]!
    return delay >= 0 && delay <= windowMs && convertedAt[row]! <= now ? Math.min(cap, 1 / curve.arrived(now - shownAt[row]!)) : 0
  })
}

/** How many sorted values are at most `value`. */
function notAfter(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
