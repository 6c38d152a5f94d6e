import type { BundleWriter, Matrix } from "../../core/index.ts"
import type { Scored } from "../scored.ts"

/**
 * How near two vectors are: their inner product; that of the vectors scaled to length 1 (a zero vector is 0 from everything); or minus
 * their squared distance. A greater score is nearer.
 */
export type VectorMetric = "inner-product" | "cosine" | "euclidean"

/** What a search may be told. */
export interface VectorSearch {
  /** Non-zero at an id = may be answered; ids past its end may not. Everything may when absent. */
  readonly allowed?: Uint8Array
  /**
   * How much an approximate index looks at: lists for clusters, leaves for a forest, buckets for LSH, candidates for a graph and for codes.
   * More is slower and finds more. Each family has its default; the exact scan has no use for it.
   */
  readonly effort?: number
}

/** Finds the vectors nearest to one, by dense id. Families differ in speed, memory and recall; the exact scan is the yardstick. */
export interface VectorIndex {
  /** The kind of index, such as `exact` or `clusters`. */
  readonly family: string
  readonly metric: VectorMetric
  readonly dimension: number
  /** Vectors held. */
  readonly size: number
  /** Grows by one with every change, so that caches of answers can tell. */
  readonly version: number
  /** Kernel memory laid out for it. */
  readonly memoryBytes: number
  /** Puts a vector, or replaces that of the id; the next search sees it. @throws {@link InvalidArgument} as {@link checkVector} */
  add(id: number, vector: ArrayLike<number>): void
  /** Takes an id out; says whether it was there. */
  remove(id: number): boolean
  has(id: number): boolean
  /**
   * The `k` nearest that were found, nearest first, equal scores by lower id.
   *
   * @throws {@link InvalidArgument} as {@link checkVector}, or when `k` is no whole number
   */
  search(vector: ArrayLike<number>, k: number, options?: VectorSearch): Scored
  /** One answer a row of `vectors`, shape `[q, dimension]`: the same answers as one search each, faster where rows can be shared. */
  searchMany(vectors: Matrix, k: number, options?: VectorSearch): Scored[]
  save(bundle: BundleWriter): void
}
