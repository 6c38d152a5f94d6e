import {
  type BundleReader,
  type BundleWriter,
  type Candidates,
  type Clock,
  type IdTable,
  InvalidArgument,
  type KernelThread,
  type LogEntry,
  type Position,
  RESERVED_SYSTEM_NAMES,
  type RequestScope,
  type Schema,
  type StateTables,
} from "../core/index.ts"
import type { Catalogue, FeatureRequest, FeatureSet } from "../features/index.ts"
import type { PageKey, StoredPage } from "../funnel/index.ts"
import type { GraphNode, RankedItem, RankRequest, StageReport } from "./api.ts"
import type { Operation } from "./operation.ts"
import type { ProblemStatement } from "./problem.ts"

/** Where a definition can be made again in another process: training runs in a child, which imports `module` and calls `factory(options)`. */
export interface DefinitionSource {
  readonly module: string
  readonly factory: string
  readonly options: unknown
}

/** What a system computes from: its families, bound to the tenant's ids. `timeless` data switches features of time off. */
export interface FeatureContext {
  readonly ids: IdTable
  readonly timeless: boolean
}

/** What a system is made of. Whoever has read one has read them all: the same keys, in the order the data travels. */
export interface SystemDefinition {
  readonly name: string
  /** Which application: `recommendation`, `search`, `feed` ... */
  readonly kind: string
  /** The collections it ranks, the first is the default. */
  readonly collections: readonly string[]
  readonly problem: ProblemStatement
  readonly schema: Schema
  /** State that is folded and features that are read, the same live and in replay. */
  features(context: FeatureContext): FeatureSet
  /** Learns from what the log holds and says what a release keeps. */
  train(run: TrainingRun): Promise<Trained>
  /** The funnel of one release over one tenant's live state. */
  funnel(parts: ServingParts): Promise<ServedSystem>
  /** Which answers are asked for, and what was right. */
  evaluate(run: EvaluationInput): Promise<EvaluationPlan>
  /** What is built over its collections and kept up to date while serving, such as a delta of new items. */
  readonly index: { readonly collections: readonly string[] }
  /** Calls beside `rank` that clients may make, by name. */
  readonly operations?: Readonly<Record<string, Operation>>
  readonly source?: DefinitionSource
  /** The JSON parameters it was made from; part of the release id. */
  readonly options: unknown
  /** True when nobody said what its items look like: what was imported last then decides. */
  readonly inferred: boolean
  /** The same kind under the same name with other parameters, such as those that a release holds. */
  withOptions(options: unknown): SystemDefinition
}

/** What `train` is given: the log to replay, chance, time, and where to tell how far it is. */
export interface TrainingRun {
  /** The log from its beginning; may be read more than once. */
  entries(): AsyncIterable<readonly LogEntry[]>
  /** Records up to here count: the snapshot the release names. */
  readonly position: Position
  readonly records: number
  /** True when the data has no times: every event carries the same timestamp. */
  readonly timeless: boolean
  readonly seed: number
  readonly memoryCapBytes: number
  readonly clock: Clock
  readonly signal: AbortSignal
  progress(step: string, done: number, note?: string): void
}

