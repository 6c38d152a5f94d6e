import type { ProblemStatement } from "./statement.ts"

/** One stage as the planner sees it: a cost an item, a budget, and how many may leave. */
export interface ScenarioStage {
  readonly name: string
  readonly microsPerItem: number
  readonly keeps: number
  readonly budgetMs: number
  /** Left out, the planner takes the fewest that fit the budget and, in the first stage, the memory. */
  readonly shards?: number
  /** Fewest items worth giving it; 1 when left out. */
  readonly least?: number
}

/** What a capacity plan is made from. Plain numbers; a statement's quantities carry their sources. */
export interface Scenario {
  readonly items: number
  /** Items that one request matches: what the first stage must look at. */
  readonly matches: number
  readonly bytesPerItem: number
  readonly peakQps: number
  readonly requestsPerDay: number
  readonly logBytesPerRequest: number
  readonly p99Ms: number
  /** Steps whose time does not grow with items, at their 99th percentile. */
  readonly fixedMs: number
  readonly stages: readonly ScenarioStage[]
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly costPerHour: number }
}

/** The scenario of a statement: every number is read from it, none is typed again. */
export function scenarioOf({ scale }: ProblemStatement): Scenario {
  const { latency, machine } = scale
  return {
    items: scale.items.value,
    matches: scale.matches.value,
    bytesPerItem: scale.bytesPerItem.value,
    peakQps: scale.peakQps.value,
    requestsPerDay: scale.requestsPerDay.value,
    logBytesPerRequest: scale.logBytesPerRequest.value,
    p99Ms: latency.p99Ms.value,
    fixedMs: latency.fixed.reduce((sum, { budgetMs }) => sum + budgetMs, 0),
    stages: latency.stages.map(({ name, microsPerItem, keeps, budgetMs, shards, least }) => ({
      name,
      microsPerItem: microsPerItem.value,
      keeps,
      budgetMs,
      ...(shards === undefined ? {} : { shards }),
      ...(least === undefined ? {} : { least }),
    })),
    machine: { cores: machine.cores, memoryBytes: machine.memoryBytes.value, costPerHour: machine.costPerHour.value },
  }
}
