import { columnCounts, random, type SparseMatrix, sparseHas, sparseRow, topK } from "../../src/core/index.ts"
import { bootstrapStatistic, evaluateRanking, harmonicMean, type Interval, type RankingReport } from "../../src/metrics/index.ts"
import type { ImplicitData } from "../implicit-data.ts"

export const K = 20
export const SEED = 7
/** Items that somebody new is known by. */
export const FEW = 5
/** Share of the items that is the head, the most popular in train. */
const HEAD = 0.2
const METRICS = ["ndcg", "recall", "cappedRecall", "precision", "mrr", "map", "mar", "novelty", "popularityBias", "diversity"]

/** Scores of every item for a history. */
export type Score = (history: Uint32Array, out: Float32Array) => void
/** The first items for a user, best first, none of the user's own. */
export type Rank = (user: number, limit: number) => readonly number[]
export const SEGMENTS = ["new", "light", "heavy"] as const

/** How good a model is on the test part, each value with its interval over people. */
export interface Judgement {
  readonly report: RankingReport
  readonly f1: Interval
  readonly coverage: Interval
  /** Recall of the test items among the most popular fifth, and among the others: hits over all that were wanted. */
  readonly head: Interval
  readonly tail: Interval
  /** NDCG of lists made from `FEW` random items of each history; absent for a run file. */
  readonly fromFew?: Interval
}

/** People with a held-out item. */
export const peopleOf = ({ test }: ImplicitData) =>
  Array.from({ length: test.rows }, (_, user) => user).filter((user) => sparseRow(test, user).length > 0)

/** Ranks every item outside the history; `few` shows the model so many random items of it instead of all. */
export function rankBy(score: Score, train: SparseMatrix, few?: number): Rank {
  const scores = new Float32Array(train.cols)
  const skip = new Uint8Array(train.cols)
  return (user, limit) => {
    const history = sparseRow(train, user)
    score(few === undefined ? history : sample(history, few, user), scores)
    for (const item of history) skip[item] = 1
    const best = topK(scores, limit, { skip })
    for (const item of history) skip[item] = 0
    return [...best]
  }
}

/** NDCG@20 alone, for choosing. */
export async function ndcgOf(data: ImplicitData, rank: Rank): Promise<Interval> {
  const truth = (user: number) => new Set(sparseRow(data.test, user))
  return (await evaluateRanking<number, number>({ queries: peopleOf(data), metrics: ["ndcg"], k: K, seed: SEED, truth, rank })).metrics
    .ndcg!
}

/** Measures lists of everybody with a held-out item. */
export async function judge(data: ImplicitData, rank: Rank, fewRank?: Rank): Promise<Judgement> {
  const { train, test, categories } = data
  const people = peopleOf(data)
  const lists = new Map(people.map((user) => [user, rank(user, K)]))
  const counts = columnCounts(train)
  const hasCategories = categories.some((list) => list.length > 0)
  const report = await evaluateRanking<number, number>({
    queries: people,
    metrics: METRICS.filter((name) => name !== "diversity" || hasCategories),
    k: K,
    seed: SEED,
    truth: (user) => new Set(sparseRow(test, user)),
    history: (user) => [...sparseRow(train, user)],
    context: {
      popularity: (item) => counts[item]! / train.rows,
      popularityFloor: 1 / train.rows,
      similarity: jaccard(categories),
    },
    segments: (user) => ({ people: segmentOf(data, user) }),
    rank: (user) => lists.get(user)!,
  })
  const { map, mar } = report.metrics
  const shown = people.map((user) => lists.get(user)!)
  const over = (statistic: (places: Uint32Array) => number, centred = false) =>
    bootstrapStatistic(people.length, statistic, { seed: SEED, centred })
  const meanAt = (values: Float64Array, places: Uint32Array) => places.reduce((sum, place) => sum + values[place]!, 0) / places.length
  const [head, tail] = headAndTail(data, people, shown)
  return {
    report,
    f1: over((places) => harmonicMean(meanAt(map!.values, places), meanAt(mar!.values, places))),
    coverage: over((places) => shareShown(places, shown, train.cols), true),
    head: over((places) => meanAt(head.hits, places) / meanAt(head.wanted, places)),
    tail: over((places) => meanAt(tail.hits, places) / meanAt(tail.wanted, places)),
    ...(fewRank === undefined ? {} : { fromFew: await ndcgOf(data, fewRank) }),
  }
}

/** The segment of somebody by the length of their history. */
function segmentOf({ train, segments: [newTo, lightTo] }: ImplicitData, user: number): (typeof SEGMENTS)[number] {
  const length = sparseRow(train, user).length
  return length <= newTo ? "new" : length <= lightTo ? "light" : "heavy"
}

/** Hits and wanted test items of each person, apart for the most popular fifth of the items and the others. */
function headAndTail({ train, test }: ImplicitData, people: readonly number[], shown: readonly (readonly number[])[]) {
  const counts = columnCounts(train)
  const order = Uint32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const part = new Uint8Array(train.cols).fill(1)
  for (const item of order.subarray(0, Math.ceil(HEAD * train.cols))) part[item] = 0
  const sums = [0, 1].map(() => ({ hits: new Float64Array(people.length), wanted: new Float64Array(people.length) }))
  for (const [at, user] of people.entries()) {
    for (const item of sparseRow(test, user)) sums[part[item]!]!.wanted[at]!++
    for (const item of shown[at]!) if (sparseHas(test, user, item)) sums[part[item]!]!.hits[at]!++
  }
  return [sums[0]!, sums[1]!] as const
}

function shareShown(places: Uint32Array, shown: readonly (readonly number[])[], items: number): number {
  const isShown = new Uint8Array(items)
  let count = 0
  for (const place of places) {
    for (const item of shown[place]!) {
      if (isShown[item] === 1) continue
      isShown[item] = 1
      count++
    }
  }
  return count / items
}

/** Shared categories over all of two items; 0 where neither has any. */
function jaccard(categories: readonly (readonly string[])[]): (a: number, b: number) => number {
  const numbers = new Map([...new Set(categories.flat())].map((name, at) => [name, at]))
  const masks = categories.map((list) => list.reduce((mask, name) => mask | (1 << numbers.get(name)!), 0))
  return (a, b) => {
    const either = bits(masks[a]! | masks[b]!)
    return either === 0 ? 0 : bits(masks[a]! & masks[b]!) / either
  }
}

function bits(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}

/** So many items of a history, drawn with a seed of the person's own. */
function sample(history: Uint32Array, few: number, user: number): Uint32Array {
  return random(SEED).split(`few ${user}`).shuffle(history.slice()).subarray(0, few).sort()
}
