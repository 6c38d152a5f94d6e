import { InvalidArgument } from "../core/index.ts"
import type { Scored } from "./scored.ts"

/** The constant of reciprocal-rank fusion that its authors found best on several collections. */
export const FUSION_K = 60

/**
 * What one list adds to an item's fused score: `1 / (k + rank)`.
 *
 * @param rank - place in the list, from 1
 * @param k - how slowly later ranks fade, default 60
 */
export function reciprocalRank(rank: number, k = FUSION_K): number {
  return 1 / (k + rank)
}

/**
 * Reciprocal-rank fusion: one list from several, by places alone, so their scores need no common scale.
 *
 * An item's score is the sum of `weight / (k + rank)` over the lists that name it, rank from 1; named twice in a list, the first counts.
 * @param lists - dense ids of each list, best first
 * @param options - `k` (default 60) and a weight a list (default 1 each)
 * @returns every item named, best first, equal scores by lower id; scores shape `[items]`
 * @throws {@link InvalidArgument} when `k` is not 0 or more, or the weights are not one a list, each 0 or more
 * @see Cormack, Clarke & Buettcher 2009, doi:10.1145/1571941.1572114
 */
export function reciprocalRankFusion(
  lists: readonly ArrayLike<number>[],
  options: { readonly k?: number; readonly weights?: readonly number[] } = {},
): Scored {
  const { k = FUSION_K, weights } = options
  if (!(k >= 0)) throw new InvalidArgument("reciprocalRankFusion", "k of 0 or more", String(k), "60 is the default.")
  if (weights !== undefined && (weights.length !== lists.length || weights.some((weight) => !(weight >= 0)))) {
    throw new InvalidArgument("reciprocalRankFusion", `${lists.length} weights of 0 or more`, weights.join(", "), "Give one a list.")
  }
  const fused = new Map<number, number>()
  for (let list = 0; list < lists.length; list++) {
    const seen = new Set<number>()
    for (let place = 0; place < lists[list]!.length; place++) {
      const id = lists[list]![place]!
      if (seen.has(id)) continue
      seen.add(id)
      fused.set(id, (fused.get(id) ?? 0) + (weights?.[list] ?? 1) * reciprocalRank(place + 1, k))
    }
  }
  const order = [...fused].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return { ids: Uint32Array.from(order, ([id]) => id), scores: Float32Array.from(order, ([, score]) => score) }
}
