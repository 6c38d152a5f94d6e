import { platt } from "../../models/index.ts"

/**
 * How the scores that order a list become log-odds: `shift + slope * ln(floor + score / best)`, with `best` the largest score of the list. Scores of a
 * retriever, or of fused lists, grow with the history and mean nothing by themselves; as shares of the best they do.
 */
export interface OddsScale {
  readonly slope: number
  readonly shift: number
}

/** What makes the logarithm finite for a score of 0. */
const FLOOR = 1e-3

/** One list's scores, and which of the items were taken up. */
export interface ScoredList {
  readonly scores: ArrayLike<number>
  readonly isTaken: ArrayLike<number>
}

/** Learns the scale from lists of people who were held out; undefined where a higher score is no better sign. */
export async function learnOddsScale(
  lists: readonly ScoredList[],
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<OddsScale | undefined> {
  const shares: number[] = []
  const labels: number[] = []
  for (const { scores, isTaken } of lists) {
    const best = bestOf(scores)
    if (!(best > 0)) continue
    for (let at = 0; at < scores.length; at++) {
      if (Number.isNaN(scores[at]!)) continue
      shares.push(Math.log(FLOOR + Math.max(0, scores[at]!) / best))
      labels.push(isTaken[at]!)
    }
  }
  if (!labels.includes(1) || !labels.includes(0)) return undefined
  const { parts } = await platt().fit({ scores: Float64Array.from(shares), labels: Float64Array.from(labels) }, { seed, signal })
  return parts.kind === "sigmoid" && parts.slope > 0 ? { slope: parts.slope, shift: parts.shift } : undefined
}

/** The score at which an item of a list has these log-odds; 0 where they are below those of any score. */
export function scoreOfOdds({ slope, shift }: OddsScale, logit: number, best: number): number {
  return best * Math.max(0, Math.exp((logit - shift) / slope) - FLOOR)
}

/** The score of an item whose odds are `1 + share` times as large. */
export function raisedScore({ slope }: OddsScale, score: number, share: number, best: number): number {
  return (score + FLOOR * best) * (1 + share) ** (1 / slope) - FLOOR * best
}

/** The largest score that is one; 0 when none is above that. */
export function bestOf(scores: ArrayLike<number>): number {
  let best = 0
  for (let at = 0; at < scores.length; at++) if (scores[at]! > best) best = scores[at]!
  return best
}
