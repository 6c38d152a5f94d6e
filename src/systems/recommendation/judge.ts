import { type Candidates, type Matrix, topK } from "../../core/index.ts"
import { ndcgAtK, recallAtK } from "../../metrics/index.ts"
import { type FusionWeights, fusedScores, type PlacedList } from "./fusion.ts"
import { LOGIT, placeOf, SCORED_BY } from "./ranker.ts"
import type { RankerModel } from "./rankers.ts"

/** Depth of page that orders are judged by. */
export const JUDGED_K = 20
/** The name of the fused order in {@link judge}. */
export const FUSED = "fusion"

/** One person's candidates, kept to judge orders by. */
export interface JudgedList {
  /** The part of the people that this one is in, from 0. What is learned from the others is judged on it. */
  readonly fold: number
  readonly rows: Matrix
  /** Held-out items of the person, and which candidates are among them. */
  readonly held: number
  readonly isHeld: Uint8Array
  /** What each candidate and each held-out item gains against position bias, the latter falling; absent where the log does not tell. */
  readonly gains?: Gains
}

/** What items gain: candidates in their order, 0 for those that are not held out, and all that were held out, falling. */
export interface Gains {
  readonly candidates: Float64Array
  readonly held: Float64Array
}

/** How good one way to order is. */
export interface Quality {
  ndcg: number
  recall: number
  /** What orders are compared by, list by list, and its mean: NDCG, in which items gain against position bias where the log tells. */
  readonly each: Float64Array
  worth: number
}

/** 1 for the candidates that are relevant. */
export function flags(list: Candidates, relevant: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from({ length: list.size }, (_, at) => (relevant.has(list.ids[at]!) ? 1 : 0))
}

/**
 * Mean quality of each way to order the same candidates: every retriever alone, and by name what was learned from all folds of the people but one,
 * judged on that.
 */
export function judge(
  lists: readonly JudgedList[],
  columns: readonly string[],
  crossed: Readonly<Record<string, readonly ListScore[]>> = {},
): Record<string, Quality> {
  const ways: Record<string, (list: JudgedList) => Float32Array | Float64Array> = {
    ...Object.fromEntries(SCORED_BY.map((name) => [name, ({ rows }: JudgedList) => columnOf(rows, columns.indexOf(name))])),
    ...Object.fromEntries(Object.entries(crossed).map(([name, byFold]) => [name, (list: JudgedList) => byFold[list.fold]!(list)])),
  }
  return Object.fromEntries(Object.entries(ways).map(([name, score]) => [name, qualityOf(lists, score)]))
}

/** Scores of the candidates of a list, one each. */
export type ListScore = (list: JudgedList) => Float32Array | Float64Array

function qualityOf(lists: readonly JudgedList[], score: ListScore): Quality {
  const quality: Quality = { ndcg: 0, recall: 0, worth: 0, each: new Float64Array(lists.length) }
  for (const [place, list] of lists.entries()) {
    const ideal = new Uint8Array(list.held).fill(1)
    const best = topK(score(list), JUDGED_K)
    const grades = Uint8Array.from(best, (at) => list.isHeld[at]!)
    const ndcg = ndcgAtK(grades, ideal, JUDGED_K)
    const worth = list.gains === undefined ? ndcg : exposedNdcg(best, list.gains)
    quality.each[place] = worth
    quality.worth += worth / lists.length
    quality.ndcg += ndcg / lists.length
    quality.recall += recallAtK(grades, ideal, JUDGED_K) / lists.length
  }
  return quality
}

/**
 * NDCG in which an item gains the more the more rarely its place was looked at: what an order would be worth if everything had been seen alike.
 *
 * @param ranked - places of the best candidates, best first
 * @see Joachims, Swaminathan & Schnabel 2017, doi:10.1145/3018661.3018699
 */
export function exposedNdcg(ranked: Uint32Array, { candidates, held }: Gains): number {
  const discounted = (gain: number, place: number) => gain / Math.log2(place + 2)
  const ideal = held.subarray(0, JUDGED_K).reduce((sum, gain, place) => sum + discounted(gain, place), 0)
  return ranked.reduce((sum, at, place) => sum + discounted(candidates[at]!, place), 0) / ideal
}

/** Orders of rankers, each learned without the people of its fold. */
export function byRankers(models: readonly RankerModel[]): readonly ListScore[] {
  return models.map(
    (model) =>
      ({ rows }) =>
        model.logits(rows),
  )
}

/** Fused orders, with weights that were learned without the people of each fold. */
export function byFusion(weights: readonly FusionWeights[], placesIn: (list: JudgedList) => PlacedList): readonly ListScore[] {
  return weights.map((own) => (list) => fusedScores(placesIn(list), own))
}

/** The places that each retriever gave, out of the ranker's inputs. */
export function placed({ rows, held, isHeld }: JudgedList, columns: readonly string[], retrieve: number): PlacedList {
  const places = (name: string) =>
    Float64Array.from(columnOf(rows, columns.indexOf(placeOf(name))), (log) => {
      const place = Math.round(Math.exp(log))
      return place > retrieve ? Number.POSITIVE_INFINITY : place
    })
  return { places: Object.fromEntries(SCORED_BY.map((name) => [name, places(name)])), held, isHeld }
}

/** What ranks: the model or the fused lists where they are better than the best retriever alone, else that one. */
export function bestOrder(judged: Readonly<Record<string, Quality>>): string {
  const single = SCORED_BY.reduce((a, b) => (judged[b]!.worth > judged[a]!.worth ? b : a))
  const model = judged[LOGIT]
  const fused = judged[FUSED]
  const rival = fused !== undefined && fused.worth > judged[single]!.worth ? FUSED : single
  return model !== undefined && isSurelyBetter(model.each, judged[rival]!.each) ? LOGIT : rival
}

/** Better by more than the standard error of the mean difference: with few people a model of many inputs looks better by chance. */
function isSurelyBetter(candidate: Float64Array, incumbent: Float64Array): boolean {
  const n = candidate.length
  let sum = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    const difference = candidate[i]! - incumbent[i]!
    sum += difference
    squares += difference * difference
  }
  const variance = squares / n - (sum / n) ** 2
  return sum / n > Math.sqrt(Math.max(0, variance) / n)
}

/** Standard error of a mean. */
export function standardError(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length)
}

/** A column of rows. */
export function columnOf(rows: Matrix, column: number): Float32Array {
  return Float32Array.from({ length: rows.rows }, (_, row) => rows.data[row * rows.cols + column]!)
}
