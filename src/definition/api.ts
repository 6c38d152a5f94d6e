import type { ErrorCode, Value } from "../core/index.ts"
import type { DataPage } from "../data/index.ts"
import type { FunnelNode, StageReport } from "../funnel/index.ts"
import type { Operation } from "./operation.ts"

export type { StageReport }

/** Body of `POST /v1/{system}/rank`. `sort: "score"` is the pure order of the ranker: diversity, caps and boosts off. */
export interface RankRequest {
  readonly user?: string
  readonly session?: string
  readonly placement?: string
  /** The item whose page is shown, for placements that start from one. */
  readonly item?: string
  readonly query?: string
  readonly filters?: Readonly<Record<string, Value>>
  readonly sort?: string
  readonly facets?: readonly string[]
  /** Rank these and nothing else. */
  readonly items?: readonly string[]
  readonly context?: Readonly<Record<string, Value>>
  readonly limit?: number
  readonly cursor?: string
  readonly explain?: boolean
  /** `false` writes nothing: previews, load tests, evaluation. */
  readonly log?: boolean
  /** Wait until the log is folded up to here, so that a block holds in the very next answer. */
  readonly after?: string
  readonly timeoutMs?: number
  readonly release?: string
  /** Answer from the page that was ranked ahead for this person or item, if there is one; else the page is ranked now. */
  readonly stored?: boolean
}

/** One ranked item, best first. */
export interface RankedItem {
  readonly id: string
  readonly collection?: string
  readonly score: number
  readonly reasons?: readonly string[]
  readonly highlights?: Readonly<Record<string, string>>
  readonly fields?: Readonly<Record<string, Value>>
}

/**
 * Body of `POST /v1/{system}/page`: what somebody's home page, or an item's page, shows in rows. The words are those of {@link RankRequest}.
 */
export interface PageRequest extends Pick<RankRequest, "user" | "session" | "item" | "context" | "filters" | "after" | "log" | "explain"> {
  /** Rows to show: at most so many, or these kinds alone. */
  readonly rows?: number | readonly string[]
  /** Items in a row, at most. */
  readonly limit?: number
  readonly timeoutMs?: number
  readonly release?: string
}

/** One row of a page. Its `requestId` belongs to it alone: send it with impressions and interactions, under the row's placement. */
export interface PageRow {
  /** Told apart by this within the page, such as `because-1`. */
  readonly id: string
  /** What the row is, such as `because`. */
  readonly kind: string
  /** Where it is logged, such as `home/because`. */
  readonly placement: string
  readonly title: string
  readonly reason?: string
  readonly requestId: string
  readonly items: readonly RankedItem[]
}

/** Answer of `page`: rows in the order they are shown, no item in two of them. */
export interface PageAnswer {
  readonly requestId: string
  readonly release: string
  readonly rows: readonly PageRow[]
  readonly degraded: readonly string[]
  readonly stages: readonly StageReport[]
  readonly position: string
  readonly tookMs: number
}

/** One box of a running funnel. `part` names the stage of the problem statement whose budget it spends: `retrieve`, `rank` ... */
export interface GraphNode extends FunnelNode {
  readonly part: string
}

/** What one stage of the problem statement may take at the 99th percentile, and what a request spent in it. */
export interface StageSpend {
  readonly part: string
  readonly budgetMs: number
  readonly spentMs: number
}

/** Answer of `rank`. */
export interface RankAnswer {
  readonly requestId: string
  readonly release: string
  readonly variant: string
  readonly items: readonly RankedItem[]
  readonly cursor?: string
  readonly facets?: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>
  readonly corrections?: readonly string[]
  readonly degraded: readonly string[]
  readonly stages: readonly StageReport[]
  readonly position: string
  readonly tookMs: number
  /** Where the page was ranked ahead: when, epoch milliseconds, and how many of its items are not on it any more. `release` is the one that ranked it. */
  readonly stored?: { readonly madeMs: number; readonly gone: number }
  /** Only with `explain`: the full trace. */
  readonly explanation?: Explanation
}

/** Why one request was answered as it was; what `GET /v1/requests/{id}` and `trommel explain` show. */
export interface Explanation {
  readonly requestId: string
  readonly system: string
  readonly time: number
  readonly release: string
  readonly variant: string
  readonly request: RankRequest
  /** Where the list appeared, also when the request left it out. */
  readonly placement: string
  /** Ids of the page, best first. */
  readonly shown: readonly string[]
  readonly stages: readonly StageReport[]
  /** Spend against budget, by stage of the problem statement. */
  readonly budget: readonly StageSpend[]
  readonly degraded: readonly string[]
  readonly drops: readonly { readonly stage: string; readonly rule: string; readonly count: number; readonly ids?: readonly string[] }[]
  readonly notes: readonly { readonly stage: string; readonly key: string; readonly value: unknown }[]
  readonly items: readonly ExplainedItem[]
  readonly tookMs: number
}

