import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks"
import type { Measurement } from "../definition/index.ts"
import { type Buckets, bucketed } from "./buckets.ts"

/** Upper bounds of the latency buckets in seconds: 0.25 ms to 10 s. */
const LATENCY_BOUNDS = [0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Upper bounds of the event-loop delay buckets in seconds: fine around the 10 ms that are promised. */
const DELAY_BOUNDS = [
  0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01, 0.0125, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1,
  5,
]
const TICK_MS = 5
const WINDOW_MS = 10_000

/** What the server measures of itself. */
export interface Meters {
  /** Counts one answered request. */
  answered(route: string, status: number, elapsedMs: number): void
  /** Event-loop delay of the last ten seconds, in milliseconds. */
  loopDelay(): { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number }
  /** All answered requests so far. */
  total(): number
  measurements(): Measurement[]
  stop(): void
}

/** Starts measuring; `stop` ends the timers. */
export function meters(): Meters {
  const routes = new Map<string, { readonly latency: Buckets; readonly statuses: Map<number, number> }>()
  const delays = bucketed(DELAY_BOUNDS)
  const monitor = monitorEventLoopDelay({ resolution: TICK_MS })
  monitor.enable()
  const windows = slidingWindows(monitor)
  const stopTicks = everyTick(delays)
  let total = 0
  return {
    answered(route, status, elapsedMs) {
      let at = routes.get(route)
      if (at === undefined) {
        at = { latency: bucketed(LATENCY_BOUNDS), statuses: new Map() }
        routes.set(route, at)
      }
      total++
      at.latency.add(elapsedMs / 1000)
      at.statuses.set(status, (at.statuses.get(status) ?? 0) + 1)
    },
    loopDelay: windows.read,
    total: () => total,
    measurements() {
      const found: Measurement[] = []
      for (const [route, { latency, statuses }] of routes) {
        found.push({
          name: "trommel_http_request_seconds",
          help: "Time from the last header read to the answer written, by route.",
          kind: "histogram",
          labels: { route },
          ...latency.read(),
        })
        for (const [status, value] of statuses) {
          found.push({
            name: "trommel_http_requests_total",
            help: "Answered requests by route and status.",
            kind: "counter",
            labels: { route, status: String(status) },
            value,
          })
        }
      }
      const delay = windows.read()
      const gauge = (quantile: string, ms: number): Measurement => ({
        name: "trommel_event_loop_delay_recent_seconds",
        help: "Delay of the event loop over the last ten seconds; quantile 1 is the largest.",
        kind: "gauge",
        labels: { quantile },
        value: ms / 1000,
      })
      found.push(gauge("0.5", delay.p50Ms), gauge("0.99", delay.p99Ms), gauge("1", delay.maxMs))
      found.push({
        name: "trommel_event_loop_delay_seconds",
        help: `Delay of the event loop since the start, one sample each ${TICK_MS} ms; a stall counts once for every sample it swallowed.`,
        kind: "histogram",
        ...delays.read(),
      })
      return found
    },
    stop() {
      monitor.disable()
      windows.stop()
      stopTicks()
    },
  }
}

/** The monitor's percentiles over the window under way or the one before, whichever is worse. Its values include one tick: taken off. */
function slidingWindows(monitor: IntervalHistogram) {
  const now = () => {
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - TICK_MS)
    return monitor.count === 0
      ? { p50Ms: 0, p99Ms: 0, maxMs: 0 }
      : { p50Ms: ms(monitor.percentile(50)), p99Ms: ms(monitor.percentile(99)), maxMs: ms(monitor.max) }
  }
  let last = { p50Ms: 0, p99Ms: 0, maxMs: 0 }
  const timer = setInterval(() => {
    last = now()
    monitor.reset()
  }, WINDOW_MS)
  timer.unref()
  return {
    read() {
      const current = now()
      return {
        p50Ms: Math.max(last.p50Ms, current.p50Ms),
        p99Ms: Math.max(last.p99Ms, current.p99Ms),
        maxMs: Math.max(last.maxMs, current.maxMs),
      }
    },
    stop: () => clearInterval(timer),
  }
}

/** A sample each tick; a stall of many ticks adds the samples that could not be taken, so that the percentiles do not flatter. */
function everyTick(delays: Buckets): () => void {
  let due = performance.now() + TICK_MS
  const timer = setInterval(() => {
    const now = performance.now()
    for (let late = Math.max(0, now - due); late >= 0; late -= TICK_MS) delays.add(late / 1000)
    due = now + TICK_MS
  }, TICK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
