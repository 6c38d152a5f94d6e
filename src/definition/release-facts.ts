import type { DataCard } from "../data/index.ts"
import {
  type Advice,
  adviseMlNeed,
  type Estimate,
  type MeasuredLaw,
  type Measurements,
  measured,
  type ProblemStatement,
  type ScoringCosts,
  type StageRun,
} from "../problem/index.ts"
import type { GraphNode } from "./api.ts"

/** What a release has shown, for the columns that are measured. `where` says by which run; intervals stand where there are any. */
export interface ReleaseFacts {
  readonly id: string
  readonly where: string
  readonly metrics: readonly { readonly name: string; readonly value: number; readonly low?: number; readonly high?: number }[]
  /** The funnel as it runs. */
  readonly graph?: readonly GraphNode[]
  readonly sizes?: ReleaseSizes
  /** What the log holds; the whole page is `trommel data`. */
  readonly card?: DataCard
  /** The running funnel, timed; left out, as all that follows, when nobody asked for it. */
  readonly timed?: TimedFunnel
  readonly load?: LoadFacts
  readonly models?: ModelComparison
  readonly laws?: readonly MeasuredLaw[]
  /** Microseconds to score one item, by family, as measured here. */
  readonly scoring?: readonly { readonly family: "linear" | "trees"; readonly micros: number; readonly where: string }[]
}

/** Bytes of what serves. */
export interface ReleaseSizes {
  readonly items: number
  readonly modelBytes: number
  /** Models, state and fields of one item. */
  readonly bytesPerItem: number
  readonly logBytesPerRequest: number
}

/** Unlogged requests of one release, one after the other: milliseconds at the median and the 99th percentile, and items at the median. */
export interface TimedFunnel {
  readonly where: string
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly meanMs: number
  readonly stages: readonly {
    readonly name: string
    readonly in: number
    readonly out: number
    readonly p50Ms: number
    readonly p99Ms: number
  }[]
}

/** A load test of one release on one core, beside what was predicted for it from the times of single requests. */
export interface LoadFacts {
  readonly where: string
  readonly qps: number
  /** Share of the core's time that the requests take. */
  readonly busy: number
  readonly quantiles: readonly { readonly q: number; readonly predictedMs: number; readonly measuredMs: number }[]
}

/** Models of one release on the same queries: the whole funnel and its parts alone. */
export interface ModelComparison {
  readonly where: string
  readonly metric: string
  readonly models: readonly {
    readonly name: string
    readonly quality: Estimate
    readonly p50Ms: number
    readonly p99Ms: number
    /** Bytes of its part of the release; `null` when it has none of its own. */
    readonly bytes: number | null
  }[]
  /** The funnel against the incumbent, query by query. */
  readonly lift?: { readonly incumbent: string; readonly difference: Estimate }
}

/** Costs of the statement's stages as the release ran them; `undefined` when nothing was timed. */
export function measurementsOf(statement: ProblemStatement, { graph, timed, sizes }: ReleaseFacts): Measurements | undefined {
  if (timed === undefined || graph === undefined) return undefined
  const stages = statement.scale.latency.stages.flatMap(({ name }): StageRun[] => {
    const own = timed.stages.filter((stage) => graph.some((node) => node.name === stage.name && node.part === name))
    const ms = own.reduce((sum, { p50Ms }) => sum + p50Ms, 0)
    // Retrievers look at everything there is, and are given nothing.
    const isFirst = own.some((stage) => graph.some((node) => node.name === stage.name && node.role === "retriever"))
    const itemsIn = isFirst ? (sizes?.items ?? 0) : Math.max(0, ...own.map((stage) => stage.in))
    return ms > 0 && itemsIn > 0 ? [{ stage: name, itemsIn, ms }] : []
  })
  const bytes = sizes === undefined ? {} : { bytesPerItem: sizes.bytesPerItem, logBytesPerRequest: sizes.logBytesPerRequest }
  return { where: timed.where, stages, ...bytes }
}

/** Measured scoring costs in the place of assumed ones. */
export function scoringCosts({ scoring = [] }: ReleaseFacts): Partial<ScoringCosts> {
  return Object.fromEntries(scoring.map(({ family, micros, where }) => [family, measured(micros, "µs", where)]))
}

/** A lift of less than 2 % does not pay for the upkeep of a model. */
const WORTH = 0.02

/** Advice that only measurements support: whether a model is needed at all. */
export function measuredAdvice(release: ReleaseFacts | undefined): readonly Advice[] {
  const { models: comparison } = release ?? {}
  const { lift, models = [], metric = "", where = "" } = comparison ?? {}
  const rule = models.find(({ name }) => name === lift?.incumbent)
  const model = models.find(({ name }) => name === FUNNEL)
  if (lift === undefined || rule === undefined || model === undefined) return []
  return [
    adviseMlNeed({
      metric,
      rule: { name: rule.name, value: rule.quality.value },
      model: { name: model.name, value: model.quality.value },
      lift: lift.difference,
      worth: WORTH,
      where,
    }),
  ]
}

/** How the whole funnel is called among the models of a comparison. */
export const FUNNEL = "funnel"
