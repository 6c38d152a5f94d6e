import { averagePrecisionAtK, averageRecallAtK, cappedAveragePrecisionAtK } from "./average-precision.ts"
import { bpref } from "./bpref.ts"
import { expectedReciprocalRank } from "./cascade.ts"
import { intraListDiversity } from "./diversity.ts"
import { ndcg } from "./ndcg.ts"
import { noveltyBits, popularityBias } from "./novelty.ts"
import { cappedRecallAtK, hitAtK, precisionAtK, recallAtK, reciprocalRank, rPrecision } from "./precision-recall.ts"
import type { Grades } from "./ranked-list.ts"

/** What metrics beyond accuracy need to know of items and users; each is asked for only by the metrics that name it. */
export interface RankingContext<Id> {
  /** Share of users who know the item, in `[0, 1]`; for novelty and popularity bias. */
  readonly popularity?: (id: Id) => number
  /** Share taken for an item nobody knows, such as `1 / users`; for novelty. */
  readonly popularityFloor?: number
  /** Similarity of two items in `[0, 1]`; for diversity. */
  readonly similarity?: (a: Id, b: Id) => number
  /** Highest grade of the scale; for ERR. */
  readonly maxGrade?: number
}

/** One query's answer beside its truth, as metrics see it. */
export interface JudgedList<Id> {
  readonly ids: readonly Id[]
  readonly ranked: Grades
  readonly judged: Grades
  readonly k: number
  readonly relevantFrom: number
  /** What the query's user chose before; for popularity bias. */
  readonly history?: readonly Id[]
  readonly context: RankingContext<Id>
}

/** A metric of one ranked list: what it needs, which way is better, and the value, null where it is undefined. */
export interface RankingMetric {
  readonly about: string
  readonly better: "higher" | "lower"
  /** `graded` refuses a truth that is only a set of relevant ids. */
  readonly truth: "any" | "graded"
  readonly needs: readonly (keyof RankingContext<unknown> | "history")[]
  measure<Id>(list: JudgedList<Id>): number | null
}

type Measure = RankingMetric["measure"]

const of = (about: string, measure: Measure, more: Partial<RankingMetric> = {}): RankingMetric => ({
  about,
  better: "higher",
  truth: "any",
  needs: [],
  measure,
  ...more,
})

/** Ranking metrics by name; each is a mean over queries of a value of the first `k` results. */
export const rankingMetrics = {
  ndcg: of("discounted gain 2^grade - 1 over the best possible", ({ ranked, judged, k }) => ndcg(ranked, judged, k)),
  gradedNdcg: of("as ndcg; refuses a truth without grades", ({ ranked, judged, k }) => ndcg(ranked, judged, k), { truth: "graded" }),
  linearNdcg: of("as gradedNdcg with the grade itself as gain", ({ ranked, judged, k }) => ndcg(ranked, judged, k, "linear"), {
    truth: "graded",
  }),
  err: of(
    "expected reciprocal rank of where a reader stops",
    ({ ranked, k, context }) => expectedReciprocalRank(ranked, k, context.maxGrade!),
    { truth: "graded", needs: ["maxGrade"] },
  ),
  recall: of("share of the relevant that is shown", (list) => recallAtK(list.ranked, list.judged, list.k, list.relevantFrom)),
  cappedRecall: of("hits over min(k, relevant)", (list) => cappedRecallAtK(list.ranked, list.judged, list.k, list.relevantFrom)),
  precision: of("share of the k places that is relevant", ({ ranked, k, relevantFrom }) => precisionAtK(ranked, k, relevantFrom)),
  hit: of("any relevant result shown", ({ ranked, k, relevantFrom }) => hitAtK(ranked, k, relevantFrom)),
  mrr: of("one over the place of the first relevant result", ({ ranked, k, relevantFrom }) => reciprocalRank(ranked, k, relevantFrom)),
  map: of("average precision over all relevant", (list) => averagePrecisionAtK(list.ranked, list.judged, list.k, list.relevantFrom)),
  cappedMap: of("average precision over min(k, relevant)", (list) =>
    cappedAveragePrecisionAtK(list.ranked, list.judged, list.k, list.relevantFrom),
  ),
  mar: of("average recall over all relevant", (list) => averageRecallAtK(list.ranked, list.judged, list.k, list.relevantFrom)),
  rPrecision: of("precision at the number of relevant", ({ ranked, judged, relevantFrom }) => rPrecision(ranked, judged, relevantFrom)),
  bpref: of("relevant before judged irrelevant", ({ ranked, judged, relevantFrom }) => bpref(ranked, judged, relevantFrom), {
    truth: "graded",
  }),
  novelty: of(
    "bits of surprise: how few users know what is shown",
    ({ ids, k, context }) => noveltyBits(ids, context.popularity!, context.popularityFloor!, k),
    { needs: ["popularity", "popularityFloor"] },
  ),
  popularityBias: of(
    "popularity shown over popularity chosen before",
    ({ ids, k, history, context }) => popularityBias(ids.slice(0, k), history!, context.popularity!),
    { needs: ["popularity", "history"], better: "lower" },
  ),
  diversity: of("one minus mean similarity inside the list", ({ ids, k, context }) => intraListDiversity(ids, context.similarity!, k), {
    needs: ["similarity"],
  }),
} as const satisfies Record<string, RankingMetric>
