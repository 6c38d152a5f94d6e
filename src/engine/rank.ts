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
import type { FunnelAnswer, PreparedRank, RankAnswer, RankRequest } from "../definition/index.ts"
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
  readonly prepared: PreparedRank
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

/** The one rank path: HTTP, the code API, `evaluate` and the demo all call it. Same state, release and request id give the same answer. */
export function ranker(tenant: Tenant, releases: Pick<LiveReleases, "get">, clock: Clock, pages?: Pick<TenantPages, "find">): Rank {
  const never = new AbortController().signal
  return async (system, request, signal = never, requestId = randomUUID()) => {
    const started = clock.monotonicMs()
    if (!tenant.systems.has(system))
      throw new NotFound("system", `a name among ${[...tenant.systems.keys()].join(", ")}`, JSON.stringify(system), "Check the path.")
    await waitFor(tenant, request.after)
    const release = await releases.get(system, request.release)
    const now = clock.now()
    const page = await pages?.find(system, release.served, request, now)
    const prepared = release.served.prepare(request, now, page)
    const preparedAt = tenant.position
    const reads: FeatureRead[] = []
    const trace = new TraceRecorder({ detailed: request.explain === true })
    const features = prepared.features
    const set = prepared.featureSet
    const read = (list: Candidates) => {
      const rows = set.read(tenant.tables, features, list)
      reads.push({ list, rows, schemaHash: set.schemaHash, at: tenant.position })
      return rows
    }
    const scope: RequestScope = {
      requestId,
      now,
      deadline: deadlineIn(prepared.timeoutMs, clock),
      random: random(Number.parseInt(fingerprintHex(requestId).slice(0, 8), 16)),
      signal,
      release: { id: release.id, part: (name) => release.served.part(name) },
      features: { columns: set.columns, read },
      trace,
    }
    const run = await prepared.run(scope)
    // Where no model read features, as for newcomers and items' pages, the page's own are read all the same: the log is what training learns from.
    if (reads.length === 0 && run.candidates.size > 0 && request.log !== false) read(run.candidates)
    const items = Array.from({ length: run.candidates.size }, (_, place) => prepared.present(run, place))
    const answer: RankAnswer = {
      requestId,
      release: page?.release ?? release.id,
      variant: "live",
      items,
      ...(prepared.cursorAfter(run) === undefined ? {} : { cursor: prepared.cursorAfter(run)! }),
      degraded: run.degraded,
      stages: run.stages,
      position: formatPosition(tenant.position),
      ...(page === undefined ? {} : { stored: { madeMs: page.madeMs, gone: goneFrom(page, run.candidates, prepared) } }),
      tookMs: Math.round((clock.monotonicMs() - started) * 1000) / 1000,
    }
    const readAt = reads.at(-1)?.at ?? preparedAt
    return { answer, system, request, prepared, run, candidates: run.candidates, reads, trace, release, readAt, now }
  }
}

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