/** What training made. `save` writes the parts that `funnel` loads. */
export interface Trained {
  save(bundle: BundleWriter): void
  /** Examples the models saw. */
  readonly rows: number
  /** Hyper-parameters that were picked, by part. */
  readonly chosen: Readonly<Record<string, unknown>>
  /** The metric that gates compare. */
  readonly primary: string
  /** On the inner validation part: the whole funnel, and popularity alone. */
  readonly metrics: Readonly<Record<string, number>>
  readonly popularity: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

/** What a served system reads from: a release's parts, the tenant's ids, live state and items. */
export interface ServingParts {
  readonly releaseId: string
  readonly bundle: BundleReader
  readonly ids: IdTable
  readonly tables: StateTables
  readonly catalogue: Catalogue
  readonly features: FeatureSet
  readonly clock: Clock
  /** A thread to score on beside the one that answers, where there is one. */
  readonly scoring?: KernelThread
}

/** One release, loaded: turns requests into prepared ones. Knows nothing of HTTP, logs or traces. */
export interface ServedSystem {
  readonly placements: readonly string[]
  /** Names that `sort` takes besides the default. */
  readonly sorts: readonly string[]
  /** The funnel as it runs, box by box, each with the stage of the problem statement that it spends the budget of. */
  graph(): readonly GraphNode[]
  /** Parts by name, for stages that ask `scope.release`. */
  part<T>(name: string): T
  /** Bytes that it keeps in memory, by part, by the formulas of its tables; absent where nobody counted. */
  memory?(): Readonly<Record<string, number>>
  /** Checks a request and resolves its ids; with `page`, its items in its order pass the funnel as it is now. @throws {@link InvalidArgument} or {@link NotFound} naming the field */
  prepare(request: RankRequest, now: number, page?: StoredPage): PreparedRank
  /** Absent where no page can be ranked ahead. */
  readonly storedPages?: {
    /** Whose or what's pages there may be, by placement. */
    readonly placements: Readonly<Record<string, PageKey["of"]>>
    /** The page that would answer a request, undefined when none would. */
    keyOf(request: RankRequest): Omit<PageKey, "system"> | undefined
  }
}

/** A request that was understood: ready to run, and to be shown. */
export interface PreparedRank extends ShownList {
  /** Whose state and which moment the features are read for. */
  readonly features: FeatureRequest
  readonly limit: number
  /** Places before the first of this page. */
  readonly offset: number
  readonly timeoutMs: number
  run(scope: RequestScope): Promise<FunnelAnswer>
}

/** How a list is shown, explained and logged. */
export interface ShownList {
  /** Where the list is to appear: one of the system's placements, also when the request left it out; that of a row is `home/because`. */
  readonly placement: string
  /** The set that its features are read with. */
  readonly featureSet: FeatureSet
  /** How one item of the answer is shown: score, reasons, fields. */
  present(answer: FunnelAnswer, place: number): RankedItem
  /** Why the ranker scored it so: its inputs with what each adds to the log-odds. */
  explain(
    answer: FunnelAnswer,
    place: number,
  ): readonly { readonly name: string; readonly value: number | null; readonly contribution?: number }[]
  /** The chance with which each item had its place, in (0, 1], 1 where chance had no say; undefined where nobody can say. */
  propensities?(answer: FunnelAnswer): ArrayLike<number> | undefined
  /** Names of retrievers by bit of `Candidates.sources`. */
  readonly sources: readonly string[]
  /** What a client sends to get the next page, undefined at the end. */
  cursorAfter(answer: FunnelAnswer): string | undefined
}

/** What a funnel made of a request. `candidates` are ordered best first, from the first of this page; `more` when another page may follow. */
export interface FunnelAnswer {
  readonly more: boolean
  readonly candidates: Candidates
  readonly stages: readonly StageReport[]
  readonly degraded: readonly string[]
}

/** What `evaluate` is given: people's held-out items by their own ids, or what the log says happened after the release was trained. */
export type EvaluationInput =
  | { readonly truth: ReadonlyMap<string, readonly string[]>; readonly sorts: readonly string[] }
  | { later(): AsyncIterable<readonly LogEntry[]>; readonly truth?: never; readonly sorts: readonly string[] }

/** One request to ask and what was right for it. */
export interface EvaluationQuery {
  readonly id: string
  readonly request: RankRequest
  readonly relevant: readonly string[]
}

/** The requests to ask, which variants to set beside the whole funnel, and how they are judged. */
export interface EvaluationPlan {
  readonly queries: readonly EvaluationQuery[]
  /** The same requests with other fields, by the name they get in the report. */
  readonly variants: Readonly<Record<string, Partial<RankRequest>>>
  /** Metrics by name, cut at `k`; see the registry of `metrics`. */
  readonly metrics: readonly string[]
  readonly k: number
  /** Items of a query that go into the run file. */
  readonly runDepth: number
}

/**
 * Checks a definition once, where it is written.
 *
 * @throws {@link InvalidArgument} on a reserved or malformed name, no collection, or a part that is missing
 */
export function defineSystem(definition: SystemDefinition): SystemDefinition {
  const where = `system ${JSON.stringify(definition.name)}`
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(definition.name)) {
    throw new InvalidArgument(
      where,
      "a name of lower-case letters, digits and dashes",
      JSON.stringify(definition.name),
      "It is a path segment of the API.",
    )
  }
  if (RESERVED_SYSTEM_NAMES.includes(definition.name)) {
    throw new InvalidArgument(where, `a name other than ${RESERVED_SYSTEM_NAMES.join(", ")}`, definition.name, "Choose another name.")
  }
  if (definition.collections.length === 0) {
    throw new InvalidArgument(where, "at least one collection to rank", "none", "Name the collection its items live in.")
  }
  for (const part of ["problem", "schema", "features", "train", "funnel", "evaluate", "index"] as const) {
    if (definition[part] === undefined)
      throw new InvalidArgument(where, `the part ${part}`, "none", "Give every part; see systems/recommendation.")
  }
  return Object.freeze({ ...definition })
}
