import type { BundleWriter } from "../core/index.ts"
import type { Scored } from "./scored.ts"

/** How near two vectors are: their inner product, or that of the vectors scaled to length 1 (a zero vector is 0 from everything). */
export type VectorMetric = "inner-product" | "cosine"

/** Finds the vectors nearest to one, by dense id. Implementations differ in speed and recall; the exact scan is the yardstick. */
export interface VectorIndex {
  readonly metric: VectorMetric
  readonly dimension: number
  /** Vectors held. */
  readonly size: number
  /** Grows by one with every change, so that caches of answers can tell. */
  readonly version: number
  /** Puts a vector, or replaces that of the id. @throws {@link InvalidArgument} on a wrong dimension or a number that is not finite */
  add(id: number, vector: ArrayLike<number>): void
  /** Takes an id out; says whether it was there. */
  remove(id: number): boolean
  has(id: number): boolean
  /**
   * The `k` nearest, nearest first, equal scores by lower id.
   *
   * @param options - `allowed`: non-zero at an id = may be answered, ids past its end may not
   * @throws {@link InvalidArgument} on a wrong dimension or a number that is not finite
   */
  search(vector: ArrayLike<number>, k: number, options?: { readonly allowed?: Uint8Array }): Scored
  save(bundle: BundleWriter): void
}
