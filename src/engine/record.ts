import { type Candidates, type CollectionIds, fingerprintHex, type Matrix, matrix, NotFound, type ServedRecord } from "../core/index.ts"
import type { Explanation, RankAnswer, RequestFilter, RequestSummary } from "../definition/index.ts"
import { isSampled, TraceRing } from "../funnel/index.ts"
import type { Ranked } from "./rank.ts"
import { spendOf } from "./spend.ts"
import type { Tenant } from "./tenant.ts"

/** What is kept of the answers given, as shares in [0, 1]; a request is drawn by its id, so the draw can be repeated. */
export interface LogShares {
  /** Answers appended to the log as `served` records. Default 1. */
  readonly requests?: number
  /** Answers whose feature values go to the side log. Default 1. */
  readonly candidates?: number
  /** One in how many requests is traced in full detail; those that ask with `explain` always are. Default 100. */
  readonly traceEvery?: number
}

/** Keeps what was answered: the served record, the feature values, the trace. */
export interface AnswerRecorder {
  /** Keeps one answer, unless its request says `log: false`, and returns it with its explanation where that was asked for. */
  keep(ranked: Ranked): Promise<{ readonly answer: RankAnswer }>
  /** @throws {@link NotFound} when the request is not kept (any more) */
  explain(requestId: string): Promise<Explanation>
  /** The newest requests whose traces are kept, newest first. */
  requests(filter: RequestFilter): Promise<readonly RequestSummary[]>
  /** Removes the traces of a person, by every name of theirs; see `StateFold.namesOf`. */
  forget(names: readonly string[]): Promise<void>
  /** Appends that failed, such as on a full disk. */
  readonly failures: number
  close(): Promise<void>
}

/** The recorder of one tenant. A process that does not write the log keeps traces in its memory alone. */
export async function answerRecorder(
  tenant: Tenant,
  { requests = 1, candidates = 1, traceEvery = 100 }: LogShares = {},
  writes = true,
): Promise<AnswerRecorder> {
  const ring = await TraceRing.open(tenant.store.values)
  let failures = 0
  const failed = () => {
    failures++
  }
  /** A page that cannot be logged is served all the same, and counted. */
  const attempt = (work: () => void) => {
    try {
      if (writes) work()
    } catch {
      failed()
    }
  }
  const append = (ranked: Ranked) => {
    const appended = tenant.store.log.append([{ record: servedRecord(ranked, tenant), time: ranked.now }])
    tenant.apply(appended.entries)
    appended.durable.catch(failed)
  }
  return {
    async keep(ranked) {
      const { request, answer } = ranked
      if (request.log === false && request.explain !== true) return { answer }
      const detailed = ranked.trace.detailed || (request.log !== false && isSampled(answer.requestId, traceEvery))
      const explanation = explained(ranked, detailed, tenant)
      if (request.log !== false) {
        const draw = Number.parseInt(fingerprintHex(answer.requestId).slice(0, 8), 16) / 2 ** 32
        if (draw < requests) attempt(() => append(ranked))
        const row = draw < candidates ? servedRows(ranked) : undefined
        if (row !== undefined) attempt(() => tenant.store.features.append(row))
        ring.put(answer.requestId, ranked.now, explanation)
      }
      return { answer: request.explain === true ? { ...answer, explanation } : answer }
    },
    async explain(requestId) {
      const found = (await ring.get(requestId)) as Explanation | undefined
      if (found === undefined) {
        throw new NotFound(
          "request",
          "the id of a request still in the trace",
          JSON.stringify(requestId),
          "Traces are kept for the newest requests alone.",
        )
      }
      return found
    },
    async requests({ system, placement, limit }) {
      const found: RequestSummary[] = []
      let looked = 0
      for await (const one of ring.newest()) {
        if (found.length >= limit || ++looked > LOOKED_AT) break
        const explanation = one as Explanation
        // Traces of an earlier version say no placement.
        if (explanation.system !== system || explanation.placement === undefined) continue
        if (placement === undefined || placement === explanation.placement) found.push(summaryOf(explanation))
      }
      return found
    },
    async forget(names) {
      const mentions = names.map((name) => JSON.stringify(name.replace(/^session:/, "")))
      await ring.remove((text) => mentions.some((mention) => text.includes(mention)) && names.includes(askerOf(text)))
    },
    get failures() {
      return failures
    },
    async close() {
      await ring.flush()
      if (writes) await tenant.store.features.flush()
    },
  }
}

