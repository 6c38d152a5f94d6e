import { InvalidArgument } from "../../core/index.ts"

/** How well one score orders held-out items: in the lists a ranker is to learn from, and as a model that never saw those items orders them. */
export interface ScoreQuality {
  readonly name: string
  /** NDCG of the score in the ranker's lists. */
  readonly inLists: number
  /** NDCG of the same kind of score over the same people, known to be out of sample. */
  readonly outOfSample: number
  /** Standard error of `inLists`: with few people, filters and chance move it more. */
  readonly error?: number
}

/**
 * Filters move a score this far at most: what people hid or blocked leaves their lists, and a quarter more of what is left may be right.
 * A score that saw the answers is better by half and more.
 */
const SHARE = 0.25
const LEAST = 0.015

/** Scores that order held-out items better than they could without having seen them, worst first. */
export function leaks(scores: readonly ScoreQuality[]): readonly ScoreQuality[] {
  const gain = ({ inLists, outOfSample, error = 0 }: ScoreQuality) => inLists - 2 * error - outOfSample * (1 + SHARE) - LEAST
  return scores.filter((score) => gain(score) > 0).sort((a, b) => gain(b) - gain(a))
}

/**
 * Stops a ranker from learning from scores that saw its labels: it would trust them far more than they deserve on a live page.
 *
 * @throws {@link InvalidArgument} naming the scores, and how good they are beside how good they can be
 */
export function refuseLeaks(scores: readonly ScoreQuality[]): void {
  const found = leaks(scores)
  if (found.length === 0) return
  const told = found.map(
    ({ name, inLists, outOfSample }) => `${name} with ndcg ${inLists.toFixed(4)} where ${outOfSample.toFixed(4)} is out of sample`,
  )
  throw new InvalidArgument(
    "recommendation ranker",
    "retriever scores that never saw the held-out items",
    told.join(", "),
    "Fit the retrievers on the part before the curtain alone.",
  )
}
