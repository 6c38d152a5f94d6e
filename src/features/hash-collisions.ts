import { InvalidArgument, murmur3 } from "../core/index.ts"
import { bucketOf } from "./families/hashed.ts"

/** How many of some values share a bucket; see {@link hashCollisions}. */
export interface CollisionReport {
  /** Different values, and the buckets they fall into. */
  readonly values: number
  readonly buckets: number
  readonly used: number
  /** Values that share their bucket with another one, as a share of all; and what chance would give. */
  readonly colliding: number
  readonly expected: number
  /** Values in the fullest bucket, and up to ten of them. */
  readonly fullest: number
  readonly together: readonly string[]
}

/**
 * Hashes values as the family `hashed` does and counts who meets whom.
 *
 * With `n` values in `m` buckets chance lets a value meet another with probability `1 - (1 - 1 / m)^(n - 1)`.
 */
export function hashCollisions(values: Iterable<string>, buckets: number): CollisionReport {
  if (!Number.isInteger(buckets) || buckets < 1) {
    throw new InvalidArgument("hashCollisions", "a whole number of buckets, at least 1", String(buckets), "Pass a size such as 32.")
  }
  const different = new Set(values)
  const counts = new Uint32Array(buckets)
  for (const value of different) counts[bucketOf(murmur3(value), buckets)]!++
  let used = 0
  let alone = 0
  let fullest = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    if (counts[bucket]! > 0) used++
    if (counts[bucket] === 1) alone++
    if (counts[bucket]! > counts[fullest]!) fullest = bucket
  }
  const together: string[] = []
  for (const value of different) if (together.length < 10 && bucketOf(murmur3(value), buckets) === fullest) together.push(value)
  const n = different.size
  return {
    values: n,
    buckets,
    used,
    colliding: n === 0 ? 0 : (n - alone) / n,
    expected: n === 0 ? 0 : 1 - (1 - 1 / buckets) ** (n - 1),
    fullest: n === 0 ? 0 : counts[fullest]!,
    together,
  }
}
