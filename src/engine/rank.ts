import { randomUUID } from "node:crypto"
import {
  type Candidates,
  type Clock,
  deadlineIn,
  fingerprintHex,
  InvalidArgument,
  type Matrix,
  NotFound,
  type RequestScope,
  random,
} from "../core/index.ts"
import type {
  FunnelAnswer,
  ListsRequest,
  MadeList,
  MadeLists,
  PreparedLists,
  PreparedRank,
  RankAnswer,
  RankRequest,
  ServedSystem,
  ShownList,
} from "../definition/index.ts"
import type { FeatureRequest, FeatureSet } from "../features/index.ts"
import { type StoredPage, TraceRecorder } from "../funnel/index.ts"
import type { LiveReleases, LoadedRelease } from "./live-releases.ts"
import { formatPosition } from "./observe.ts"
import type { TenantPages } from "./pages.ts"
import type { Tenant } from "./tenant.ts"

/** One answered request with everything the log, the trace and an explanation need of it. */
export interface Ranked {
  readonly answer: RankAnswer
  readonly system: string
  readonly request: RankRequest
  readonly prepared: ShownList
  readonly run: FunnelAnswer
  readonly candidates: Candidates
  /** Feature rows in the order they were read, with the list they belong to. */
  readonly reads: readonly FeatureRead[]
  readonly trace: TraceRecorder
  readonly release: LoadedRelease
  /** The log position at which the newest feature rows were read; events may be folded while a request is under way. */
  readonly readAt: number
  readonly now: number
}

/** Feature rows that one request read. */
export interface FeatureRead {
  readonly list: Candidates
  readonly rows: Matrix
  readonly schemaHash: string
  /** The log position whose state was read. */
  readonly at: number
}

/** Answers one request with the live release, or the one it names. */
export type Rank = (system: string, request: RankRequest, signal?: AbortSignal, requestId?: string) => Promise<Ranked>

/** Answers several lists of one view together: one moment, one state, feature rows read once. */
export type RankLists = (
  system: string,
  asked: ListsRequest,
  prepare: (served: ServedSystem, now: number) => PreparedLists | Promise<PreparedLists>,
  signal?: AbortSignal,
  requestId?: string,
) => Promise<RankedLists>

/** The lists of one view, each ready to be kept, and what they share. */
export interface RankedLists extends Omit<MadeLists, "lists"> {
  readonly requestId: string
  readonly release: string
  readonly lists: readonly { readonly name: string; readonly ranked: Ranked }[]
  readonly position: string
  readonly tookMs: number
}

/** The one rank path: HTTP, the code API, `evaluate` and the demo all call it. Same state, release and request id give the same answer. */
export function ranker(lists: RankLists, pages?: Pick<TenantPages, "find">): Rank {
  return async (system, request, signal, requestId) => {
    const prepare = async (served: ServedSystem, now: number): Promise<PreparedLists> => {
      const page = await pages?.find(system, served, request, now)
      const prepared = served.prepare(request, now, page)
      return {
        ...prepared,
        async run(scope) {
          const run = await prepared.run(scope)
          const said =
            page === undefined
              ? {}
              : { release: page.release, stored: { madeMs: page.madeMs, gone: goneFrom(page, run.candidates, prepared) } }
          return { lists: [{ request, shown: prepared, run, said }], stages: run.stages, degraded: run.degraded }
        },
      }
    }
    return (await lists(system, request, prepare, signal, requestId)).lists[0]!.ranked
  }
}