/** Traces looked through for a list of requests. */
const LOOKED_AT = 5000

function summaryOf({
  requestId,
  system,
  time,
  placement,
  release,
  variant,
  shown,
  degraded,
  tookMs,
  request,
}: Explanation): RequestSummary {
  const { user, session, item } = request
  const who = {
    ...(user === undefined ? {} : { user }),
    ...(session === undefined ? {} : { session }),
    ...(item === undefined ? {} : { item }),
  }
  return { requestId, system, time, placement, ...who, release, variant, shown, degraded, tookMs }
}

/** Who asked, as the fold names them. */
function askerOf(text: string): string {
  const { user, session } = (JSON.parse(text) as Explanation).request
  return user ?? `session:${session}`
}

function servedRecord({ answer, request, prepared, run, reads, candidates, readAt, now, system }: Ranked, tenant: Tenant): ServedRecord {
  const { user, session, item, query, context } = request
  const collection = tenant.systems.get(system)!.collections[0]!
  const propensities = prepared.propensities?.(run)
  const compared = prepared.featureSet.listwise ? reads.at(-1)?.list : undefined
  return {
    id: answer.requestId,
    timestamp: now,
    event: "served",
    system,
    ...(user === undefined ? {} : { user }),
    ...(session === undefined ? {} : { session }),
    placement: prepared.placement,
    ...(item === undefined ? {} : { item }),
    ...(query === undefined ? {} : { query }),
    ...(context === undefined ? {} : { context }),
    items: answer.items.map(({ id }) => ({ id, collection })),
    scores: answer.items.map(({ score }) => score),
    sources: Array.from(candidates.sources.subarray(0, answer.items.length)),
    ...(propensities === undefined ? {} : { propensities: Array.from(propensities, (chance) => Number(chance.toPrecision(7))) }),
    ...(compared === undefined ? {} : { list: namesIn(compared, tenant.ids.collection(collection)) }),
    release: answer.release,
    variant: answer.variant,
    readAt,
  }
}

function namesIn({ ids, size }: Candidates, collection: CollectionIds): string[] {
  return Array.from(ids.subarray(0, size), (dense) => collection.name(dense))
}

/** The feature rows of the page's items as the ranker read them, undefined when it read none. */
function servedRows({ answer, candidates, reads, readAt, now }: Ranked) {
  const places = new Map<number, { readonly rows: Matrix; readonly row: number }>()
  for (const { list, rows, at } of reads) {
    for (let row = 0; row < list.size && at === readAt; row++) places.set(list.ids[row]!, { rows, row })
  }
  const ids = candidates.ids.subarray(0, candidates.size).filter((id) => places.has(id))
  if (ids.length === 0) return undefined
  const values = matrix(ids.length, reads[0]!.rows.cols)
  ids.forEach((id, to) => {
    const { rows, row } = places.get(id)!
    values.data.set(rows.data.subarray(row * rows.cols, (row + 1) * rows.cols), to * rows.cols)
  })
  return { requestId: answer.requestId, time: now, schemaHash: reads[0]!.schemaHash, ids: Uint32Array.from(ids), values }
}

function explained(
  { answer, system, request, prepared, run, trace, candidates, now, release }: Ranked,
  detailed: boolean,
  { ids, systems }: Tenant,
): Explanation {
  const items = detailed ? Array.from({ length: answer.items.length }, (_, place) => explainedItem(place)) : []
  function explainedItem(place: number): Explanation["items"][number] {
    const scores = Object.fromEntries(
      [...candidates.scores].map(([name, column]) => [name, column[place]!]).filter(([, value]) => Number.isFinite(value)),
    )
    return {
      id: answer.items[place]!.id,
      place: place + 1,
      sources: sourceNames(candidates, place, prepared.sources),
      scores,
      features: prepared.explain(run, place),
    }
  }
  return {
    requestId: answer.requestId,
    system,
    time: now,
    release: answer.release,
    variant: answer.variant,
    request,
    placement: prepared.placement,
    shown: answer.items.map(({ id }) => id),
    stages: answer.stages,
    budget: spendOf(systems.get(system)!, release.served.graph(), answer.stages),
    ...trace.explanation((id, collection) => ids.collection(ids.collectionName(collection)).name(id)),
    degraded: answer.degraded,
    items,
    tookMs: answer.tookMs,
  }
}

function sourceNames(candidates: Candidates, place: number, names: readonly string[]): string[] {
  return names.filter((_, bit) => (candidates.sources[place]! >>> bit) & 1)
}
