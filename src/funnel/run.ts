import { type Candidates, type Deadline, deadlineIn, type RequestScope, select, type Trace, throwIfCancelled } from "../core/index.ts"
import type { Funnel, FunnelRun, FunnelStage } from "./funnel.ts"
import { appendRest, keepFirst, placesOf } from "./keep.ts"
import { type RetrievedList, reciprocalRankMerge } from "./merge.ts"
import { roundedMs, type StageReport, shownMs } from "./report.ts"
import { retrieveAll, takeAnswer } from "./retrieve.ts"
import { StageChecker } from "./stage-check.ts"
import { reasonOf, within } from "./within.ts"

/**
 * Runs a funnel for one query: steps, retrievers in parallel, merge, stages in order, and the fallback when nothing is left.
 *
 * Work that fails or runs out of time is left out, told in `degraded` as `name: reason`; only the caller's signal, and a broken contract
 * when the funnel is strict, make it throw. The page is empty only when neither a retriever nor the fallback has an item that passes
 * the required stages.
 * @param scope - `scope.deadline` is when the answer is due; `scope.trace` hears all drops and reasons, none after the answer
 * @param options - `limit`: items wanted now, when not the funnel's own
 * @throws {@link Cancelled} when `scope.signal` has fired
 */
export async function runFunnel<Query>(
  funnel: Funnel<Query>,
  query: Query,
  scope: RequestScope,
  options: { readonly limit?: number } = {},
): Promise<FunnelRun<Query>> {
  const limit = options.limit ?? funnel.limit
  const degraded: string[] = []
  const trace = new RunTrace(scope.trace, degraded)
  const checker = checkers.pop() ?? new StageChecker()
  const run: Run<Query> = { funnel, scope: { ...scope, trace }, checker, reports: [] }
  try {
    const asked = await rewrite(run, query)
    const merged = await retrieve(run, asked)
    let list = await runStages(run, asked, merged, funnel.stages)
    if (list.size === 0) list = await fallBack(run, asked, limit)
    return { query: asked, candidates: keepFirst(list, limit, "page", trace), stages: run.reports, degraded }
  } finally {
    trace.close()
    checkers.push(checker)
  }
}

/** Checkers of requests that ended; as many as ever ran at once. */
const checkers: StageChecker[] = []

interface Run<Query> {
  readonly funnel: Funnel<Query>
  readonly scope: RequestScope
  readonly checker: StageChecker
  readonly reports: StageReport[]
}

