import { breathe, InvalidArgument, type Matrix, row } from "../../core/index.ts"
import type { Scored } from "../scored.ts"
import { exactScan } from "./exact-scan.ts"
import { familyNamed, type VectorFamilyName, vectorFamilies } from "./families.ts"
import { LiveIndex } from "./live-index.ts"
import type { VectorIndex, VectorMetric, VectorSearch } from "./vector-index.ts"

/** What an index did at one effort, one query at a time on one thread. */
export interface CurvePoint {
  readonly effort: number
  /** Share of the true `k` nearest that were found, mean over the queries. */
  readonly recall: number
  readonly meanUs: number
  readonly p99Us: number
  readonly queriesPerSecond: number
}

/** One family on somebody's vectors. */
export interface FamilyCurve {
  readonly family: string
  readonly buildSeconds: number
  /** Rows, ids and everything the family lays beside them. */
  readonly memoryBytes: number
  /** Rising efforts. */
  readonly points: readonly CurvePoint[]
}

/** How {@link neighbourCurves} measures. */
export interface CurveOptions {
  readonly metric: VectorMetric
  readonly k: number
  /** Families besides the exact scan; all when absent. */
  readonly families?: readonly VectorFamilyName[]
  readonly seed: number
  /** Milliseconds that only grow. */
  readonly monotonicMs: () => number
  readonly signal?: AbortSignal
  readonly onProgress?: (step: string, done: number) => void
}

/** From this recall on, more effort shows nothing new. */
const enough = 0.9995
/** Queries answered before any is timed. */
const warmUp = 20

/**
 * Recall at `k` against latency and memory for every family, and for the exact scan, which gives the truth.
 *
 * @param rows - shape `[n, d]`; @param queries - shape `[q, d]`, best not among the rows
 */
export async function neighbourCurves(rows: Matrix, queries: Matrix, options: CurveOptions): Promise<FamilyCurve[]> {
  const { metric, k, seed, monotonicMs, signal, onProgress } = options
  const names = options.families ?? (Object.keys(vectorFamilies) as VectorFamilyName[])
  onProgress?.("exact", 0)
  const exact = await exactScan(rows, metric)
  const truth = exact.searchMany(queries, k)
  const curves: FamilyCurve[] = [
    {
      family: exact.family,
      buildSeconds: 0,
      memoryBytes: exact.memoryBytes,
      points: [measured(exact, queries, truth, k, {}, monotonicMs)],
    },
  ]
  for (const [place, name] of names.entries()) {
    await breathe(signal, "bench neighbours")
    onProgress?.(name, place / names.length)
    const before = monotonicMs()
    const index = await LiveIndex.build(name, { rows, metric }, {}, { seed, ...(signal && { signal }) })
    const buildSeconds = (monotonicMs() - before) / 1000
    const points: CurvePoint[] = []
    for (const effort of index.efforts) {
      await breathe(signal, "bench neighbours")
      points.push(measured(index, queries, truth, k, { effort }, monotonicMs))
      if (points.at(-1)!.recall >= enough) break
    }
    curves.push({ family: name, buildSeconds, memoryBytes: index.memoryBytes, points })
  }
  onProgress?.("done", 1)
  return curves
}

/** Names of families from text. @throws {@link InvalidArgument} on one that is none */
export function familiesNamed(names: readonly string[]): VectorFamilyName[] {
  const unknown = names.find((name) => familyNamed(name) === undefined)
  if (unknown === undefined) return names as VectorFamilyName[]
  const known = Object.keys(vectorFamilies).join(", ")
  throw new InvalidArgument("families", `names among ${known}`, JSON.stringify(unknown), "Separate them by commas.")
}

function measured(
  index: VectorIndex,
  queries: Matrix,
  truth: readonly Scored[],
  k: number,
  search: VectorSearch,
  monotonicMs: () => number,
): CurvePoint {
  for (let i = 0; i < Math.min(warmUp, queries.rows); i++) index.search(row(queries, i), k, search)
  const times = new Float64Array(queries.rows)
  let found = 0
  let wanted = 0
  for (let i = 0; i < queries.rows; i++) {
    const before = monotonicMs()
    const { ids } = index.search(row(queries, i), k, search)
    times[i] = (monotonicMs() - before) * 1000
    const nearest = new Set(truth[i]!.ids)
    wanted += nearest.size
    for (const id of ids) if (nearest.has(id)) found++
  }
  const meanUs = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length)
  return {
    effort: search.effort ?? 0,
    recall: wanted === 0 ? 1 : found / wanted,
    meanUs,
    p99Us: times.toSorted()[Math.floor(0.99 * (times.length - 1))] ?? 0,
    queriesPerSecond: meanUs > 0 ? 1e6 / meanUs : 0,
  }
}
