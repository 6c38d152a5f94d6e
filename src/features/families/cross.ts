import type { StateTables } from "../../core/index.ts"
import { type CategorySource, categoryReader, sourceName } from "../category-source.ts"
import type { FeatureFactory, FeatureRequest } from "../family.ts"
import { bucketOf, checkBuckets } from "./hashed.ts"

/**
 * A cross of category fields, such as country with language: what a linear model cannot say of the two alone. Every combination of values
 * falls into one of `buckets` columns, `<a>x<b>#0` and so on, which hold 1 or 0; all 0 when one of the fields is missing.
 *
 * With `as: "code"` there is one column, `<a>x<b>`, with the number of the bucket, NaN when missing, for models that split on codes.
 * @param fields - two or more, of the item, the user or the request's context
 */
export function cross(
  fields: readonly CategorySource[],
  { buckets = 64, as = "columns" }: { readonly buckets?: number; readonly as?: "columns" | "code" } = {},
): FeatureFactory {
  checkBuckets("cross", buckets)
  return (binding) => {
    const sources = fields.map((field) => categoryReader(binding, field))
    const name = fields.map(sourceName).join("x")
    const columns = as === "code" ? [name] : Array.from({ length: buckets }, (_, bucket) => `${name}#${bucket}`)
    let found: number[] = []
    /** The hashes of every combination, built up source by source. */
    const combine = (tables: StateTables, request: FeatureRequest, item: number): void => {
      found = [SEED]
      for (const source of sources) {
        const count = source.read(tables, request, item)
        const next: number[] = []
        for (const before of found) for (let i = 0; i < count; i++) next.push(joined(before, source.hash(i)))
        found = next
      }
    }
    return {
      name: `cross ${name}`,
      version: 1,
      config: { fields, buckets, as },
      columns,
      actors: [...new Set(fields.map(({ of }) => of))],
      ...(as === "code" ? { codes: columns } : {}),
      states: sources.flatMap((source) => source.states),
      read(tables, request, candidates, out, firstColumn) {
        for (let row = 0; row < candidates.size; row++) {
          const at = row * out.cols + firstColumn
          combine(tables, request, candidates.ids[row]!)
          if (as === "code") {
            out.data[at] = found.length === 0 ? Number.NaN : bucketOf(found[0]!, buckets)
            continue
          }
          out.data.fill(0, at, at + buckets)
          for (const hash of found) out.data[at + bucketOf(hash, buckets)] = 1
        }
      },
    }
  }
}

const SEED = 0x9747b28c

/** Mixes two 32-bit hashes; order matters, so `a x b` and `b x a` differ. */
function joined(left: number, right: number): number {
  let hash = Math.imul(left ^ (right >>> 15), 0x85ebca6b) ^ Math.imul(right, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f)
  return (hash ^ (hash >>> 16)) >>> 0
}
