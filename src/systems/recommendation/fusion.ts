import { topK } from "../../core/index.ts"
import { ndcgAtK } from "../../metrics/index.ts"
import { reciprocalRank } from "../../retrieval/index.ts"

/** How much each retriever's places count in the fused list, by name; 1 for those it does not name. */
export type FusionWeights = Readonly<Record<string, number>>

/** Places that retrievers gave one person's candidates, and which of those were held out. */
export interface PlacedList {
  /** By retriever, the place of each candidate from 1; `Infinity` where it did not propose it. */
  readonly places: Readonly<Record<string, Float64Array>>
  /** Held-out items of the person, and 1 for the candidates among them. */
  readonly held: number
  readonly isHeld: Uint8Array
}

/** Powers of a retriever's quality that are tried as its weight: 0 counts all alike, the last leaves little but the best. */
const POWERS = [0, 1, 2, 4, 8, 16]
const K = 20

/**
 * Learns how much each retriever counts: its share of the best one's quality on items none of them saw, to the power that makes the fused list best.
 *
 * @param quality - NDCG@20 of each retriever alone, out of sample
 */
export function learnFusion(
  lists: readonly PlacedList[],
  quality: Readonly<Record<string, number>>,
): { readonly weights: FusionWeights; readonly trials: readonly { readonly value: number; readonly quality: number }[] } {
  const best = Math.max(...Object.values(quality))
  const trials = POWERS.map((power) => {
    const weights = Object.fromEntries(Object.entries(quality).map(([name, own]) => [name, best > 0 ? (own / best) ** power : 1]))
    return { value: power, weights, quality: lists.reduce((sum, list) => sum + fusedNdcg(list, weights), 0) / Math.max(1, lists.length) }
  })
  const chosen = trials.reduce((a, b) => (b.quality > a.quality ? b : a))
  return { weights: chosen.weights, trials: trials.map(({ value, quality: found }) => ({ value, quality: found })) }
}

/** NDCG@20 of the order that one retriever gives alone, mean over the lists. */
export function placedNdcg(lists: readonly PlacedList[], name: string): number {
  return lists.reduce((sum, list) => sum + fusedNdcg(list, { [name]: 1 }), 0) / Math.max(1, lists.length)
}

/** The fused score of each candidate under these weights. */
export function fusedScores({ places, isHeld }: PlacedList, weights: FusionWeights): Float64Array {
  const fused = new Float64Array(isHeld.length)
  for (const [name, weight] of Object.entries(weights)) {
    const own = places[name]
    if (own === undefined) continue
    for (let at = 0; at < fused.length; at++) if (own[at]! < Number.POSITIVE_INFINITY) fused[at]! += weight * reciprocalRank(own[at]!)
  }
  return fused
}

function fusedNdcg(list: PlacedList, weights: FusionWeights): number {
  const grades = Uint8Array.from(topK(fusedScores(list, weights), K), (at) => list.isHeld[at]!)
  return ndcgAtK(grades, new Uint8Array(list.held).fill(1), K)
}
