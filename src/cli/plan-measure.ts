import { throwIfCancelled, Unavailable } from "../core/index.ts"
import type { RankAnswer, TimedFunnel } from "../definition/index.ts"
import type { Engine } from "../engine/index.ts"
import { nearestRankPercentile } from "../problem/index.ts"

const REQUESTS = 300
const PEOPLE = 100

/**
 * Times the live release on this machine: unlogged pages of 20 for people of the store, one after the other, after a warm-up.
 *
 * @throws {@link Unavailable} when nobody is in the store to rank for
 */
export async function timeFunnel(engine: Engine, system: string, signal: AbortSignal): Promise<TimedFunnel> {
  const { users } = await engine.handlers.users(system, PEOPLE)
  if (users.length === 0) throw new Unavailable("trommel plan --measure", "people to rank for", "none", "Import interactions first.")
  await engine.warmUp()
  const answers: RankAnswer[] = []
  for (let i = 0; i < REQUESTS; i++) {
    throwIfCancelled(signal, "trommel plan --measure")
    answers.push(await engine.rank(system, { user: users[i % users.length]!.id, limit: 20, log: false }))
  }
  const took = answers.map(({ tookMs }) => tookMs)
  return {
    where: `pages of 20 for ${users.length} people, one after the other on this machine`,
    requests: REQUESTS,
    p50Ms: nearestRankPercentile(took, 0.5),
    p99Ms: nearestRankPercentile(took, 0.99),
    stages: stageTimes(answers),
  }
}

/** Stages in the order of the first answer; a stage that an answer skipped counts only where it ran. */
function stageTimes(answers: readonly RankAnswer[]): TimedFunnel["stages"] {
  const names = [...new Set(answers.flatMap(({ stages }) => stages.map(({ name }) => name)))]
  return names.map((name) => {
    const runs = answers.flatMap(({ stages }) => stages.filter((stage) => stage.name === name))
    const at = (values: readonly number[], q: number) => nearestRankPercentile(values, q)
    const times = runs.map(({ ms }) => ms)
    return {
      name,
      in: at(
        runs.map((run) => run.in),
        0.5,
      ),
      out: at(
        runs.map((run) => run.out),
        0.5,
      ),
      p50Ms: at(times, 0.5),
      p99Ms: at(times, 0.99),
    }
  })
}
