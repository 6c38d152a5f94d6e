import type { LoadFacts } from "../definition/index.ts"
import type { Engine } from "../engine/index.ts"
import { responseQuantile } from "../problem/index.ts"
import { arrivals } from "./load/arrivals.ts"
import { openLoop } from "./load/open-loop.ts"
import type { FunnelTiming } from "./plan-measure.ts"

/** Share of the core that the load shall take: enough to make requests wait, not enough for the queue to run away. */
const BUSY = 0.5
const SECONDS = 8
const WARM_UP_SECONDS = 1
/** Unlogged requests at a time, beyond which a machine that cannot keep up stops taking more. */
const MOST_UNDER_WAY = 2000

/**
 * Sends requests at random moments, whether or not answers come, and sets the answer times beside those predicted from single requests.
 *
 * In this process and without HTTP: what is tested is the model of waiting, on the work that the prediction was made from.
 */
export async function loadFunnel(
  engine: Engine,
  system: string,
  { people, timed, tookMs }: FunnelTiming,
  { signal, monotonicMs }: { readonly signal: AbortSignal; monotonicMs(): number },
): Promise<LoadFacts> {
  const qps = (BUSY * 1000) / timed.meanMs
  const [result] = await openLoop(
    [
      {
        next: arrivals("poisson", qps, 11),
        send(n, done) {
          engine.rank(system, { user: people[n % people.length]!, limit: 20, log: false }).then(
            () => done(undefined),
            (error: Error) => done(error.name),
          )
        },
      },
    ],
    { warmUpMs: WARM_UP_SECONDS * 1000, measureMs: SECONDS * 1000, mostUnderWay: MOST_UNDER_WAY, drainMs: 10_000, signal, monotonicMs },
  )
  const { latency } = result!
  const measured = { 0.5: latency.p50Ms, 0.95: latency.p95Ms, 0.99: latency.p99Ms }
  return {
    where: `open loop in one process for ${SECONDS} s, ${latency.count} requests at random moments`,
    qps: Math.round(qps),
    busy: BUSY,
    quantiles: Object.entries(measured).flatMap(([q, measuredMs]) => {
      const predictedMs = responseQuantile(tookMs, qps, Number(q))
      return predictedMs === null || measuredMs === null ? [] : [{ q: Number(q), predictedMs, measuredMs }]
    }),
  }
}
