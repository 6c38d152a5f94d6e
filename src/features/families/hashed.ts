import { InvalidArgument } from "../../core/index.ts"
import { type CategorySource, categoryReader, sourceName } from "../category-source.ts"
import type { FeatureFactory } from "../family.ts"

/**
 * A category with many values in few columns: each value adds 1 to the column its hash falls in, `<field>#0` to `<field>#<buckets - 1>`.
 * No table of values is kept, so new ones need no retraining; two values may meet in a column. See `hashCollisions` for how many do.
 *
 * @param options.buckets - columns, a whole number of at least 2; default 32
 * @param options.signed - take the column's sign from another bit of the hash, so that values that meet cancel out on average; default false
 * @see Weinberger et al. 2009, doi:10.1145/1553374.1553516
 */
export function hashed(
  field: string,
  {
    of = "item",
    buckets = 32,
    signed = false,
  }: { readonly of?: CategorySource["of"]; readonly buckets?: number; readonly signed?: boolean } = {},
): FeatureFactory {
  checkBuckets("hashed", buckets)
  return (binding) => {
    const source = categoryReader(binding, { field, of })
    const name = sourceName({ field, of })
    return {
      name: `hashed ${of}.${field}`,
      version: 1,
      config: { field, of, buckets, signed },
      columns: Array.from({ length: buckets }, (_, bucket) => `${name}#${bucket}`),
      actors: [of],
      states: source.states,
      read(tables, request, candidates, out, firstColumn) {
        for (let row = 0; row < candidates.size; row++) {
          const at = row * out.cols + firstColumn
          out.data.fill(0, at, at + buckets)
          const count = source.read(tables, request, candidates.ids[row]!)
          for (let i = 0; i < count; i++) {
            const hash = source.hash(i)
            out.data[at + bucketOf(hash, buckets)]! += signed && (hash | 0) < 0 ? -1 : 1
          }
        }
      },
    }
  }
}

/** The bucket of a 32-bit hash, as `hashSlot` of the transforms has it. */
export function bucketOf(hash: number, buckets: number): number {
  return Math.abs(hash | 0) % buckets
}

export function checkBuckets(where: string, buckets: number): void {
  if (Number.isInteger(buckets) && buckets >= 2 && buckets <= 2 ** 20) return
  throw new InvalidArgument(where, "a whole number of buckets from 2 to 1048576", String(buckets), "Pass a size such as 32.")
}
