import type { Candidates } from "./candidates.ts"
import type { Deadline } from "./deadline.ts"
import type { Matrix } from "./matrix.ts"
import type { Random } from "./random.ts"

/** Typed arrays a bundle can hold. */
export type BundleArray = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

/** Where a fitted part saves itself: JSON values and named, aligned typed arrays. Children are folders. */
export interface BundleWriter {
  json(name: string, value: unknown): void
  array(name: string, values: BundleArray): void
  child(name: string): BundleWriter
}

/** Where a fitted part loads itself from; each method throws {@link NotFound} on a name that was not saved. */
export interface BundleReader {
  has(name: string): boolean
  json(name: string): unknown
  array(name: string): BundleArray
  child(name: string): BundleReader
  /** Names of the direct children and values. */
  names(): readonly string[]
}

/** What a stage needs of the release it runs under: its id and its loaded parts by name. */
export interface Release {
  readonly id: string
  /** The loaded part of that name. @throws {@link NotFound} listing the parts there are */
  part<T>(name: string): T
}

/** Feature values of one request: read once for a set of candidates, shape `[candidates.size, columns.length]`, NaN = missing. */
export interface FeatureRows {
  readonly columns: readonly string[]
  read(candidates: Candidates): Matrix
}

/** Where a funnel tells what it did; drops name the rule that made them. */
export interface Trace {
  /** `ids` dropped by `rule` of `stage`; `count` always, the ids kept only when the trace is detailed. */
  drop(stage: string, rule: string, list: Candidates, places: ArrayLike<number>): void
  /** Work that was cut or skipped, and why: shown to the client in `degraded`. */
  degrade(stage: string, reason: string): void
  /** A value worth showing when explaining, such as the spelling that was corrected. */
  note(stage: string, key: string, value: unknown): void
}

/** What one request carries through the funnel: time, chance, cancellation, feature rows read once, and where drops are told. */
export interface RequestScope {
  readonly requestId: string
  readonly now: number
  readonly deadline: Deadline
  readonly random: Random
  readonly signal: AbortSignal
  readonly release: Release
  readonly features: FeatureRows
  readonly trace: Trace
}

/** Rewrites or enriches the query: spelling, intent, the user's vector. */
export interface QueryStep<Query> {
  readonly name: string
  run(query: Query, scope: RequestScope): Promise<Query>
}

/** Finds candidates among everything: at most `limit`, best first, its score in the column named after it. */
export interface Retriever<Query> {
  readonly name: string
  retrieve(query: Query, limit: number, scope: RequestScope): Promise<Candidates>
}

/** Narrows or reorders candidates; returns at most `limit`, each from its input; tells `scope.trace` what it dropped and by which rule. */
export interface Stage<Query> {
  readonly name: string
  readonly limit: number
  run(query: Query, candidates: Candidates, scope: RequestScope): Promise<Candidates>
}

/** What `fit` may be told besides its data. `onProgress` hears the share done, in `[0, 1]`. */
export interface FitOptions {
  readonly seed: number
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

/** Learns from data and keeps only its config, so `fit` can be called again. Same seed, same model, same bytes. */
export interface Estimator<Data, Model> {
  readonly config: object
  fit(data: Data, options: FitOptions): Promise<Model>
}

/** Something fitted that can be written into a release; `load` in the same file restores it, bit for bit. */
export interface Saveable {
  save(bundle: BundleWriter): void
}

/** Fitted and immutable: feature rows `[n, d]` to rows `[n, d']`, NaN = missing. */
export interface Transformer extends Saveable {
  transform(rows: Matrix): Matrix
}

/** Fitted and immutable: feature rows `[n, d]` to one number a row, shape `[n]`, written to `out` when given. */
export interface Predictor extends Saveable {
  predict(rows: Matrix, out?: Float32Array): Float32Array
}
