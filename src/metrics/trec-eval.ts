import { unknownName } from "../core/index.ts"
import { averagePrecisionAtK } from "./average-precision.ts"
import { bpref } from "./bpref.ts"
import { ndcg } from "./ndcg.ts"
import { hitAtK, precisionAtK, recallAtK, reciprocalRank, rPrecision } from "./precision-recall.ts"
import { type Grades, gradesOf, judgedGrades, relevantCount } from "./ranked-list.ts"
import type { RunDocuments } from "./trec-run.ts"

/** Results of {@link trecEval}: per query and over all of them, by measure name. */
export interface TrecReport {
  readonly queries: readonly string[]
  /** Values in the order of `queries`. */
  readonly values: Readonly<Record<string, Float64Array>>
  /** Plain means; `gm_` measures are geometric means of values floored at 0.00001. */
  readonly mean: Readonly<Record<string, number>>
}

type Measure = (ranked: Grades, judged: Grades, relevantFrom: number, k: number) => number

/** Measures by the name trec_eval prints them under; those ending in `_` take a cutoff, as in `P_10`. */
export const trecMeasures: Readonly<Record<string, Measure>> = {
  num_ret: (ranked) => ranked.length,
  num_rel: (_, judged, from) => relevantCount(judged, from),
  num_rel_ret: (ranked, _, from) => relevantCount(ranked, from),
  map: (ranked, judged, from) => averagePrecisionAtK(ranked, judged, Number.POSITIVE_INFINITY, from),
  gm_map: (ranked, judged, from) => averagePrecisionAtK(ranked, judged, Number.POSITIVE_INFINITY, from),
  Rprec: rPrecision,
  bpref,
  recip_rank: (ranked, _, from) => reciprocalRank(ranked, Number.POSITIVE_INFINITY, from),
  ndcg: (ranked, judged) => ndcg(ranked, judged, Number.POSITIVE_INFINITY, "linear"),
  P_: (ranked, _, from, k) => precisionAtK(ranked, k, from),
  recall_: (ranked, judged, from, k) => recallAtK(ranked, judged, k, from),
  ndcg_cut_: (ranked, judged, _, k) => ndcg(ranked, judged, k, "linear"),
  map_cut_: (ranked, judged, from, k) => averagePrecisionAtK(ranked, judged, k, from),
  success_: (ranked, _, from, k) => hitAtK(ranked, k, from),
}

/**
 * Scores a run against judgements as trec_eval does, to the last digit.
 *
 * Documents are ordered by score, ties by id descending in byte order; the order and ranks of the file do not count.
 * @param options.relevantFrom - lowest grade counted as relevant by all measures but ndcg
 * @param options.complete - `true` counts judged queries the run lacks as 0 (`-c`); otherwise only queries in both are averaged
 * @throws {@link NotFound} on a measure that is not in {@link trecMeasures}
 * @see https://github.com/usnistgov/trec_eval, checked against versions 9.0.8 and 10.0-rc3
 */
export function trecEval(
  qrels: ReadonlyMap<string, ReadonlyMap<string, number>>,
  run: ReadonlyMap<string, RunDocuments>,
  measures: readonly string[],
  options: { readonly relevantFrom?: number; readonly complete?: boolean } = {},
): TrecReport {
  const { relevantFrom = 1, complete = false } = options
  const queries = [...qrels.keys()].filter((query) => complete || run.has(query))
  const values = Object.fromEntries(measures.map((name) => [name, new Float64Array(queries.length)]))
  const parsed = measures.map((name) => ({ name, ...measureOf(name) }))
  for (const [at, query] of queries.entries()) {
    const truth = qrels.get(query)!
    const ranked = gradesOf(trecOrder(run.get(query) ?? []), truth)
    const judged = judgedGrades(truth)
    for (const { name, measure, k } of parsed) values[name]![at] = measure(ranked, judged, relevantFrom, k)
  }
  return { queries, values, mean: Object.fromEntries(measures.map((name) => [name, aggregate(name, values[name]!)])) }
}

/** Ids as trec_eval ranks them: score descending, ties by id descending in UTF-8 byte order. */
export function trecOrder(documents: RunDocuments): string[] {
  return documents.toSorted((a, b) => b.score - a.score || compareBytes(b.id, a.id)).map((document) => document.id)
}

function measureOf(name: string): { readonly measure: Measure; readonly k: number } {
  const cut = /^(.+_)(\d+)$/.exec(name)
  const measure = Object.hasOwn(trecMeasures, cut?.[1] ?? name) ? trecMeasures[cut?.[1] ?? name] : undefined
  if (measure === undefined || (cut === null && name.endsWith("_"))) {
    throw unknownName(
      "trecEval",
      "measure",
      name,
      Object.keys(trecMeasures).map((known) => (known.endsWith("_") ? `${known}10` : known)),
    )
  }
  return { measure, k: cut === null ? Number.POSITIVE_INFINITY : Number(cut[2]) }
}

function aggregate(name: string, values: Float64Array): number {
  const geometric = name.startsWith("gm_")
  let sum = 0
  for (const value of values) sum += geometric ? Math.log(Math.max(value, 1e-5)) : value
  if (values.length === 0) return 0
  if (name.startsWith("num_")) return sum
  return geometric ? Math.exp(sum / values.length) : sum / values.length
}

/** Compares by code point, which is the order of UTF-8 bytes; plain string comparison differs beyond U+FFFF. */
function compareBytes(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.codePointAt(i)! - b.codePointAt(i)!
  }
  return a.length - b.length
}