/** The same path for views of several lists; a request is a view of one. */
export function listRanker(tenant: Tenant, releases: Pick<LiveReleases, "get">, clock: Clock, newId: () => string = randomUUID): RankLists {
  const never = new AbortController().signal
  return async (system, asked, prepare, signal = never, requestId = newId()) => {
    const started = clock.monotonicMs()
    if (!tenant.systems.has(system))
      throw new NotFound("system", `a name among ${[...tenant.systems.keys()].join(", ")}`, JSON.stringify(system), "Check the path.")
    await waitFor(tenant, asked.after)
    const release = await releases.get(system, asked.release)
    const now = clock.now()
    const { features, featureSet: set, timeoutMs, run } = await prepare(release.served, now)
    const preparedAt = tenant.position
    const reads: FeatureRead[] = []
    const trace = new TraceRecorder({ detailed: asked.explain === true })
    const read = (list: Candidates) => {
      // Events may have come in since the request was understood, and told who asks: features are read of who that is now, as a replay does.
      const asker = tenant.position === preparedAt ? features : askedNow(set, tenant, now, asked)
      const rows = set.read(tenant.tables, asker, list)
      reads.push({ list, rows, schemaHash: set.schemaHash, at: tenant.position })
      return rows
    }
    const scope: RequestScope = {
      requestId,
      now,
      deadline: deadlineIn(timeoutMs, clock),
      random: random(Number.parseInt(fingerprintHex(requestId).slice(0, 8), 16)),
      signal,
      release: { id: release.id, part: (name) => release.served.part(name) },
      features: { columns: set.columns, read },
      trace,
    }
    const made = await run(scope)
    const hasModelRead = reads.length > 0
    const position = formatPosition(tenant.position)
    const lists = made.lists.map(({ name, request, shown, run, said }: MadeList) => {
      const { candidates, degraded, stages } = run
      // Where no model read features, as for newcomers and items' pages, the page's own are read all the same: the log is what training learns from.
      if (!hasModelRead && candidates.size > 0 && request.log !== false) read(candidates)
      const cursor = shown.cursorAfter(run)
      const answer: RankAnswer = {
        requestId: name === undefined ? requestId : `${requestId}.${name}`,
        release: release.id,
        variant: "live",
        items: Array.from({ length: candidates.size }, (_, place) => shown.present(run, place)),
        ...(cursor === undefined ? {} : { cursor }),
        degraded,
        stages,
        position,
        ...said,
        tookMs: milliseconds(clock.monotonicMs() - started),
      }
      const readAt = reads.at(-1)?.at ?? preparedAt
      const own = hasModelRead ? reads : reads.slice(-1)
      return {
        name: name ?? "",
        ranked: { answer, system, request, prepared: shown, run, candidates, reads: own, trace, release, readAt, now },
      }
    })
    const { stages, degraded } = made
    return { requestId, release: release.id, lists, stages, degraded, position, tookMs: milliseconds(clock.monotonicMs() - started) }
  }
}

/** Who and what a request is about, by the ids that are known now. */
function askedNow(set: FeatureSet, { tables }: Tenant, now: number, { user, session, item, context, query }: ListsRequest): FeatureRequest {
  return set.request(tables, {
    now,
    ...(user === undefined ? {} : { user }),
    ...(session === undefined ? {} : { session }),
    ...(item === undefined ? {} : { item }),
    ...(context === undefined ? {} : { context }),
    ...(query === undefined ? {} : { query }),
  })
}

const milliseconds = (ms: number) => Math.round(ms * 1000) / 1000

/** Items that a page ranked ahead has for these places and that are not shown any more. */
function goneFrom({ ids }: StoredPage, { ids: shown, size }: Candidates, { offset, limit }: PreparedRank): number {
  const left = new Set(shown.subarray(0, size))
  return ids.subarray(offset, offset + limit).filter((id) => !left.has(id)).length
}

/** `after` is a position this log gave out; anything behind it is folded by the time its answer was sent, so waiting is rare. */
async function waitFor(tenant: Tenant, after: string | undefined): Promise<void> {
  if (after === undefined) return
  const position = Number(after)
  if (!Number.isSafeInteger(position) || position < 0) {
    throw new InvalidArgument("body.after", "a position that an answer gave", JSON.stringify(after), "Send back `position` as it came.")
  }
  if (position <= tenant.position) return
  await tenant.catchUp()
  if (position > tenant.position) {
    throw new InvalidArgument(
      "body.after",
      `a position up to ${formatPosition(tenant.position)}`,
      after,
      "Send back `position` as it came.",
    )
  }
}
