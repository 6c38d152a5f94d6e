import { bytes, count, pairs, table } from "../table.ts"
import type { LoadPlan } from "./bench-load.ts"
import type { LatencySummary } from "./latencies.ts"
import type { StreamResult } from "./open-loop.ts"
import { delayBuckets, delayPercentileMs, sample } from "./server-delay.ts"

/** Share of the stated rate below which a run did not reach it. */
const REACHED = 0.99
/** Lag of the generator itself, at its 99th percentile in milliseconds, above which its own figures are in doubt. */
const LAG_MS = 5

/** What `trommel bench load` found. Latencies count from the intended send time. */
export interface LoadReport {
  readonly url: string
  readonly system: string
  readonly plan: LoadPlan
  readonly users: number
  readonly rank: StreamReport
  readonly events?: StreamReport & { readonly batchesWithRejections: number }
  readonly degraded: number
  readonly answerBytes: number
  /** Processor use of the server over the whole run, in cores, and its resident memory at the end. */
  readonly server: { readonly cores: number | null; readonly residentBytes: number | null; readonly anonymousBytes: number | null }
  /** `recentMaxMs` is that of the last ten to twenty seconds. */
  readonly serverEventLoop: { readonly p50Ms: number | null; readonly p99Ms: number | null; readonly recentMaxMs: number | null }
  readonly generator: {
    readonly lagP50Ms: number | null
    readonly lagP99Ms: number | null
    readonly lagMaxMs: number | null
    readonly cores: number
  }
  readonly warnings: readonly string[]
}

/** One stream: rates a second, counts, errors by kind. */
export interface StreamReport {
  readonly statedPerSecond: number
  readonly achievedPerSecond: number
  readonly intended: number
  readonly answered: number
  readonly unsent: number
  readonly errors: Readonly<Record<string, number>>
  readonly latency: LatencySummary
}

export interface LoadFindings {
  readonly plan: LoadPlan
  readonly url: string
  readonly system: string
  readonly users: number
  readonly results: readonly StreamResult[]
  readonly counts: { readonly degraded: number; readonly bytes: number; readonly eventsRejected: number }
  readonly cores: number
  /** The server's `/metrics` before and after, and the seconds between. */
  readonly before: string
  readonly after: string
  readonly spanSeconds: number
}

/** The findings as they are reported, with what puts them in doubt. */
export function report({ plan, url, system, users, results, counts, cores, before, after, spanSeconds }: LoadFindings): LoadReport {
  const [ranked, sentEvents] = results
  const rank = streamReport(plan.qps, 1, ranked!)
  const events = sentEvents === undefined ? undefined : streamReport(plan.eventsPerSecond, plan.batch, sentEvents)
  const { lag } = ranked!
  const [delayBefore, delayAfter] = [delayBuckets(before), delayBuckets(after)]
  const recentMax = sample(after, 'trommel_event_loop_delay_recent_seconds{quantile="1"}')
  const [cpuBefore, cpuAfter] = [sample(before, "process_cpu_seconds_total"), sample(after, "process_cpu_seconds_total")]
  return {
    url,
    system,
    plan,
    users,
    rank,
    ...(events === undefined ? {} : { events: { ...events, batchesWithRejections: counts.eventsRejected } }),
    degraded: counts.degraded,
    answerBytes: rank.answered === 0 ? 0 : Math.round(counts.bytes / rank.answered),
    server: {
      cores: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / spanSeconds,
      residentBytes: sample(after, "process_resident_memory_bytes"),
      anonymousBytes: sample(after, "process_anonymous_memory_bytes"),
    },
    serverEventLoop: {
      p50Ms: delayPercentileMs(delayBefore, delayAfter, 0.5),
      p99Ms: delayPercentileMs(delayBefore, delayAfter, 0.99),
      recentMaxMs: recentMax === null ? null : recentMax * 1000,
    },
    generator: { lagP50Ms: lag.p50Ms, lagP99Ms: lag.p99Ms, lagMaxMs: lag.maxMs, cores },
    warnings: warnings(rank, events, lag),
  }
}

