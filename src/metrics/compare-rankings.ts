import { InvalidArgument, unknownName } from "../core/index.ts"
import type { RankingReport } from "./evaluate-ranking.ts"
import type { Interval, IntervalOptions } from "./intervals.ts"
import { pairedBootstrap, pairedDifferences, pairedRandomisation, pairedT } from "./paired-tests.ts"

/** One metric of two reports over the same queries. */
export interface RankingComparison {
  readonly a: number
  readonly b: number
  /** Mean of `a - b` a query, with its paired bootstrap interval. */
  readonly difference: Interval
  /** Two-sided, paired randomisation; see {@link pairedRandomisation}. */
  readonly pValue: number
  /** Two-sided, paired t-test, for a second opinion; NaN with fewer than two queries. */
  readonly tPValue: number
  /** Queries where `a` is better, worse, or the same, in the sense of the metric. */
  readonly better: number
  readonly worse: number
  readonly same: number
  /** `"better"` or `"worse"` for `a` when the interval leaves 0 out, else `"undecided"`. */
  readonly verdict: "better" | "worse" | "undecided"
}

/**
 * Compares two reports query by query, metric by metric: pairs take the difficulty of a query out of the noise.
 *
 * @param a - usually the candidate
 * @param b - usually the incumbent, on the same queries in the same order
 * @param options - metrics to compare, all of `a` without; seed, resamples and level of the intervals
 * @throws {@link InvalidArgument} when the queries differ, {@link NotFound} on a metric that one of them has not
 */
export function compareRankings(
  a: RankingReport,
  b: RankingReport,
  options: IntervalOptions & { readonly metrics?: readonly string[]; readonly rounds?: number },
): Readonly<Record<string, RankingComparison>> {
  const differs =
    a.queries.length !== b.queries.length
      ? Math.min(a.queries.length, b.queries.length)
      : a.queries.findIndex((query, i) => query !== b.queries[i])
  if (differs >= 0) {
    throw new InvalidArgument(
      "compareRankings",
      `the same queries, ${a.queries[differs] ?? "no more"} at place ${differs}`,
      b.queries[differs] ?? "no more",
      "Evaluate both on the same queries in the same order.",
    )
  }
  const names = options.metrics ?? Object.keys(a.metrics)
  return Object.fromEntries(names.map((name) => [name, compareMetric(name, a, b, options)]))
}

function compareMetric(name: string, a: RankingReport, b: RankingReport, options: IntervalOptions & { readonly rounds?: number }) {
  const ofA = a.metrics[name]
  const ofB = b.metrics[name]
  if (ofA === undefined || ofB === undefined) {
    throw unknownName(
      "compareRankings",
      "metric of both reports",
      name,
      Object.keys(a.metrics).filter((known) => known in b.metrics),
    )
  }
  const differences = pairedDifferences(ofA.values, ofB.values)
  const above = differences.filter((difference) => difference > 0).length
  const below = differences.filter((difference) => difference < 0).length
  const higher = ofA.better === "higher"
  const difference = pairedBootstrap(ofA.values, ofB.values, options)
  const side = difference.low > 0 ? "above" : difference.high < 0 ? "below" : "neither"
  return {
    a: ofA.mean,
    b: ofB.mean,
    difference,
    pValue: pairedRandomisation(ofA.values, ofB.values, options),
    tPValue: differences.length < 2 ? Number.NaN : pairedT(ofA.values, ofB.values).pValue,
    better: higher ? above : below,
    worse: higher ? below : above,
    same: differences.length - above - below,
    verdict: side === "neither" ? ("undecided" as const) : (side === "above") === higher ? ("better" as const) : ("worse" as const),
  }
}
