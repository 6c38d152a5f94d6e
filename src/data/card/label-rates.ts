import type { LogEntry } from "../../core/index.ts"

const HOUR = 3_600_000
/** Widths of a bucket, and what they are called. */
const WIDTHS = [
  ["hour", HOUR],
  ["day", 24 * HOUR],
  ["week", 7 * 24 * HOUR],
  ["30 days", 30 * 24 * HOUR],
  ["year", 365 * 24 * HOUR],
] as const
/** Buckets that a page shows at most. */
const MOST = 32

/** What happened in each stretch of time, to see gaps, jumps and seasons. */
export interface RatesOverTime {
  readonly width: (typeof WIDTHS)[number][0]
  readonly buckets: readonly RateBucket[]
}

export interface RateBucket {
  /** ISO 8601. */
  readonly from: string
  readonly interactions: number
  /** Items shown in served or seen lists. */
  readonly shown: number
  /** Interactions that name a request, for each item shown; null when nothing was. */
  readonly labelRate: number | null
  /** Of interactions with a value; null without one. */
  readonly meanValue: number | null
}

const nothing: Readonly<Sums> = { interactions: 0, shown: 0, named: 0, valued: 0, sum: 0 }

interface Sums {
  interactions: number
  shown: number
  named: number
  valued: number
  sum: number
}

/** Counts by time between two moments, at most 32 buckets. Give it every entry, then ask. */
export function ratesOverTime(fromMs: number, toMs: number) {
  const [width, ms] = WIDTHS.find(([, ms]) => (toMs - fromMs) / ms < MOST - 1) ?? WIDTHS.at(-1)!
  const first = Math.floor(fromMs / ms)
  const buckets = new Map<number, Sums>()
  const at = (time: number): Sums => {
    const key = Math.floor(time / ms)
    const found = buckets.get(key) ?? { ...nothing }
    buckets.set(key, found)
    return found
  }
  return {
    see({ record, time }: LogEntry): void {
      if (record.event === "served" || record.event === "impression") at(time).shown += record.items.length
      if (record.event !== "interaction") return
      const sums = at(time)
      sums.interactions++
      if (record.request !== undefined) sums.named++
      if (record.value === undefined) return
      sums.valued++
      sums.sum += record.value
    },
    rates(): RatesOverTime {
      const last = Math.max(first, ...buckets.keys())
      const rows = Array.from({ length: Math.min(last - first + 1, 2 * MOST) }, (_, i) => {
        const { interactions, shown, named, valued, sum } = buckets.get(first + i) ?? nothing
        const rate = shown === 0 ? null : named / shown
        return {
          from: new Date((first + i) * ms).toISOString(),
          interactions,
          shown,
          labelRate: rate,
          meanValue: valued === 0 ? null : sum / valued,
        }
      })
      return { width, buckets: rows }
    },
  }
}