/** One request as lists of requests show it. */
export interface RequestSummary
  extends Pick<Explanation, "requestId" | "system" | "time" | "placement" | "release" | "variant" | "shown" | "degraded" | "tookMs"> {
  readonly user?: string
  readonly session?: string
  readonly item?: string
}

/** Which requests are wanted: of a system, of one placement of it or all, newest first. */
export interface RequestFilter {
  readonly system: string
  readonly placement?: string
  readonly limit: number
}

/** One item of an explanation: where it came from, its scores, its features with their contribution to the logit where the ranker can say. */
export interface ExplainedItem {
  readonly id: string
  readonly place: number
  readonly sources: readonly string[]
  readonly scores: Readonly<Record<string, number>>
  readonly features?: readonly { readonly name: string; readonly value: number | null; readonly contribution?: number }[]
}

/** The four parts of a refusal, as they travel. */
export interface ErrorBody {
  readonly error: {
    /** `internal`: a fault of the server's own, told without its details. */
    readonly code: ErrorCode | "internal"
    readonly where: string
    readonly expected: string
    readonly came: string
    readonly remedy: string
  }
}

/** Answer of `POST /v1/events`, given once the accepted ones are durable. `index` counts from 0 in what was sent. */
export interface EventsAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly { readonly index: number; readonly error: ErrorBody["error"] }[]
  readonly position: string
}

/** Answer of `GET /health`. */
export interface Health {
  readonly status: "ok" | "degraded"
  readonly version: string
  readonly events: number
  readonly releases: number
}

/** Answer of `GET /ready`: 200 with `ready: true`, or 503 with what is missing. */
export interface Readiness {
  readonly ready: boolean
  readonly missing: readonly string[]
}

/** One line of `GET /metrics` before it is printed. */
export interface Measurement {
  readonly name: string
  readonly help: string
  readonly kind: "counter" | "gauge" | "histogram"
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
  /** Upper bounds with cumulative counts, for histograms. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[]
  readonly sum?: number
}

/** A release as lists show it. */
export interface ReleaseSummary {
  readonly id: string
  readonly system: string
  readonly createdMs: number
  readonly live: boolean
  readonly metrics: Readonly<Record<string, number>>
  readonly gates: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[]
}

/** Answer of `GET /v1/admin/users?system=&limit=`. */
export interface UserList {
  readonly simulated: boolean
  readonly users: readonly { readonly id: string; readonly note?: string }[]
}

/** Answer of `GET /v1/admin/users/{id}?system=&limit=`. */
export interface UserHistory {
  readonly id: string
  readonly history: readonly {
    readonly id: string
    readonly time: number
    readonly title?: string
    readonly fields: Readonly<Record<string, Value>>
  }[]
}

/** What `serving` needs from whoever wires the parts: every route calls one of these. */
export interface ServingHandlers {
  rank(system: string, request: RankRequest, signal: AbortSignal): Promise<RankAnswer>
  /** Takes what the client sent, unvalidated: a batch says which were rejected and why, and keeps the rest. */
  observe(events: readonly unknown[], options: { readonly strict: boolean }): Promise<EventsAnswer>
  operation(system: string, operation: string, body: unknown, signal: AbortSignal): Promise<unknown>
  /** Every operation of every system, for the documents. */
  operations(): readonly ({ readonly system: string; readonly name: string } & Pick<
    Operation,
    "summary" | "description" | "body" | "answer"
  >)[]
  explain(requestId: string): Promise<Explanation>
  /** The newest requests whose traces are kept. */
  requests(filter: RequestFilter): Promise<readonly RequestSummary[]>
  health(): Health
  ready(): Readiness
  measurements(): readonly Measurement[]
  systems(): readonly {
    readonly name: string
    readonly kind: string
    readonly placements: readonly string[]
    readonly operations: readonly string[]
  }[]
  /** The funnel of a live release as it runs. @throws {@link Unavailable} when nothing is live */
  graph(system: string): Promise<readonly GraphNode[]>
  /** People worth showing in a picker, most active first; `simulated` when the audience is a made one. */
  users(system: string, limit: number): Promise<UserList>
  /** What one person did last, newest first. Unknown people have an empty history. */
  user(system: string, id: string, limit: number): Promise<UserHistory>
  /** What its data looks like; may be some seconds old. */
  data(system: string): Promise<DataPage>
  releases(system: string): Promise<readonly ReleaseSummary[]>
  promote(system: string, release: string): Promise<ReleaseSummary>
  rollback(system: string): Promise<ReleaseSummary>
}
