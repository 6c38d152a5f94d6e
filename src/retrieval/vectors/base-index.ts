import type { BundleReader, BundleWriter, FitOptions, Matrix } from "../../core/index.ts"
import type { Scored } from "../scored.ts"
import type { BaseRows } from "./base-rows.ts"
import type { VectorPool } from "./pool.ts"
import type { VectorMetric } from "./vector-index.ts"

/** A question as a base index takes it: everything is decided. */
export interface BaseQuestion {
  readonly k: number
  readonly effort: number
  readonly allowed?: Uint8Array | undefined
}

/** An index that was built once over its rows and is then only asked; a {@link LiveIndex} puts changes beside it. */
export interface BaseIndex {
  readonly family: string
  readonly rows: BaseRows
  /** What the family was told, for building it again. */
  readonly config: object
  /** The effort of a search that names none. */
  readonly effort: number
  search(vector: ArrayLike<number>, question: BaseQuestion): Scored
  /** Everything but the rows. */
  save(bundle: BundleWriter): void
}

/** What every family is built from: rows, shape `[n, d]`, and their ids, `0 .. n - 1` when absent. */
export interface VectorData {
  readonly rows: Matrix
  readonly ids?: ArrayLike<number>
  readonly metric: VectorMetric
}

/** How a base index is built. */
export interface BuildOptions extends FitOptions {
  /** Threads for what can be split; the same bytes with any number of them. */
  readonly pool?: VectorPool
}

/** One kind of base index: how it is built and loaded, and the efforts that draw its curve. */
export interface VectorFamily<Config extends object> {
  readonly name: string
  /** In one line, what it does and when it is right. */
  readonly summary: string
  /** Same data, config and seed: same bytes. @throws {@link InvalidArgument} on rows that cannot be compared or a config out of range */
  build(data: VectorData, config: Config, options: BuildOptions): Promise<BaseIndex>
  load(rows: BaseRows, bundle: BundleReader): BaseIndex
  /** Rising efforts from fast to thorough, for an index of that size. */
  efforts(index: BaseIndex): readonly number[]
}
