import { breathe, InvalidArgument, throwIfCancelled } from "../core/index.ts"
import { coverage, exposureCounts, exposureEntropyBits, gini } from "./exposure.ts"
import { bootstrapInterval, type Interval } from "./intervals.ts"
import { checkCutoff, gradesOf, judgedGrades, relevantCount, type Truth } from "./ranked-list.ts"
import { metricFor } from "./registry.ts"
import type { JudgedList, RankingContext, RankingMetric } from "./registry-ranking.ts"

/**
 * What {@link evaluateRanking} needs: queries, the function that ranks, and the truth. It never sees a model.
 *
 * `rank` may answer fewer than `limit` ids; an id repeated counts once, at its first place.
 */
export interface RankingTask<Query, Id = string> {
  readonly queries: Iterable<Query>
  readonly rank: (query: Query, limit: number) => readonly Id[] | Promise<readonly Id[]>
  /** Relevant ids or grades; undefined, or nothing relevant, leaves the query out and counts it. */
  readonly truth: (query: Query) => Truth<Id> | undefined
  /** Names of ranking metrics; `ndcg` is cut at `k`, `ndcg@10` at 10. */
  readonly metrics: readonly string[]
  readonly k: number
  readonly seed: number
  /** How the query is called in the report; `String(query)` without. */
  readonly name?: (query: Query) => string
  /** Lowest grade that counts as relevant, 1 without. */
  readonly relevantFrom?: number
  /** Slices the query belongs to, such as `{ country: "DE", activity: "new" }`; undefined values are no slice. */
  readonly segments?: (query: Query) => Readonly<Record<string, string | undefined>>
  /** Every id that could be shown: asks for coverage, Gini and entropy of exposure. */
  readonly catalogue?: Iterable<Id>
  readonly history?: (query: Query) => readonly Id[]
  readonly context?: RankingContext<Id>
  readonly resamples?: number
  readonly level?: number
  /** Hears the number of queries done. */
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

/** A metric's mean with its interval, and the value of each query (NaN = undefined there) in the order of the report's queries. */
export interface MetricResult extends Interval {
  readonly better: "higher" | "lower"
  readonly values: Float64Array
}

/** One slice of the queries. */
export interface SegmentResult {
  readonly queries: number
  readonly metrics: Readonly<Record<string, Interval>>
}

/** How good a ranking is: per metric, per slice, and over the whole catalogue. */
export interface RankingReport {
  readonly queries: readonly string[]
  readonly k: number
  readonly metrics: Readonly<Record<string, MetricResult>>
  /** Slice name to slice value to its result. */
  readonly segments: Readonly<Record<string, Readonly<Record<string, SegmentResult>>>>
  /** Only with a catalogue: share shown at all, and how unevenly, over the first `k` of all lists. */
  readonly exposure?: { readonly coverage: number; readonly gini: number; readonly entropyBits: number }
  /** Queries left out because nothing is relevant. */
  readonly skipped: number
  /** Ids that were repeated within a list, over all queries. */
  readonly repeated: number
}

const QUERIES_PER_TURN = 256

/**
 * Ranks every query with the given function and measures the answers.
 *
 * Means are over queries with something relevant; intervals are percentile bootstrap over those queries. Same seed, same report.
 * @throws {@link InvalidArgument} on a metric of another task, a graded metric over a truth without grades, or a need that is not given
 * @throws {@link Cancelled} when the signal fires
 */
export async function evaluateRanking<Query, Id = string>(task: RankingTask<Query, Id>): Promise<RankingReport> {
  checkCutoff("evaluateRanking", task.k)
  const metrics = task.metrics.map((name) => wanted(name, task))
  const limit = Math.max(task.k, ...metrics.map((metric) => metric.k))
  const columns = metrics.map((): number[] => [])
  const queries: string[] = []
  const slices = new Map<string, Map<string, number[]>>()
  const shown: Id[][] = []
  let skipped = 0
  let repeated = 0
  let done = 0
  for (const query of task.queries) {
    throwIfCancelled(task.signal, "evaluateRanking")
    if (done % QUERIES_PER_TURN === QUERIES_PER_TURN - 1) await breathe(task.signal, "evaluateRanking")
    task.onProgress?.(done)
    done++
    const truth = task.truth(query)
    const judged = truth === undefined ? [] : judgedGrades(truth)
    if (truth === undefined || relevantCount(judged, task.relevantFrom ?? 1) === 0) {
      skipped++
      continue
    }
    const answer = await task.rank(query, limit)
    const ids = [...new Set(answer)].slice(0, limit)
    repeated += answer.length - new Set(answer).size
    const list = { ids, ranked: gradesOf(ids, truth), judged, relevantFrom: task.relevantFrom ?? 1, context: task.context ?? {} }
    const history = task.history?.(query)
    for (const [at, { metric, name, k }] of metrics.entries()) {
      if (metric.truth === "graded" && !(truth instanceof Map)) throw ungraded(name)
      const whole: JudgedList<Id> = history === undefined ? { ...list, k } : { ...list, k, history }
      columns[at]!.push(metric.measure(whole) ?? Number.NaN)
    }
    for (const [slice, value] of Object.entries(task.segments?.(query) ?? {})) {
      if (value !== undefined) placesOf(slices, slice, value).push(queries.length)
    }
    if (task.catalogue !== undefined) shown.push(ids.slice(0, task.k))
    queries.push(task.name?.(query) ?? String(query))
  }
  task.onProgress?.(done)
  const results = metrics.map(({ name, metric }, at) => {
    const values = Float64Array.from(columns[at]!)
    return [name, { ...bootstrapInterval(values, task), better: metric.better, values }] as const
  })
  const report = {
    queries,
    k: task.k,
    metrics: Object.fromEntries(results),
    segments: segmentResults(slices, results, task),
    skipped,
    repeated,
  }
  return task.catalogue === undefined ? report : { ...report, exposure: exposureOf(shown, task.catalogue) }
}

function wanted<Query, Id>(name: string, task: RankingTask<Query, Id>): { name: string; metric: RankingMetric; k: number } {
  const metric: RankingMetric = metricFor("ranking", name)
  const missing = metric.needs.find((need) => (need === "history" ? task.history === undefined : task.context?.[need] === undefined))
  if (missing !== undefined) {
    const where = missing === "history" ? "history" : `context.${missing}`
    throw new InvalidArgument("evaluateRanking", `${where} for the metric ${name}`, "none", "Pass it, or leave the metric out.")
  }
  return { name, metric, k: name.includes("@") ? Number(name.split("@")[1]) : task.k }
}

function ungraded(name: string): InvalidArgument {
  return new InvalidArgument(
    "evaluateRanking",
    `a truth with grades for the metric ${name}`,
    "a set of relevant ids",
    "Give a Map of id to grade, or ask for ndcg, recall or map.",
  )
}

function placesOf(slices: Map<string, Map<string, number[]>>, slice: string, value: string): number[] {
  const values = slices.get(slice) ?? new Map<string, number[]>()
  slices.set(slice, values)
  const places = values.get(value) ?? []
  values.set(value, places)
  return places
}

function segmentResults(
  slices: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>,
  results: readonly (readonly [string, MetricResult])[],
  task: { readonly seed: number; readonly resamples?: number; readonly level?: number },
): RankingReport["segments"] {
  const resultOf = (places: readonly number[]): SegmentResult => {
    const intervals = results.map(
      ([name, { values }]) =>
        [
          name,
          bootstrapInterval(
            places.map((place) => values[place]!),
            task,
          ),
        ] as const,
    )
    return { queries: places.length, metrics: Object.fromEntries(intervals) }
  }
  const resultsOf = (values: ReadonlyMap<string, readonly number[]>) =>
    Object.fromEntries([...values].map(([value, places]) => [value, resultOf(places)] as const))
  return Object.fromEntries([...slices].map(([slice, values]) => [slice, resultsOf(values)] as const))
}

function exposureOf<Id>(shown: readonly Id[][], catalogue: Iterable<Id>) {
  const counts = exposureCounts(shown, catalogue)
  return { coverage: coverage(counts), gini: gini(counts), entropyBits: exposureEntropyBits(counts) }
}
