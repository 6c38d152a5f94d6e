import type { CliContext, Input } from "../command.ts"
import { numberFlag, textFlag } from "../input.ts"
import { progressLine } from "../progress.ts"
import { count, pairs } from "../table.ts"
import { print } from "../with-engine.ts"
import { errorOf } from "./bench-load.ts"
import { type EventBatches, eventBatches } from "./event-batches.ts"
import { type LatencySummary, latencies } from "./latencies.ts"
import { type Target, target } from "./target.ts"

/** What `trommel bench events` found: acknowledged events a second, each batch sent when the one before it was acknowledged. */
export interface EventsReport {
  readonly url: string
  readonly system: string
  readonly batch: number
  readonly connections: number
  readonly seconds: number
  readonly accepted: number
  readonly acceptedPerSecond: number
  readonly rejected: number
  readonly errors: Readonly<Record<string, number>>
  readonly batchLatency: LatencySummary
}

/** `trommel bench events`: how many events a second a server acknowledges. They stay in its log. */
export async function benchEvents(input: Input, context: CliContext): Promise<number> {
  const connections = numberFlag(input, "connections", 2, { min: 1, max: 1000, whole: true })
  const batch = numberFlag(input, "batch", 1000, { min: 1, max: 20_000, whole: true })
  const seconds = numberFlag(input, "seconds", 30, { min: 0.1, max: 86_400 })
  const seed = numberFlag(input, "seed", 1, { min: 0, max: 2 ** 32 - 1, whole: true })
  const to = await target(input, context, { connections })
  const line = progressLine("bench events", context.stderr, context.monotonicMs)
  try {
    const users = to.users.length === 0 ? ["load-1"] : to.users
    const options = {
      users,
      items: await to.items(),
      size: batch,
      type: textFlag(input, "type") ?? "click",
      run: Date.now().toString(36),
      seed,
    }
    const counts = { accepted: 0, rejected: 0, errors: new Map<string, number>() }
    const times = latencies()
    const started = context.monotonicMs()
    const isOver = () => context.signal.aborted || context.monotonicMs() - started >= seconds * 1000
    const batches = eventBatches(options)
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (!isOver()) {
          await sendBatch(batches, to, counts, times, context)
          line.show({ step: "sending", done: counts.accepted, note: "acknowledged" })
        }
      }),
    )
    const took = (context.monotonicMs() - started) / 1000
    const found: EventsReport = {
      url: to.url,
      system: to.system,
      batch,
      connections,
      seconds: took,
      accepted: counts.accepted,
      acceptedPerSecond: counts.accepted / took,
      rejected: counts.rejected,
      errors: Object.fromEntries(counts.errors),
      batchLatency: times.summary(),
    }
    line.note("the events sent are in the server's log: load a store of its own")
    print(found, () => eventsText(found), input, context)
    return context.signal.aborted ? 130 : 0
  } finally {
    line.end()
    to.client.close()
  }
}

function sendBatch(
  batches: EventBatches,
  { client }: Target,
  counts: { accepted: number; rejected: number; readonly errors: Map<string, number> },
  times: ReturnType<typeof latencies>,
  { monotonicMs }: CliContext,
): Promise<void> {
  const body = batches.next(Date.now())
  const sent = monotonicMs()
  return new Promise((resolve) => {
    client.send("POST", "/v1/events", body, (outcome) => {
      const error = errorOf(outcome)
      if (error !== undefined) counts.errors.set(error, (counts.errors.get(error) ?? 0) + 1)
      else if (!("failure" in outcome)) {
        const { accepted, rejected } = JSON.parse(outcome.body.toString("utf8")) as { accepted: number; rejected: readonly unknown[] }
        counts.accepted += accepted
        counts.rejected += rejected.length
        times.add(monotonicMs() - sent)
      }
      // A server that refuses at once would be asked again at once, for ever.
      if (error === undefined) resolve()
      else setTimeout(resolve, 100)
    })
  })
}

function eventsText(found: EventsReport): string {
  const ms = (value: number | null) => (value === null ? "-" : value.toFixed(1))
  const { batchLatency } = found
  return pairs([
    ["server", `${found.url}, system ${found.system}`],
    ["events", `${count(found.accepted)} acknowledged in ${found.seconds.toFixed(1)} s, ${count(found.rejected)} rejected`],
    ["a second", count(found.acceptedPerSecond)],
    [
      "a batch",
      `${count(found.batch)} events over ${found.connections} connections: p50 ${ms(batchLatency.p50Ms)} ms, p99 ${ms(batchLatency.p99Ms)} ms`,
    ],
    [
      "errors",
      Object.entries(found.errors)
        .map(([kind, n]) => `${kind}: ${count(n)}`)
        .join(", ") || "none",
    ],
  ])
}
