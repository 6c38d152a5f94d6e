/** Durations in milliseconds, all of them kept, so that no percentile is rounded to a bucket. 8 bytes each. */
export interface Latencies {
  add(ms: number): void
  readonly count: number
  summary(): LatencySummary
}

/** Percentiles by nearest rank; `null` when nothing was measured. */
export interface LatencySummary {
  readonly count: number
  readonly meanMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly maxMs: number | null
}

/** An empty recorder. */
export function latencies(): Latencies {
  let values = new Float64Array(1024)
  let count = 0
  return {
    add(ms) {
      if (count === values.length) {
        const larger = new Float64Array(2 * count)
        larger.set(values)
        values = larger
      }
      values[count++] = ms
    },
    get count() {
      return count
    },
    summary() {
      const sorted = values.slice(0, count).sort()
      const at = (share: number) => (count === 0 ? null : sorted[Math.max(0, Math.ceil(share * count) - 1)]!)
      const mean = count === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / count
      return { count, meanMs: mean, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), p999Ms: at(0.999), maxMs: at(1) }
    },
  }
}
