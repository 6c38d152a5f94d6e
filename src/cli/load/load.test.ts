import { expect, test } from "vitest"
import { arrivals } from "./arrivals.ts"
import { eventBatches } from "./event-batches.ts"
import { latencies } from "./latencies.ts"
import { delayBuckets, delayPercentileMs } from "./server-delay.ts"

test("percentiles by nearest rank over more values than the first block holds", () => {
  const times = latencies()
  for (let i = 3000; i >= 1; i--) times.add(i)
  expect(times.summary()).toEqual({ count: 3000, meanMs: 1500.5, p50Ms: 1500, p95Ms: 2850, p99Ms: 2970, p999Ms: 2997, maxMs: 3000 })
  expect(latencies().summary()).toMatchObject({ count: 0, p50Ms: null, maxMs: null })
})

test("even arrivals are even; Poisson arrivals rise, have the stated rate, and repeat by seed", () => {
  const even = arrivals("even", 500, 1)
  expect([even(), even(), even()]).toEqual([0, 2, 4])
  const [one, two] = [arrivals("poisson", 500, 7), arrivals("poisson", 500, 7)]
  let last = 0
  for (let i = 0; i < 10_000; i++) {
    const at = one()
    expect(at).toBe(two())
    expect(at).toBeGreaterThanOrEqual(last)
    last = at
  }
  expect(last).toBeGreaterThan(19_000)
  expect(last).toBeLessThan(21_000)
})

test("event-loop delay between two readings, inside its bucket", () => {
  const text = (a: number, b: number, all: number) =>
    `trommel_event_loop_delay_seconds_bucket{le="0.001"} ${a}\ntrommel_event_loop_delay_seconds_bucket{le="0.002"} ${b}\ntrommel_event_loop_delay_seconds_bucket{le="+Inf"} ${all}\n`
  const before = delayBuckets(text(1000, 1000, 1000))
  const after = delayBuckets(text(1050, 1100, 1100))
  expect(delayPercentileMs(before, after, 0.5)).toBeCloseTo(1, 9)
  expect(delayPercentileMs(before, after, 0.75)).toBeCloseTo(1.5, 9)
  expect(delayPercentileMs(before, before, 0.99)).toBeNull()
  expect(delayPercentileMs(before, delayBuckets(text(1000, 1000, 1100)), 0.99)).toBe(2)
  expect(delayPercentileMs(delayBuckets(""), delayBuckets(""), 0.99)).toBeNull()
})

test("event batches: whole events, ids never twice", () => {
  const batches = eventBatches({ users: ["u"], items: ["i"], size: 2, type: "click", seed: 1, run: "r" })
  const event = (n: number) => ({ id: `load-r-${n}`, timestamp: 5, event: "interaction", user: "u", item: "i", type: "click" })
  expect([batches.next(5), batches.next(5)].map((body) => JSON.parse(body.toString()))).toEqual([
    [event(0), event(1)],
    [event(2), event(3)],
  ])
})
