import type { ListFormatName } from "../data/index.ts"
import type {
  EventsAnswer,
  Explanation,
  PageAnswer,
  PageRequest,
  RankAnswer,
  RankRequest,
  ReleaseSummary,
  RequestFilter,
  RequestSummary,
  ServingHandlers,
} from "../definition/index.ts"
import type { DataPageReport, DataPageRequest } from "./data-page.ts"

/** How long work tells how far it is. `total` is absent when nobody can know it yet. */
export interface Progress {
  readonly step: string
  readonly done: number
  readonly total?: number
  readonly note?: string
}

/** What every long call takes. */
export interface WorkOptions {
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

/** What an import did; `rejected` holds the first hundred refusals, `rejectedCount` all of them. */
export interface ImportReport {
  readonly files: number
  readonly read: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejectedCount: number
  readonly rejected: readonly { readonly file: string; readonly line: number; readonly reason: string }[]
  readonly resumedAt: number
  readonly timeless: boolean
  readonly seconds: number
}

/** What a training run made: the release id, what it cost, what was chosen and how good it is on held-out data. */
export interface TrainReport {
  readonly release: string
  readonly system: string
  readonly seed: number
  readonly rows: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly chosen: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, number>>
  readonly gates: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[]
  readonly notes: readonly string[]
}

/** One metric with its 95 % interval. */
export interface MetricWithInterval {
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How good a release is on a test part, beside its retrievers alone. */
export interface EvaluationReport {
  readonly system: string
  readonly release: string
  readonly queries: number
  readonly metrics: readonly MetricWithInterval[]
  /** The same metrics for each retriever alone and for variants of the funnel, by name. */
  readonly beside: Readonly<Record<string, readonly MetricWithInterval[]>>
  /** The first metric of the whole funnel minus that of each of these, paired query by query, with the interval of the mean difference. */
  readonly lift: Readonly<Record<string, MetricWithInterval>>
  readonly run?: string
  readonly seconds: number
  readonly notes: readonly string[]
}

/** What is ranked ahead, for whom, and where it goes. */
export interface ExportOptions extends WorkOptions {
  /** Whose lists: ids, or a file with one a line. Everybody with a history without. Not for pages of items. */
  readonly users?: readonly string[] | string
  /** Where the lists are to appear: `home` for people (without), `item` for every item's page. */
  readonly placement?: string
  /** Items of a list; as many as a page has without. */
  readonly limit?: number
  /** File to write, in this format. */
  readonly out?: string
  readonly format?: ListFormatName
  /** Keep the lists as pages, which `rank` with `stored: true` reads back. */
  readonly storePages?: boolean
  /** Hours that a page may be shown; 48 without. */
  readonly keepHours?: number
  /** Refuse when all pages together would take more; 8 GB without. */
  readonly maxPageBytes?: number
  /** Told once, after the first lists: what the whole will take. */
  readonly onPlan?: (plan: ExportPlan) => void
}

/** What an export will take, by what its first lists took. */
export interface ExportPlan {
  readonly lists: number
  /** Lists that an earlier run has done. */
  readonly done: number
  readonly msPerList: number
  readonly seconds: number
  readonly fileBytes: number
  readonly itemsPerList: number
  /** Of a page with its key in the store, and of all. */
  readonly bytesPerPage: number
  readonly pageBytes: number
}

/** What an export made. */
export interface ExportReport {
  readonly system: string
  readonly release: string
  readonly placement: string
  readonly lists: number
  readonly items: number
  /** People or items with nothing to show. */
  readonly empty: number
  /** Lists with work cut or skipped. */
  readonly degraded: number
  /** Lists that an earlier run had done. */
  readonly resumedAt: number
  readonly listsPerSecond: number
  readonly seconds: number
  readonly file?: string
  readonly format?: ListFormatName
  /** Pages kept, their bytes with keys, and pages deleted because their time was over. */
  readonly stored?: { readonly pages: number; readonly bytes: number; readonly keepHours: number; readonly expired: number }
}

/** What a store holds in memory, and what one more of each adds. A user takes `fixedBytes + entries * entryBytes`, lists up to twice that. */
export interface EngineCosts {
  readonly stateBytes: number
  readonly idBytes: number
  readonly catalogueBytes: number
  /** Bytes by which ids of events are recognised. */
  readonly duplicateBytes: number
  /** Bytes of every live release by part, as its system counts them. */
  readonly releases: readonly { readonly system: string; readonly parts: Readonly<Record<string, number>> }[]
  /** Node, the code, and what requests leave until it is collected: measured under load. */
  readonly processBytes: number
  /** All of it: what the process takes while it serves, by formula. */
  readonly totalBytes: number
  readonly keys: readonly { readonly key: string; readonly fixedBytes: number; readonly entryBytes: number }[]
  /** Bytes of served feature values that a page of 20 items writes, by system. */
  readonly pages: readonly { readonly system: string; readonly featureBytes: number; readonly live: boolean }[]
}

/** Bytes of a live release and of what it reads. */
export interface ServedSizes {
  readonly release: string
  /** Items of the collection it ranks. */
  readonly items: number
  /** Bytes of the release's parts by name, such as `ease`. */
  readonly parts: Readonly<Record<string, number>>
  /** Models, state and fields of one item. */
  readonly bytesPerItem: number
  /** Bytes of served feature values that a page of 20 items writes. */
  readonly logBytesPerRequest: number
}

/** An open store with its systems: what `open` returns. All methods take people's own ids. */
export interface Engine {
  observe(events: readonly unknown[], options?: { readonly strict?: boolean }): Promise<EventsAnswer>
  rank(system: string, request: RankRequest): Promise<RankAnswer>
  /** A page in rows, where the system has one: each row a list of its own in the log. @throws {@link NotFound} where it has none */
  page(system: string, request: PageRequest): Promise<PageAnswer>
  /** Any operation that the system declares beside `rank`. */
  operation(system: string, operation: string, body: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>
  import(system: string, files: readonly string[], options?: WorkOptions): Promise<ImportReport>
  /** Trains in a child process. Never promotes. */
  train(system: string, options?: WorkOptions & { readonly data?: string; readonly seed?: number }): Promise<TrainReport>
  evaluate(
    system: string,
    options?: WorkOptions & { readonly data?: string; readonly release?: string; readonly run?: string },
  ): Promise<EvaluationReport>
  /** Ranks a list for every person, or every item, ahead of the need: into a file, and as pages that `rank` reads back. Nothing of it is logged. */
  export(system: string, options: ExportOptions): Promise<ExportReport>
  /** Reads the log and says what its data looks like; holds it against the frozen schema, or freezes it. */
  data(system: string, options?: DataPageRequest & WorkOptions): Promise<DataPageReport>
  promote(release: string): Promise<ReleaseSummary>
  rollback(system: string): Promise<ReleaseSummary>
  releases(system: string): Promise<readonly ReleaseSummary[]>
  explain(requestId: string): Promise<Explanation>
  /** The newest requests whose traces are kept, newest first: of one placement, or all. */
  requests(system: string, options?: Partial<Omit<RequestFilter, "system">>): Promise<readonly RequestSummary[]>
  /** Writes the tombstone and clears the state; resolves when durable. */
  forget(who: { readonly user: string }): Promise<void>
  /** Memory now and by formula, and what serving will write. */
  costs(): EngineCosts
  /** What the live release takes, by part. @throws {@link Unavailable} when nothing is live */
  sizes(system: string): Promise<ServedSizes>
  /** Ranks a few pages for people of the store, unlogged, so that the first visitor does not wait for code to be compiled. */
  warmUp(): Promise<void>
  /** Notes that the audience of this store is a simulated one: shown wherever people are listed. */
  markSimulated(): Promise<void>
  /** What `serving` plugs its routes into. */
  readonly handlers: ServingHandlers
  close(): Promise<void>
}
