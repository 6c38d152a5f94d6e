import type { CapacityPlan } from "./capacity-plan.ts"
import type { Scenario } from "./scenario.ts"
import { stageTime } from "./stage-load.ts"

/** How far one number may grow on the machines of a plan, everything else alike, before the plan no longer holds. */
export interface PlanLimit {
  readonly what: "requests a second" | "items"
  /** The largest value that still holds; `factor` is that over what was planned for. */
  readonly value: number
  readonly factor: number
  readonly because: string
}

/** Growth beyond this factor is not looked for. */
const MOST_GROWTH = 1024

/**
 * Where a plan breaks: the load and the corpus its machines still carry.
 *
 * @returns an empty list for a plan that is not feasible to begin with
 */
export function planLimits(scenario: Scenario, plan: CapacityPlan): readonly PlanLimit[] {
  if (!plan.feasible) return []
  const quantile = 1 - 0.01 / plan.stages.length
  const p99Ms = (qps: number, growth: number) =>
    plan.stages.reduce((sum, stage, index) => {
      const { microsPerItem } = scenario.stages[index]!
      const items = index === 0 ? Math.round(stage.in * growth) : stage.in
      const time = stageTime({ items, microsPerItem, shards: stage.shards, coresPerShard: stage.coresPerShard, qps, quantile })
      return sum + time.serviceMs + time.tailWaitMs
    }, scenario.fixedMs)
  const load = growthWhile((factor) => p99Ms(scenario.peakQps * factor, 1) <= scenario.p99Ms)
  const byTime = growthWhile((factor) => p99Ms(scenario.peakQps, factor) <= scenario.p99Ms)
  const byMemory = (plan.machines * scenario.machine.memoryBytes * plan.rules.memoryShare) / plan.allIndexBytes
  const corpus = Math.min(byTime, byMemory)
  return [
    { what: "requests a second", value: scenario.peakQps * load, factor: load, because: "requests wait too long for a free core" },
    {
      what: "items",
      value: scenario.items * corpus,
      factor: corpus,
      because: byMemory < byTime ? "the index no longer fits the memory" : "the first stage takes too long",
    },
  ]
}

/** The largest growth from 1 at which `holds` still holds, to a thousandth. */
function growthWhile(holds: (factor: number) => boolean): number {
  let high = 1
  while (high < MOST_GROWTH && holds(high * 2)) high *= 2
  if (high >= MOST_GROWTH) return MOST_GROWTH
  let low = high
  high *= 2
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high)
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
