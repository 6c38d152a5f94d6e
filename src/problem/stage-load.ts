import { quantileOfEach, queue, waitQuantile } from "./queueing.ts"
import { scatterMs } from "./scatter.ts"

/** A stage on its shards under load. */
export interface StageLoad {
  readonly items: number
  readonly microsPerItem: number
  readonly shards: number
  readonly coresPerShard: number
  readonly qps: number
  /** Share of requests whose slowest shard must stay within what is reported, in (0, 1). */
  readonly quantile: number
}

/** Time a stage takes: scoring, and the wait for a free core. `tailWaitMs` is `Infinity` when the queue grows without end. */
export interface StageTime {
  readonly serviceMs: number
  readonly meanWaitMs: number
  readonly tailWaitMs: number
  readonly utilisation: number
}

/** Scoring time by count, waiting time by Erlang C; with many shards each must keep a sharper quantile, as the slowest one counts. */
export function stageTime({ items, microsPerItem, shards, coresPerShard, qps, quantile }: StageLoad): StageTime {
  const serviceMs = scatterMs({ items, microsPerItem, shards })
  const load = { arrivalsPerSecond: qps, serviceSeconds: serviceMs / 1000, servers: coresPerShard }
  const { utilisation, meanWaitSeconds } = queue(load)
  const tail = waitQuantile(load, quantileOfEach(quantile, shards))
  return {
    serviceMs,
    meanWaitMs: meanWaitSeconds === null ? Number.POSITIVE_INFINITY : meanWaitSeconds * 1000,
    tailWaitMs: tail === null ? Number.POSITIVE_INFINITY : tail * 1000,
    utilisation,
  }
}

/** Fewest cores a shard needs so that no core is busier than `mostUtilisation` and the tail stays within the budget; the scoring alone must. */
export function coresWithin(load: Omit<StageLoad, "coresPerShard">, budgetMs: number, mostUtilisation: number): number {
  const serviceMs = scatterMs(load)
  const least = Math.max(1, Math.ceil((load.qps * serviceMs) / 1000 / mostUtilisation - 1e-9))
  const fits = (coresPerShard: number) => serviceMs + stageTime({ ...load, coresPerShard }).tailWaitMs <= budgetMs
  let high = least
  while (!fits(high)) high *= 2
  let low = least
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(middle)) high = middle
    else low = middle + 1
  }
  return high
}
