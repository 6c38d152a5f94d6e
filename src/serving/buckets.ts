/** A histogram with fixed upper bounds, as Prometheus reads it. */
export interface Buckets {
  add(value: number): void
  /** Cumulative counts, the count of all as `value`, and the sum. */
  read(): { readonly buckets: readonly { readonly le: number; readonly count: number }[]; readonly value: number; readonly sum: number }
}

/** An empty histogram over `bounds`, rising; values above the last bound count in the total alone. */
export function bucketed(bounds: readonly number[]): Buckets {
  const counts = new Float64Array(bounds.length)
  let total = 0
  let sum = 0
  return {
    add(value) {
      total++
      sum += value
      for (let i = 0; i < bounds.length; i++) {
        if (value <= bounds[i]!) {
          counts[i]! += 1
          return
        }
      }
    },
    read() {
      let below = 0
      const buckets = bounds.map((le, i) => {
        below += counts[i]!
        return { le, count: below }
      })
      return { buckets, value: total, sum }
    },
  }
}
