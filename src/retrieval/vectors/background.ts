import { BaseRows } from "./base-rows.ts"
import { familyNamed } from "./families.ts"
import type { BuildBase } from "./live-index.ts"
import { PlainBundle } from "./plain-bundle.ts"
import { sharedRows, type VectorPool } from "./pool.ts"

/**
 * Builds in a thread of the pool, so that this one goes on answering: for `LiveIndex.build` and `rebuild`.
 *
 * The same bytes as a build here. What comes back is laid out here, at about the time it takes to load a saved index.
 */
export function inBackground(pool: VectorPool): BuildBase {
  return async (family, { rows, ids, metric }, config, { seed, signal, onProgress }) => {
    const input = { family, rows: sharedRows(rows), ids: ids === undefined ? undefined : Uint32Array.from(ids), metric, config, seed }
    const bundle = new PlainBundle(await pool.run("build", input, { ...(signal && { signal }), ...(onProgress && { onProgress }) }))
    return familyNamed(family)!.load(await BaseRows.load(bundle.child("rows")), bundle.child("base"))
  }
}
