import { type Clock, type Turns, unknownName } from "../core/index.ts"
import type { Measurement, ServingHandlers } from "../definition/index.ts"
import { dataPageOf } from "./data-page.ts"
import { keptPages } from "./kept-pages.ts"
import type { LiveReleases } from "./live-releases.ts"
import type { Observe } from "./observe.ts"
import type { Operate } from "./operations.ts"
import { peopleOf } from "./people.ts"
import type { Rank, Ranked } from "./rank.ts"
import type { AnswerRecorder } from "./record.ts"
import type { ReleaseDesk } from "./release-desk.ts"
import type { Tenant } from "./tenant.ts"
import { packageVersion } from "./version.ts"

/** Milliseconds between counts of the releases on disk, for `/health`. */
const COUNT_MS = 2000

/** Plugs an open engine into the routes of `serving`. */
export function engineHandlers(parts: {
  readonly tenant: Tenant
  readonly live: LiveReleases
  readonly observe: Observe
  readonly rank: Rank
  readonly operate: Operate
  readonly recorder: AnswerRecorder
  readonly desk: ReleaseDesk
  readonly clock: Clock
  /** Where a frozen schema may stand. */
  readonly storeDir: string | undefined
  /** Requests and batches take turns of the event loop, so that those that come together are answered one after the other. */
  readonly turns: Turns
}): ServingHandlers {
  const { tenant, live, observe, rank, operate, recorder, desk, clock, storeDir, turns } = parts
  const answered = new Map<string, AnswerCount>()
  const people = peopleOf(tenant)
  let releases = 0
  let countedMs = Number.NEGATIVE_INFINITY
  const countReleases = () => {
    if (clock.monotonicMs() - countedMs < COUNT_MS) return
    countedMs = clock.monotonicMs()
    desk.count().then(
      (count) => {
        releases = count
      },
      () => {},
    )
  }
  countReleases()
  const system = (name: string) => {
    const found = tenant.systems.get(name)
    if (found === undefined) throw unknownName("system", "system", name, tenant.systems.keys())
    return found
  }
  const count = ({ system: name, answer, prepared: { placement } }: Ranked) => {
    const counts = answered.get(`${name} ${placement}`) ?? { system: name, placement, requests: 0, degraded: 0, stored: 0, items: 0 }
    counts.requests++
    counts.items += answer.items.length
    if (answer.degraded.length > 0) counts.degraded++
    if (answer.stored !== undefined) counts.stored++
    answered.set(`${name} ${placement}`, counts)
  }
  const pages = keptPages((name) => dataPageOf({ tenant, definition: system(name), storeDir, clock }), clock)
  const missing = () =>
    [...tenant.systems.keys()].filter((name) => live.current(name) === undefined).map((name) => `${name}: no live release`)
  return {
    async rank(name, request, signal) {
      await turns.next()
      const ranked = await rank(name, request, signal)
      const { answer } = await recorder.keep(ranked)
      count(ranked)
      return answer
    },
    observe,
    async operation(name, operation, body, signal) {
      await turns.next()
      return operate(name, operation, body, signal, count)
    },
    operations: () =>
      [...tenant.systems.values()].flatMap(({ name: system, operations = {} }) =>
        Object.entries(operations).map(([name, operation]) => ({ system, name, ...operation })),
      ),
    explain: (requestId) => recorder.explain(requestId),
    requests: async (filter) => recorder.requests({ ...filter, system: system(filter.system).name }),
    health() {
      countReleases()
      return { status: recorder.failures === 0 ? "ok" : "degraded", version: packageVersion(), events: tenant.store.log.count, releases }
    },
    ready: () => ({ ready: missing().length === 0, missing: missing() }),
    measurements: () => [...gauges(tenant, recorder), ...answerCounts(answered)],
    systems: () =>
      [...tenant.systems.values()].map(({ name, kind, operations = {} }) => ({
        name,
        kind,
        placements: live.current(name)?.served.placements ?? [],
        operations: Object.keys(operations),
      })),
    async graph(name) {
      const { served } = await live.get(system(name).name)
      return served.graph()
    },
    users: async (name, limit) => people.list(system(name), limit),
    user: async (name, id, limit) => people.history(system(name), id, limit),
    data: async (name) => pages(system(name).name),
    releases: async (name) => desk.list(system(name).name),
    async promote(name, release) {
      const summary = await desk.promote(release, system(name).name)
      await live.refresh(name)
      return summary
    },
    async rollback(name) {
      const summary = await desk.rollback(system(name).name)
      await live.refresh(name)
      return summary
    },
  }
}

function gauges({ store, ids, catalogue, fold, position }: Tenant, recorder: AnswerRecorder): Measurement[] {
  const gauge = (name: string, help: string, value: number, kind: Measurement["kind"] = "gauge"): Measurement => ({
    name,
    help,
    kind,
    value,
  })
  return [
    gauge("trommel_log_records", "Records in the event log.", store.log.count),
    gauge("trommel_log_position", "Newest position that is folded into the state.", position),
    gauge("trommel_state_bytes", "Bytes of feature state in memory.", store.state.bytes),
    gauge("trommel_id_bytes", "Bytes of the id table in memory.", ids.bytes),
    gauge("trommel_catalogue_bytes", "Bytes of item fields in memory.", catalogue.bytes),
    gauge("trommel_feature_log_bytes", "Bytes of served feature values on disk.", store.features.bytes),
    gauge("trommel_late_events_total", "Writes that came after their time bucket was dropped.", fold.lateCount, "counter"),
    gauge("trommel_log_append_failures_total", "Served records that could not be made durable.", recorder.failures, "counter"),
  ]
}

/** What was answered in one placement of a system. A release refuses placements it does not have, so there are few. */
interface AnswerCount {
  readonly system: string
  readonly placement: string
  requests: number
  degraded: number
  stored: number
  items: number
}

const ANSWER_METRICS = [
  ["trommel_ranked_total", "Requests ranked, by placement.", "requests"],
  ["trommel_degraded_total", "Answers with work cut or skipped.", "degraded"],
  ["trommel_stored_answers_total", "Answers from pages that were ranked ahead.", "stored"],
  ["trommel_ranked_items_total", "Items on the pages that were answered.", "items"],
] as const

function answerCounts(answered: ReadonlyMap<string, AnswerCount>): Measurement[] {
  return ANSWER_METRICS.flatMap(([name, help, key]) =>
    [...answered.values()].map(({ system, placement, [key]: value }) => ({
      name,
      help,
      kind: "counter" as const,
      labels: { system, placement },
      value,
    })),
  )
}
