const BARS = "▁▂▃▄▅▆▇█"

/** A histogram as one bar a bin, `▁` for the least and `█` for the most; a bin without anything is a space. */
export function sparkline(counts: ArrayLike<number>): string {
  const most = Math.max(0, ...Array.from(counts))
  return Array.from(counts, (count) =>
    count > 0 ? BARS[Math.min(BARS.length - 1, Math.floor((count / most) * BARS.length * 0.9999))] : " ",
  ).join("")
}

/** Counts of a list of numbers in equal bins between its extremes; missing ones are left out. */
export interface Histogram {
  readonly min: number
  readonly max: number
  readonly counts: readonly number[]
}

/** The histogram of some numbers; one bin when they are all alike, none when there is nothing. */
export function histogramOf(values: ArrayLike<number>, bins = 16): Histogram {
  const present = Array.from(values).filter(Number.isFinite)
  const min = present.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const max = present.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (present.length === 0) return { min: 0, max: 0, counts: [] }
  if (min === max) return { min, max, counts: [present.length] }
  const counts = new Array<number>(bins).fill(0)
  for (const value of present) counts[Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins))]! += 1
  return { min, max, counts }
}
