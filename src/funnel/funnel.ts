import {
  type Candidates,
  type Clock,
  InvalidArgument,
  MAX_SOURCES,
  type QueryStep,
  type Retriever,
  type Stage,
  systemClock,
} from "../core/index.ts"
import { type Merge, reciprocalRankMerge } from "./merge.ts"
import { Needs } from "./needs.ts"
import type { StageReport } from "./report.ts"
import { systemTimer, type Timer } from "./within.ts"

/** A retriever with the most it may bring and the time it gets. */
export interface FunnelRetriever<Query> {
  readonly retriever: Retriever<Query>
  /** Cap on what it brings. */
  readonly limit: number
  /** Its own time, milliseconds; never more than the retrievers' share of what is left. */
  readonly timeoutMs?: number
  /** False leaves it out for this query. */
  when?(query: Query): boolean
}

/** A stage, and how the funnel treats it when time is short or it fails. */
export interface FunnelStage<Query> extends Stage<Query> {
  /**
   * First guess of what one candidate costs, milliseconds; measured from then on. A stage that declares it is cut to the candidates that
   * fit (the others keep their order behind its answer) or skipped when none does. One that must see every candidate declares none.
   */
  readonly needMs?: number
  /** True for filters: nothing is served that did not pass it, so its failure sends the fallback through it, and also the fallback passes it. */
  readonly required?: boolean
  /** False leaves it out for this query. */
  when?(query: Query): boolean
}

/** What {@link defineFunnel} takes; `steps` and what has a default may be left out. */
export interface FunnelConfig<Query> {
  readonly steps?: readonly QueryStep<Query>[]
  readonly retrievers: readonly FunnelRetriever<Query>[]
  /** How lists become one; reciprocal-rank fusion with k = 60 when absent. */
  readonly merge?: Merge
  readonly stages: readonly FunnelStage<Query>[]
  /** Answers when nothing else could: popularity. May be one of the retrievers. */
  readonly fallback: Retriever<Query>
  /** Items of a page, unless the run asks for another number. */
  readonly limit: number
  /** Share of the time left that all retrievers together may take, default 0.5. */
  readonly retrievalShare?: number
  /** Time the fallback gets even when none is left, default 50 ms. */
  readonly fallbackTimeoutMs?: number
  /** True throws a named error when a retriever or stage breaks its contract, for tests; false (default) mends the answer and says so in `degraded`. */
  readonly strict?: boolean
  readonly clock?: Clock
  readonly timer?: Timer
}

/** A checked funnel, made once for a release and run for every request; keeps what its stages were measured to need. */
export interface Funnel<Query> extends Required<Omit<FunnelConfig<Query>, "merge">> {
  readonly merge: Merge
  /** Names of retrievers by bit of {@link Candidates.sources}; the fallback's is the last unless it is one of them. */
  readonly sources: readonly string[]
  readonly needs: Needs
}

/** What {@link runFunnel} answers: the query as the steps left it, candidates best first, what each step did, and what was cut or skipped. */
export interface FunnelRun<Query> {
  readonly query: Query
  readonly candidates: Candidates
  readonly stages: readonly StageReport[]
  readonly degraded: readonly string[]
}

/**
 * Checks a funnel once, where it is written.
 *
 * @throws {@link InvalidArgument} on no retriever, more sources than bits, a name used twice, or a limit, time or share outside its range
 */
export function defineFunnel<Query>(config: FunnelConfig<Query>): Funnel<Query> {
  const { steps = [], retrievalShare = 0.5, fallbackTimeoutMs = 50, strict = false, clock = systemClock, timer = systemTimer } = config
  const merge = config.merge ?? reciprocalRankMerge()
  const retrieved = config.retrievers.map(({ retriever }) => retriever.name)
  const sources = retrieved.includes(config.fallback.name) ? retrieved : [...retrieved, config.fallback.name]
  if (retrieved.length === 0) throw refuse("at least one retriever", "none", "Name the retrievers; popularity will do to begin with.")
  if (sources.length > MAX_SOURCES) {
    throw refuse(`at most ${MAX_SOURCES} retrievers with the fallback`, String(sources.length), "Merge some of them into one retriever.")
  }
  const names = [...steps.map((step) => step.name), ...retrieved, ...config.stages.map((stage) => stage.name)]
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined)
    throw refuse("a name of its own for each step, retriever and stage", `${JSON.stringify(twice)} twice`, "Rename one.")
  checkCap("the page", config.limit)
  for (const { retriever, limit, timeoutMs = 1 } of config.retrievers) {
    checkCap(retriever.name, limit)
    if (!(timeoutMs > 0)) throw refuse(`a timeoutMs above 0 for ${retriever.name}`, String(timeoutMs), "Give it milliseconds.")
  }
  for (const stage of config.stages) {
    checkCap(stage.name, stage.limit)
    if (stage.needMs !== undefined && !(stage.needMs >= 0)) {
      throw refuse(`a needMs of 0 or more for ${stage.name}`, String(stage.needMs), "Give milliseconds a candidate.")
    }
  }
  if (!(retrievalShare > 0 && retrievalShare <= 1))
    throw refuse("a retrievalShare in (0, 1]", String(retrievalShare), "0.5 is the default.")
  if (!(fallbackTimeoutMs > 0)) throw refuse("a fallbackTimeoutMs above 0", String(fallbackTimeoutMs), "50 is the default.")
  return { ...config, steps, merge, retrievalShare, fallbackTimeoutMs, strict, clock, timer, sources, needs: new Needs() }
}

function checkCap(name: string, limit: number): void {
  const isCap = limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit > 0)
  if (!isCap) throw refuse(`a whole number above 0 as limit of ${name}`, String(limit), "Cap every step.")
}

function refuse(expected: string, came: string, remedy: string): InvalidArgument {
  return new InvalidArgument("funnel", expected, came, remedy)
}
