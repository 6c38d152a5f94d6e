import { throwIfCancelled, Unavailable } from "../core/index.ts"
import type { GraphNode, RankAnswer, RankRequest, TimedFunnel } from "../definition/index.ts"
import type { Engine } from "../engine/index.ts"
import { nearestRankPercentile } from "../problem/index.ts"

const REQUESTS = 300
const PEOPLE = 100

/** The funnel timed, and the time of each single request. */
export interface FunnelTiming {
  readonly timed: TimedFunnel
  readonly people: readonly string[]
  readonly tookMs: readonly number[]
}

/**
 * Times the live release on this machine: unlogged pages of 20 for people of the store, one after the other, after a warm-up.
 *
 * @throws {@link Unavailable} when nobody is in the store to rank for
 */
export async function timeFunnel(engine: Engine, system: string, graph: readonly GraphNode[], signal: AbortSignal): Promise<FunnelTiming> {
  const { users } = await engine.handlers.users(system, PEOPLE)
  if (users.length === 0) throw new Unavailable("trommel plan --measure", "people to rank for", "none", "Import interactions first.")
  const people = users.map(({ id }) => id)
  await engine.warmUp()
  const answers = await askInTurn(engine, system, people, {}, REQUESTS, signal)
  const tookMs = answers.map(({ tookMs: ms }) => ms)
  const timed: TimedFunnel = {
    where: `pages of 20 for ${people.length} people, one after the other on this machine`,
    requests: REQUESTS,
    ...summary(tookMs),
    stages: stageTimes(answers, graph),
  }
  return { timed, people, tookMs }
}

/** Median, 99th percentile and mean of answers asked for one after the other, with fields of the request changed. */
export async function timeRequests(
  engine: Engine,
  system: string,
  people: readonly string[],
  change: Partial<RankRequest>,
  signal: AbortSignal,
): Promise<{ readonly p50Ms: number; readonly p99Ms: number; readonly meanMs: number }> {
  await askInTurn(engine, system, people, change, REQUESTS / 10, signal)
  return summary((await askInTurn(engine, system, people, change, REQUESTS, signal)).map(({ tookMs }) => tookMs))
}

async function askInTurn(
  engine: Engine,
  system: string,
  people: readonly string[],
  change: Partial<RankRequest>,
  count: number,
  signal: AbortSignal,
): Promise<RankAnswer[]> {
  const answers: RankAnswer[] = []
  for (let i = 0; i < count; i++) {
    throwIfCancelled(signal, "trommel plan --measure")
    answers.push(await engine.rank(system, { user: people[i % people.length]!, limit: 20, log: false, ...change }))
  }
  return answers
}

const summary = (tookMs: readonly number[]) => ({
  p50Ms: nearestRankPercentile(tookMs, 0.5),
  p99Ms: nearestRankPercentile(tookMs, 0.99),
  meanMs: tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length,
})

/** Stages in the order of the graph; a stage that an answer skipped counts only where it ran. */
function stageTimes(answers: readonly RankAnswer[], graph: readonly GraphNode[]): TimedFunnel["stages"] {
  const ran = new Set(answers.flatMap(({ stages }) => stages.map(({ name }) => name)))
  const known = graph.map(({ name }) => name)
  const names = [...known.filter((name) => ran.has(name)), ...[...ran].filter((name) => !known.includes(name))]
  return names.map((name) => {
    const runs = answers.flatMap(({ stages }) => stages.filter((stage) => stage.name === name))
    const at = (value: (stage: (typeof runs)[number]) => number, q: number) => nearestRankPercentile(runs.map(value), q)
    return {
      name,
      in: at((run) => run.in, 0.5),
      out: at((run) => run.out, 0.5),
      p50Ms: at((run) => run.ms, 0.5),
      p99Ms: at((run) => run.ms, 0.99),
    }
  })
}
