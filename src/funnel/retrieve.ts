import { type Candidates, deadlineIn, type RequestScope, select } from "../core/index.ts"
import type { Funnel, FunnelRetriever } from "./funnel.ts"
import { placesOf } from "./keep.ts"
import type { RetrievedList } from "./merge.ts"
import { type StageReport, shownMs } from "./report.ts"
import { breach } from "./stage-check.ts"
import { type Outcome, reasonOf, within } from "./within.ts"

/** What the retrievers of one request brought, and how they fared, in the order they were declared. */
export interface Retrieved {
  readonly lists: readonly RetrievedList[]
  readonly reports: readonly StageReport[]
}

/** Asks all retrievers that apply, in parallel, each within its own time; one that is late or fails is left out with a reason. */
export async function retrieveAll<Query>(funnel: Funnel<Query>, query: Query, scope: RequestScope): Promise<Retrieved> {
  const share = deadlineIn(scope.deadline.remainingMs() * funnel.retrievalShare, funnel.clock)
  const asked: Promise<Asked | undefined>[] = []
  for (const entry of funnel.retrievers) {
    if (entry.when !== undefined && !entry.when(query)) continue
    asked.push(ask(funnel, entry, query, scope, share.remainingMs()))
    // A retriever that computes at once has settled after this, so that its time is not counted into the next one's.
    await undefined
  }
  const answered = (await Promise.all(asked)).filter((answer) => answer !== undefined)
  return { lists: answered.flatMap(({ list }) => list ?? []), reports: answered.map(({ report }) => report) }
}

interface Asked {
  readonly list: RetrievedList | undefined
  readonly report: StageReport
}

async function ask<Query>(
  funnel: Funnel<Query>,
  { retriever, limit, timeoutMs = Number.POSITIVE_INFINITY }: FunnelRetriever<Query>,
  query: Query,
  scope: RequestScope,
  shareMs: number,
): Promise<Asked> {
  const { name } = retriever
  const givenMs = Math.min(timeoutMs, shareMs)
  if (givenMs <= 0) {
    scope.trace.degrade(name, "no time left to ask it")
    return { list: undefined, report: { name, in: 0, out: 0, ms: 0 } }
  }
  const deadline = deadlineIn(givenMs, funnel.clock)
  const outcome = await within(
    () => retriever.retrieve(query, limit, { ...scope, deadline }),
    () => deadline.remainingMs(),
    funnel,
  )
  const list = takeAnswer(funnel, name, limit, outcome, givenMs, scope)
  const source = funnel.sources.indexOf(name)
  return { list: list && { name, source, list }, report: { name, in: 0, out: list?.size ?? 0, ms: outcome.ms } }
}

/** The usable part of a retriever's answer: at most `limit`, those without a score last; nothing when it was late or failed. */
export function takeAnswer<Query>(
  funnel: Funnel<Query>,
  name: string,
  limit: number,
  outcome: Outcome<Candidates>,
  givenMs: number,
  scope: RequestScope,
): Candidates | undefined {
  if (outcome.kind !== "done") {
    scope.trace.degrade(name, outcome.kind === "late" ? `no answer in ${shownMs(givenMs)} ms` : reasonOf(outcome.error))
    return undefined
  }
  let list = outcome.value
  if (list.size > limit) {
    breach(funnel.strict, scope, name, `at most ${limit} candidates`, `${list.size}`)
    list = select(list, placesOf(limit))
  }
  const own = list.scores.get(name)
  if (own === undefined) {
    breach(funnel.strict, scope, name, `its score in the column ${name}`, `columns ${[...list.scores.keys()].join(", ") || "(none)"}`)
    return list
  }
  return nanLast(list, own, name, scope)
}

/** The same order with unscored candidates moved behind the scored ones, and told. */
function nanLast(list: Candidates, own: Float32Array, name: string, scope: RequestScope): Candidates {
  let unscored = 0
  for (let i = 0; i < list.size; i++) if (Number.isNaN(own[i]!)) unscored++
  if (unscored === 0) return list
  scope.trace.degrade(name, `${unscored} of ${list.size} scores are NaN, put last`)
  const scoredFirst = placesOf(list.size).sort((a, b) => Number(Number.isNaN(own[a]!)) - Number(Number.isNaN(own[b]!)) || a - b)
  return select(list, scoredFirst)
}