/** Passes on what is told until the run has answered, and collects the reasons for the answer. */
class RunTrace implements Trace {
  readonly #to: Trace
  readonly #degraded: string[]
  #isOpen = true
  constructor(to: Trace, degraded: string[]) {
    this.#to = to
    this.#degraded = degraded
  }
  drop(stage: string, rule: string, list: Candidates, places: ArrayLike<number>): void {
    if (this.#isOpen && places.length > 0) this.#to.drop(stage, rule, list, places)
  }
  degrade(stage: string, reason: string): void {
    const line = `${stage}: ${reason}`
    // The fallback may pass the same failing stage again: once is enough.
    if (!this.#isOpen || this.#degraded.includes(line)) return
    this.#degraded.push(line)
    this.#to.degrade(stage, reason)
  }
  note(stage: string, key: string, value: unknown): void {
    if (this.#isOpen) this.#to.note(stage, key, value)
  }
  close(): void {
    this.#isOpen = false
  }
}

async function rewrite<Query>({ funnel, scope, reports }: Run<Query>, query: Query): Promise<Query> {
  let now = query
  for (const step of funnel.steps) {
    throwIfCancelled(scope.signal, "funnel")
    const left = scope.deadline.remainingMs()
    const outcome = await within(
      () => step.run(now, scope),
      () => scope.deadline.remainingMs(),
      funnel,
    )
    if (outcome.kind === "done") now = outcome.value
    else scope.trace.degrade(step.name, outcome.kind === "late" ? `no answer in ${shownMs(left)} ms` : reasonOf(outcome.error))
    reports.push({ name: step.name, in: 0, out: 0, ms: outcome.ms })
  }
  return now
}

async function retrieve<Query>(run: Run<Query>, query: Query): Promise<Candidates> {
  const { funnel, scope, reports } = run
  throwIfCancelled(scope.signal, "funnel")
  const { lists, reports: told } = await retrieveAll(funnel, query, scope)
  reports.push(...told)
  return merge(run, lists)
}

/** The lists as one; a merge that fails is replaced by the default one. */
function merge<Query>({ funnel, scope, reports }: Run<Query>, lists: readonly RetrievedList[]): Candidates {
  const began = funnel.clock.monotonicMs()
  const found = lists.reduce((sum, { list }) => sum + list.size, 0)
  let merged: Candidates
  try {
    merged = funnel.merge(lists, funnel.sources)
  } catch (error) {
    scope.trace.degrade("merge", reasonOf(error))
    merged = defaultMerge(lists, funnel.sources)
  }
  reports.push({ name: "merge", in: found, out: merged.size, ms: roundedMs(funnel.clock.monotonicMs() - began) })
  return merged
}

const defaultMerge = reciprocalRankMerge()

async function runStages<Query>(
  run: Run<Query>,
  query: Query,
  merged: Candidates,
  stages: readonly FunnelStage<Query>[],
): Promise<Candidates> {
  let list = merged
  run.checker.begin(list)
  for (const stage of stages) {
    throwIfCancelled(run.scope.signal, "funnel")
    if (stage.when !== undefined && !stage.when(query)) continue
    const began = run.funnel.clock.monotonicMs()
    const answer = list.size === 0 ? list : await runStage(run, query, list, stage)
    // Also what a skipped stage would have cut is cut: every stage after it relies on the cap.
    const kept = keepFirst(answer, stage.limit, stage.name, run.scope.trace)
    run.reports.push({ name: stage.name, in: list.size, out: kept.size, ms: roundedMs(run.funnel.clock.monotonicMs() - began) })
    list = kept
  }
  return list
}

async function runStage<Query>(run: Run<Query>, query: Query, list: Candidates, stage: FunnelStage<Query>): Promise<Candidates> {
  const { funnel, scope } = run
  const { needs } = funnel
  const left = scope.deadline.remainingMs()
  const fits = howManyFit(run, list.size, stage, left)
  if (fits === 0) return list
  const head = fits === list.size ? list : select(list, placesOf(fits))
  // A required stage is given its time: without its answer there is no page.
  const leftMs = stage.required
    ? () => Math.max(scope.deadline.remainingMs(), funnel.fallbackTimeoutMs)
    : () => scope.deadline.remainingMs()
  const outcome = await within(() => stage.run(query, head, scope), leftMs, funnel)
  if (outcome.kind !== "done") {
    scope.trace.degrade(stage.name, outcome.kind === "late" ? `no answer in ${shownMs(left)} ms` : reasonOf(outcome.error))
    if (!stage.required) return list
    scope.trace.drop(stage.name, "failed", list, placesOf(list.size))
    return select(list, [])
  }
  if (stage.needMs !== undefined) needs.measured(stage.name, stage.needMs, head.size, outcome.ms)
  const checked = run.checker.check(stage.name, stage.limit, outcome.value, funnel.strict, scope)
  if (head === list) return checked
  run.checker.pass(list, fits)
  return appendRest(checked, list, fits, stage.limit)
}

/** How many of `count` candidates a stage has time for, telling the reason when not all. */
function howManyFit<Query>({ funnel, scope }: Run<Query>, count: number, stage: FunnelStage<Query>, left: number): number {
  if (stage.needMs === undefined) {
    if (stage.required || left > 0) return count
    scope.trace.degrade(stage.name, "no time left, skipped")
    return 0
  }
  const needed = funnel.needs.estimate(stage.name, stage.needMs, count)
  if (needed <= left) return count
  const fits = left > 0 ? Math.floor((left / needed) * count) : 0
  const cut = fits > 0 ? `, cut to ${fits} of ${count}` : ""
  scope.trace.degrade(stage.name, `${shownMs(left)} ms left, needed ${shownMs(needed)}${cut}`)
  return fits
}

/**
 * The page of last resort: the fallback's items that pass the required stages, asking for four times as many until some do or there are
 * no more. Its time is its own, so that it answers also when none is left.
 */
async function fallBack<Query>(run: Run<Query>, query: Query, limit: number): Promise<Candidates> {
  const { funnel, scope } = run
  const { fallback } = funnel
  const deadline: Deadline = deadlineIn(Math.max(scope.deadline.remainingMs(), funnel.fallbackTimeoutMs), funnel.clock)
  const own: Run<Query> = { ...run, scope: { ...scope, deadline } }
  const required = funnel.stages.filter((stage) => stage.required)
  scope.trace.degrade("funnel", `no candidate left, ${fallback.name} answers`)
  for (let asked = limit; ; asked *= 4) {
    const givenMs = deadline.remainingMs()
    const outcome = await within(
      () => fallback.retrieve(query, asked, own.scope),
      () => deadline.remainingMs(),
      funnel,
    )
    const list = takeAnswer(funnel, fallback.name, asked, outcome, givenMs, scope)
    const found = list?.size ?? 0
    run.reports.push({ name: fallback.name, in: 0, out: found, ms: outcome.ms })
    const lists = list === undefined ? [] : [{ name: fallback.name, source: funnel.sources.indexOf(fallback.name), list }]
    const page = await runStages(own, query, merge(own, lists), required)
    if (page.size > 0 || found < asked || deadline.passed) return page
  }
}
