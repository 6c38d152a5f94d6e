import { type Candidates, candidates, float32, InvalidArgument, select } from "../core/index.ts"
import { FUSION_K, reciprocalRank } from "../retrieval/index.ts"
import { CandidateSet } from "./candidate-set.ts"
import { orderByScore, placesOf } from "./keep.ts"

/** One retriever's answer on its way into the merge: best first, its score in the column of its name. */
export interface RetrievedList {
  readonly name: string
  /** Its bit of {@link Candidates.sources}. */
  readonly source: number
  readonly list: Candidates
}

/** Makes one list of several, best first, each (collection, id) once. `sources` names every retriever of the funnel by bit, also silent ones. */
export type Merge = (lists: readonly RetrievedList[], sources: readonly string[]) => Candidates

/** The score column of the default merge. */
export const FUSION_COLUMN = "fusion"

/**
 * The default merge: reciprocal-rank fusion over (collection, id).
 *
 * Columns of the answer: `fusion`, and for every retriever of the funnel `<name>` (its score) and `<name>.rank` (its place from 1), NaN
 * where it did not propose the candidate. Other columns that retrievers gave are kept. Equal fused scores: lower dense id first.
 * @param options - `k`, default 60, and weights by retriever name, default 1
 * @throws {@link InvalidArgument} when `k` or a weight is not 0 or more
 */
export function reciprocalRankMerge(options: { readonly k?: number; readonly weights?: Readonly<Record<string, number>> } = {}): Merge {
  const { k = FUSION_K, weights = {} } = options
  for (const [name, value] of [["k", k] as const, ...Object.entries(weights)]) {
    if (!(value >= 0))
      throw new InvalidArgument("reciprocalRankMerge", `${name} of 0 or more`, String(value), "Leave it out for the default.")
  }
  // Filled and read without a pause, so one set serves all requests.
  const places = new CandidateSet()
  return (lists, sources) => {
    let total = 0
    for (const { list } of lists) total += list.size
    places.reset(total)
    for (const { list } of lists) for (let i = 0; i < list.size; i++) places.add(list.collections[i]!, list.ids[i]!)
    const merged = emptyColumns(places.size, lists, sources)
    merged.ids.set(places.ids.subarray(0, places.size))
    merged.collections.set(places.collections.subarray(0, places.size))
    const fusion = merged.scores.get(FUSION_COLUMN)!.fill(0)
    for (const { name, source, list } of lists) {
      const bit = 1 << source
      const weight = weights[name] ?? 1
      const ranks = merged.scores.get(`${name}.rank`)!
      const columns = [...list.scores].map(([column, values]) => [values, merged.scores.get(column)!] as const)
      for (let i = 0; i < list.size; i++) {
        const place = places.find(list.collections[i]!, list.ids[i]!)
        if ((merged.sources[place]! & bit) !== 0) continue
        merged.sources[place]! |= bit
        ranks[place] = i + 1
        fusion[place]! += weight * reciprocalRank(i + 1, k)
        for (const [from, to] of columns) to[place] = from[i]!
      }
    }
    return select(merged, lists.length === 0 ? placesOf(0) : orderByScore(merged, fusion).order)
  }
}

/** Candidates with a column for everything that may be said of them, NaN throughout; retrievers that are silent share one. */
function emptyColumns(size: number, lists: readonly RetrievedList[], sources: readonly string[]): Candidates {
  const told = new Set([FUSION_COLUMN])
  for (const { name, list } of lists) {
    told.add(`${name}.rank`)
    for (const column of list.scores.keys()) told.add(column)
  }
  const made = candidates(size, [...told])
  const none = float32(size).fill(Number.NaN)
  const names = new Set([FUSION_COLUMN])
  for (const source of sources) names.add(source).add(`${source}.rank`)
  for (const name of told) names.add(name)
  return { ...made, scores: new Map(Array.from(names, (name) => [name, made.scores.get(name) ?? none])) }
}
