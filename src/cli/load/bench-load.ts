import { InvalidArgument, random } from "../../core/index.ts"
import type { CliContext, Input } from "../command.ts"
import { hint } from "../did-you-mean.ts"
import { numberFlag, textFlag } from "../input.ts"
import { progressLine } from "../progress.ts"
import { print } from "../with-engine.ts"
import { type ArrivalKind, arrivalKinds, arrivals } from "./arrivals.ts"
import type { Outcome } from "./client.ts"
import { eventBatches } from "./event-batches.ts"
import { type LoadReport, loadText, report } from "./load-report.ts"
import { openLoop, type Stream } from "./open-loop.ts"
import { type Target, target } from "./target.ts"

/** `trommel bench load`: latency of `rank` at a stated rate, with events coming in beside it. */
export async function benchLoad(input: Input, context: CliContext): Promise<number> {
  const plan = planOf(input)
  const to = await target(input, context, { connections: 64 })
  const line = progressLine("bench load", context.stderr, context.monotonicMs)
  try {
    const found = await load(plan, to, input, context, line.show)
    line.end()
    if (found.events !== undefined) line.note("the events sent are in the server's log: load a store of its own")
    for (const warning of found.warnings) line.note(`warning: ${warning}`)
    print(found, () => loadText(found), input, context)
    return context.signal.aborted ? 130 : 0
  } finally {
    line.end()
    to.client.close()
  }
}

/** What was asked for. */
export interface LoadPlan {
  readonly qps: number
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly arrivals: ArrivalKind
  readonly eventsPerSecond: number
  readonly batch: number
  readonly type: string
  readonly limit: number
  readonly placement: string | undefined
  readonly log: boolean
  /** Ask for the pages that were ranked ahead. */
  readonly stored: boolean
  readonly seed: number
}

function planOf(input: Input): LoadPlan {
  const kind = textFlag(input, "arrivals") ?? "even"
  const arrivalKind = arrivalKinds.find((known) => known === kind)
  if (arrivalKind === undefined)
    throw new InvalidArgument("--arrivals", `one of ${arrivalKinds.join(", ")}`, JSON.stringify(kind), hint(kind, arrivalKinds))
  return {
    qps: numberFlag(input, "qps", 500, { min: 0.1, max: 100_000 }),
    seconds: numberFlag(input, "seconds", 30, { min: 0.1, max: 86_400 }),
    warmUpSeconds: numberFlag(input, "warm-up", 3, { min: 0, max: 3600 }),
    arrivals: arrivalKind,
    eventsPerSecond: numberFlag(input, "events-per-second", 0, { min: 0, max: 1_000_000 }),
    batch: numberFlag(input, "batch", 50, { min: 1, max: 10_000, whole: true }),
    type: textFlag(input, "type") ?? "click",
    limit: numberFlag(input, "limit", 20, { min: 1, max: 1000, whole: true }),
    placement: textFlag(input, "placement"),
    log: input.flags.log === true,
    stored: input.flags.stored === true,
    seed: numberFlag(input, "seed", 1, { min: 0, max: 2 ** 32 - 1, whole: true }),
  }
}

async function load(
  plan: LoadPlan,
  to: Target,
  input: Input,
  { signal, monotonicMs }: CliContext,
  onProgress: (progress: { step: string; done: number; total: number; note: string }) => void,
): Promise<LoadReport> {
  const counts = { degraded: 0, bytes: 0, eventsRejected: 0 }
  const streams = [rankStream(plan, to, counts)]
  if (plan.eventsPerSecond > 0) streams.push(await eventStream(plan, to, counts))
  const before = await to.client.text("/metrics")
  const cpuBefore = process.cpuUsage()
  const started = monotonicMs()
  const results = await openLoop(streams, {
    warmUpMs: plan.warmUpSeconds * 1000,
    measureMs: plan.seconds * 1000,
    mostUnderWay: Math.max(1000, Math.ceil(plan.qps * 5)),
    drainMs: numberFlag(input, "timeout-ms", 10_000, { min: 1, max: 600_000 }) + 100,
    signal,
    monotonicMs,
    onTick: (elapsedMs) => {
      const isWarm = elapsedMs >= plan.warmUpSeconds * 1000
      const done = Math.floor(elapsedMs / 1000)
      onProgress({ step: isWarm ? "measuring" : "warming up", done, total: Math.ceil(plan.warmUpSeconds + plan.seconds), note: "seconds" })
    },
  })
  const { user, system } = process.cpuUsage(cpuBefore)
  const cores = (user + system) / 1000 / (monotonicMs() - started)
  const spanSeconds = (monotonicMs() - started) / 1000
  const after = await to.client.text("/metrics")
  return report({ plan, url: to.url, system: to.system, users: to.users.length, results, counts, cores, before, after, spanSeconds })
}

interface Counts {
  degraded: number
  bytes: number
  eventsRejected: number
}

const UNDEGRADED = Buffer.from('"degraded":[]')

function rankStream(plan: LoadPlan, { client, system, users }: Target, counts: Counts): Stream {
  const body = (user: string | undefined) => {
    const { limit, placement, log, stored } = plan
    const optional = {
      ...(user === undefined ? {} : { user }),
      ...(placement === undefined ? {} : { placement }),
      ...(stored ? { stored } : {}),
    }
    return Buffer.from(JSON.stringify({ ...optional, limit, log }))
  }
  const bodies = users.length === 0 ? [body(undefined)] : users.map(body)
  const chance = random(plan.seed)
  const path = `/v1/${encodeURIComponent(system)}/rank`
  return {
    next: arrivals(plan.arrivals, plan.qps, plan.seed + 1),
    send(_n, done) {
      client.send("POST", path, bodies[Math.floor(chance.next() * bodies.length)], (outcome) => {
        if (!("failure" in outcome)) {
          counts.bytes += outcome.body.length
          if (outcome.status === 200 && !outcome.body.includes(UNDEGRADED)) counts.degraded++
        }
        done(errorOf(outcome))
      })
    },
  }
}

async function eventStream(plan: LoadPlan, to: Target, counts: Counts): Promise<Stream> {
  const { batch: size, type, seed } = plan
  const users = to.users.length === 0 ? ["load-1"] : to.users
  const batches = eventBatches({ users, items: await to.items(), size, type, seed, run: Date.now().toString(36) })
  return {
    next: arrivals(plan.arrivals, plan.eventsPerSecond / size, seed + 2),
    send(_n, done) {
      to.client.send("POST", "/v1/events", batches.next(Date.now()), (outcome) => {
        if (!("failure" in outcome) && outcome.status === 200 && !outcome.body.includes('"rejected":[]')) counts.eventsRejected++
        done(errorOf(outcome))
      })
    },
  }
}

/** The kind of error, or nothing: a status, a refusal's code, or what the socket said. */
export function errorOf(outcome: Outcome): string | undefined {
  if ("failure" in outcome) return outcome.failure
  if (outcome.status === 200) return undefined
  const code = /"code":"([a-z_]+)"/.exec(outcome.body.toString("utf8", 0, 200))?.[1]
  return code === undefined ? String(outcome.status) : `${outcome.status} ${code}`
}
