/** Event-loop delay of the server over a span, from two readings of its `/metrics`. */
export interface DelayBuckets {
  /** Upper bound in seconds and cumulative count, rising; the last bound is Infinity. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
}

const LINE = /^trommel_event_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm

/** The histogram in a Prometheus text, empty when it has none. */
export function delayBuckets(text: string): DelayBuckets {
  const found = [...text.matchAll(LINE)]
  return {
    bounds: found.map(([, le]) => (le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le))),
    counts: found.map(([, , n]) => Number(n)),
  }
}

/**
 * A percentile in milliseconds of what came between two readings, interpolated inside its bucket.
 * @returns `null` when nothing was sampled between them
 */
export function delayPercentileMs(before: DelayBuckets, after: DelayBuckets, share: number): number | null {
  const counts = after.counts.map((n, i) => n - (before.counts[i] ?? 0))
  const total = counts.at(-1) ?? 0
  if (total <= 0) return null
  const wanted = share * total
  const at = counts.findIndex((n) => n >= wanted)
  const low = at === 0 ? 0 : after.bounds[at - 1]!
  const high = after.bounds[at]!
  if (!Number.isFinite(high)) return low * 1000
  const below = at === 0 ? 0 : counts[at - 1]!
  return 1000 * (low + ((wanted - below) / (counts[at]! - below)) * (high - low))
}

/** One unlabelled sample of a Prometheus text, `null` when it is not there. */
export function sample(text: string, name: string): number | null {
  const found = new RegExp(`^${name} (\\S+)$`, "m").exec(text)
  return found === null ? null : Number(found[1])
}