function streamReport(stated: number, each: number, { intended, answered, unsent, errors, latency, seconds }: StreamResult): StreamReport {
  return {
    statedPerSecond: stated,
    achievedPerSecond: seconds === 0 ? 0 : (answered * each) / seconds,
    intended,
    answered,
    unsent,
    errors,
    latency,
  }
}

function warnings(rank: StreamReport, events: StreamReport | undefined, lag: LatencySummary): string[] {
  const found: string[] = []
  for (const [name, stream] of [["rank", rank] as const, ...(events === undefined ? [] : [["events", events] as const])]) {
    const failed = Object.values(stream.errors).reduce((sum, n) => sum + n, 0)
    if (failed > 0)
      found.push(`${name}: ${count(failed)} of ${count(stream.intended)} failed: their latency is not in the percentiles, time-outs are`)
    if (stream.unsent > 0) found.push(`${name}: ${count(stream.unsent)} requests were due and not sent: too many were under way`)
    if (stream.answered < REACHED * stream.intended) found.push(`${name}: the stated rate was not reached`)
  }
  if ((lag.p99Ms ?? 0) > LAG_MS)
    found.push(`the generator itself sent late (p99 ${lag.p99Ms!.toFixed(1)} ms): give it a core of its own; its lag is in the latencies`)
  return found
}

/** The report as people read it. */
export function loadText(found: LoadReport): string {
  const { plan, rank, events, generator, server, serverEventLoop } = found
  const ms = (value: number | null) => (value === null ? "-" : value.toFixed(2))
  const size = (value: number | null) => (value === null ? "-" : bytes(value))
  const row = (name: string, { statedPerSecond, achievedPerSecond, latency, unsent, errors }: StreamReport) => [
    name,
    count(statedPerSecond),
    count(achievedPerSecond),
    ...[latency.p50Ms, latency.p95Ms, latency.p99Ms, latency.p999Ms, latency.maxMs].map(ms),
    count(Object.values(errors).reduce((sum, n) => sum + n, 0)),
    count(unsent),
  ]
  const kinds = Object.entries({ ...rank.errors, ...events?.errors }).map(([kind, n]) => `${kind}: ${count(n)}`)
  return `${pairs([
    ["server", `${found.url}, system ${found.system}`],
    [
      "load",
      `open loop, ${plan.arrivals} arrivals, ${plan.seconds} s after ${plan.warmUpSeconds} s of warm-up, ${count(found.users)} users, limit ${plan.limit}`,
    ],
    ["degraded", `${count(found.degraded)} answers; an answer has ${count(found.answerBytes)} bytes`],
    [
      "server load",
      `${server.cores === null ? "-" : server.cores.toFixed(2)} cores, ${size(server.residentBytes)} resident, ${size(server.anonymousBytes)} of it behind no file`,
    ],
    [
      "server event loop",
      `delay p50 ${ms(serverEventLoop.p50Ms)} ms, p99 ${ms(serverEventLoop.p99Ms)} ms, max of the last seconds ${ms(serverEventLoop.recentMaxMs)} ms`,
    ],
    [
      "generator",
      `lag p50 ${ms(generator.lagP50Ms)} ms, p99 ${ms(generator.lagP99Ms)} ms, max ${ms(generator.lagMaxMs)} ms, ${generator.cores.toFixed(2)} cores`,
    ],
    ...(kinds.length === 0 ? [] : ([["errors", kinds.join(", ")]] as const)),
  ])}
${table(
  ["milliseconds", "stated/s", "achieved/s", "p50", "p95", "p99", "p99.9", "max", "errors", "unsent"],
  [row("rank", rank), ...(events === undefined ? [] : [row("events", events)])],
)}`
}
