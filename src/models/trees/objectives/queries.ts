import { InvalidArgument } from "../../../core/index.ts"
import type { ObjectiveData } from "./objective.ts"

/** Gain of a grade: `exp` is `2^grade - 1`. */
export type GainKind = "exp" | "linear"

/** Rows by query, with what documents are worth. */
export interface Queries {
  readonly starts: Uint32Array
  readonly count: number
  readonly longest: number
  /** Shape `[n]`. */
  readonly gains: Float32Array
}

/** Checks queries and grades. @throws {@link InvalidArgument} without queries, on grades below 0, or above 31 with `exp` */
export function queriesOf(where: string, { rows, labels, queryStarts }: ObjectiveData, gain: GainKind): Queries {
  if (queryStarts === undefined || queryStarts.at(-1) !== rows) {
    const came = queryStarts === undefined ? "none" : `queries of ${queryStarts.at(-1)} rows in all`
    throw new InvalidArgument(where, `queries that hold the ${rows} rows`, came, "Pass `queries`: how many rows each has, in order.")
  }
  const gains = new Float32Array(rows)
  for (let i = 0; i < rows; i++) {
    const grade = labels[i]!
    if (!(grade >= 0 && grade <= (gain === "exp" ? 31 : Number.MAX_VALUE))) {
      throw new InvalidArgument(where, "grades from 0 to 31", `${grade} in row ${i}`, "Map labels to grades, or use linear gains.")
    }
    gains[i] = gain === "exp" ? 2 ** grade - 1 : grade
  }
  let longest = 0
  for (let q = 0; q + 1 < queryStarts.length; q++) longest = Math.max(longest, queryStarts[q + 1]! - queryStarts[q]!)
  return { starts: queryStarts, count: queryStarts.length - 1, longest, gains }
}

/** `1 / log2(place + 2)` of each place, 0 from `cut` on. */
export function discountsOf(places: number, cut = Number.POSITIVE_INFINITY): Float32Array {
  return Float32Array.from({ length: places }, (_, place) => (place < cut ? 1 / Math.log2(place + 2) : 0))
}

/** One over each query's best discounted gain in its first `cut` places; 0 where nothing is relevant. */
export function inverseIdeals({ starts, count, gains }: Queries, cut: number): Float32Array {
  const inverse = new Float32Array(count)
  for (let q = 0; q < count; q++) {
    const sorted = gains
      .slice(starts[q], starts[q + 1])
      .sort()
      .reverse()
    let ideal = 0
    for (let place = 0; place < Math.min(cut, sorted.length); place++) ideal += sorted[place]! / Math.log2(place + 2)
    inverse[q] = ideal > 0 ? 1 / ideal : 0
  }
  return inverse
}

/** `order[0..n)` becomes the rows `from ..` of a query by score, highest first, equal ones in row order. */
export function rankQuery(scores: ArrayLike<number>, from: number, n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[from + b]! - scores[from + a]! || a - b)
}

/** 1 less the mean NDCG at `k` over the queries with a relevant document. */
export function ndcgLoss(queries: Queries, k: number, inverse: Float32Array, scores: Float32Array): number {
  let sum = 0
  let judged = 0
  for (let q = 0; q < queries.count; q++) {
    if (inverse[q] === 0) continue
    const from = queries.starts[q]!
    const order = rankQuery(scores, from, queries.starts[q + 1]! - from)
    let gained = 0
    for (let place = 0; place < Math.min(k, order.length); place++) gained += queries.gains[from + order[place]!]! / Math.log2(place + 2)
    sum += gained * inverse[q]!
    judged++
  }
  return 1 - sum / Math.max(1, judged)
}
