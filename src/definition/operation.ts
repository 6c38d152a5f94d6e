import type { RequestScope } from "../core/index.ts"
import type { FeatureRequest, FeatureSet } from "../features/index.ts"
import type { RankAnswer, RankRequest, StageReport } from "./api.ts"
import type { FunnelAnswer, ServedSystem, ShownList } from "./system.ts"

/** A JSON schema, as it stands in the API's documents. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A call beside `rank`, such as `page` of a recommendation or `complete` of a search box; `POST /v1/{system}/{operation}`. */
export interface Operation {
  /** One line for the API's documents, and more. */
  readonly summary: string
  readonly description?: string
  /** What it takes and answers. The server refuses bodies that break the schema; callers in code are checked by `run`. */
  readonly body: JsonSchema
  readonly answer: JsonSchema
  /** @throws {@link InvalidArgument} naming the field of the body */
  run(body: unknown, context: OperationContext): Promise<unknown>
}

/** What an operation may use: the release that answers, and the one rank path with its log. */
export interface OperationContext {
  readonly signal: AbortSignal
  /** The live release, or the named one. @throws {@link Unavailable} when nothing is live, {@link NotFound} */
  release(id?: string): Promise<{ readonly id: string; readonly served: ServedSystem }>
  /** Ranks one list, exactly as `POST /v1/{system}/rank` does. */
  rank(request: RankRequest): Promise<RankAnswer>
  /** Ranks several lists that share their work. Each is logged, traced and counted as a list of its own, under its own request id. */
  rankLists(asked: ListsRequest, prepare: (served: ServedSystem, now: number) => PreparedLists): Promise<ListsAnswer>
}

/** The words of a {@link RankRequest} that hold for all lists of one view: who asks, for which item, when, and what is kept. */
export type ListsRequest = Pick<RankRequest, "after" | "context" | "explain" | "item" | "log" | "query" | "release" | "session" | "user">

/** Several lists of one view, understood and ready to run. */
export interface PreparedLists {
  /** Whose state and which moment the features are read for, and with which set: once for all lists. */
  readonly features: FeatureRequest
  readonly featureSet: FeatureSet
  readonly timeoutMs: number
  run(scope: RequestScope): Promise<MadeLists>
}

/** What {@link PreparedLists} became: its lists in the order they are shown, and how the work that they share went. */
export interface MadeLists {
  readonly lists: readonly MadeList[]
  readonly stages: readonly StageReport[]
  readonly degraded: readonly string[]
}

/** One list of a view. */
export interface MadeList {
  /** Told apart by this within the view; the end of the list's request id. A view of one list needs none. */
  readonly name?: string
  /** What is logged as asked for: its placement among the rest. */
  readonly request: RankRequest
  readonly shown: ShownList
  readonly run: FunnelAnswer
  /** What its answer says besides. */
  readonly said?: Partial<Pick<RankAnswer, "release" | "stored">>
}

/** Lists that were answered, in the order they are shown. `requestId` is the view's own; each list has one that begins with it. */
export interface ListsAnswer {
  readonly requestId: string
  readonly release: string
  readonly lists: readonly { readonly name: string; readonly answer: RankAnswer }[]
  readonly stages: readonly StageReport[]
  readonly degraded: readonly string[]
  readonly position: string
  readonly tookMs: number
}
