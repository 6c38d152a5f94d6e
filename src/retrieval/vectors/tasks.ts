import { type FitOptions, type Matrix, nearestCentre, type Task } from "../../core/index.ts"
import { familyNamed, type VectorFamilyName } from "./families.ts"
import { type GrowConfig, growSome, type Trees } from "./forest-grow.ts"
import { PlainBundle, type PlainParts } from "./plain-bundle.ts"
import type { VectorMetric } from "./vector-index.ts"

/** What is built elsewhere; `rows` are in shared memory. */
export interface BuildInput {
  readonly family: VectorFamilyName
  readonly rows: Matrix
  readonly ids: ArrayLike<number> | undefined
  readonly metric: VectorMetric
  readonly config: object
  readonly seed: number
}

/** What the threads of a {@link VectorPool} can do. */
export const vectorTasks = {
  /** The nearest centre of rows [begin, end). */
  nearest: (async ({ rows, begin, end, centres }, { signal }) => {
    const part = { data: rows.data.subarray(begin * rows.cols, end * rows.cols), rows: end - begin, cols: rows.cols }
    return (await nearestCentre(part))(centres, signal)
  }) satisfies Task<{ rows: Matrix; begin: number; end: number; centres: Matrix }, Int32Array>,

  /** Trees [from, to) of a forest. */
  grow: (({ rows, config, seed, from, to }, { signal, onProgress }) =>
    growSome(rows, config, { seed, signal, onProgress }, from, to)) satisfies Task<
    { rows: Matrix; config: GrowConfig; seed: number; from: number; to: number },
    Trees[]
  >,

  /** A whole index, as what it saves. */
  build: (async ({ family, rows, ids, metric, config, seed }, { signal, onProgress, transfer }) => {
    const options: FitOptions = { seed, signal, onProgress }
    const base = await familyNamed(family)!.build({ rows, metric, ...(ids && { ids }) }, config, options)
    const bundle = new PlainBundle()
    base.rows.save(bundle.child("rows"))
    base.save(bundle.child("base"))
    transfer(...bundle.buffers())
    return bundle.parts
  }) satisfies Task<BuildInput, PlainParts>,
} as const

export type VectorTasks = typeof vectorTasks
