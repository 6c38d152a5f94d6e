import { InvalidArgument } from "../core/index.ts"
import { formatNumber } from "./quantity.ts"
import { PRACTICAL_SHARDS, shardsWithin } from "./scatter.ts"
import type { Scenario, ScenarioStage } from "./scenario.ts"
import { coresWithin, stageTime } from "./stage-load.ts"

/** How the planner decides; every default is a rule of thumb that a document prints. */
export interface PlanRules {
  /** Busiest a core may be on average at peak; 0.7. */
  readonly mostUtilisation: number
  /** Share of each stage's budget kept for waiting; 0.2. */
  readonly waitShare: number
  /** Share of a machine's memory that an index may fill; 0.75. */
  readonly memoryShare: number
  /** Copies of everything, so that one may fail; 2. */
  readonly leastReplicas: number
  /** Most shards one query may be spread over; 10,000. */
  readonly practicalShards: number
}

/** The rules when nothing else is said. */
export const defaultPlanRules: PlanRules = {
  mostUtilisation: 0.7,
  waitShare: 0.2,
  memoryShare: 0.75,
  leastReplicas: 2,
  practicalShards: PRACTICAL_SHARDS,
}

/** One stage as planned. Times in milliseconds; `p99Ms` is scoring plus the tail of the wait. */
export interface PlannedStage {
  readonly name: string
  readonly in: number
  readonly out: number
  readonly shards: number
  readonly coresPerShard: number
  readonly utilisation: number
  readonly serviceMs: number
  readonly tailWaitMs: number
  readonly p99Ms: number
  readonly budgetMs: number
}

/** Sizes, machines, bytes and cost of a system, or why there is no such system. */
export interface CapacityPlan {
  readonly feasible: boolean
  /** Why not, one line a stage, with what it would take. */
  readonly reasons: readonly { readonly stage: string; readonly why: string; readonly needs: string }[]
  /** Stages that could be planned, widest first. */
  readonly stages: readonly PlannedStage[]
  /** Predicted service level at peak, an upper estimate: each stage is taken at the quantile with which all of them keep 99 % together. */
  readonly p99Ms: number
  readonly meanMs: number
  readonly slackMs: number
  readonly cores: number
  readonly machines: number
  readonly replicas: number
  /** Bytes of one copy of the index, and of all copies. */
  readonly indexBytes: number
  readonly allIndexBytes: number
  readonly logBytesPerDay: number
  readonly costPerHour: number
  readonly costPer1000Requests: number
  readonly rules: PlanRules
}

/**
 * Plans a funnel for a load: how many items reach each stage, over how many shards and cores, in how many machines, at what cost.
 *
 * Every match passes the first stage. Later stages take as many as their budget affords, and the stage above keeps no more than that.
 * A stage is infeasible when one query would need more shards than are practical, or when fewer items reach it than make it worth having.
 * @throws {@link InvalidArgument} on a scenario without stages or with a number that is not positive
 */
export function planCapacity(scenario: Scenario, rules: Partial<PlanRules> = {}): CapacityPlan {
  checkScenario(scenario)
  const by = { ...defaultPlanRules, ...rules }
  const { sized, reasons } = sizeStages(scenario, by)
  const quantile = 1 - 0.01 / scenario.stages.length
  const stages = sized.map((stage): PlannedStage => {
    const load = { items: stage.in, microsPerItem: stage.microsPerItem, shards: stage.shards, qps: scenario.peakQps, quantile }
    const coresPerShard = coresWithin(load, stage.budgetMs, by.mostUtilisation)
    const { serviceMs, tailWaitMs, utilisation } = stageTime({ ...load, coresPerShard })
    const { name, out, shards, budgetMs } = stage
    return { name, in: stage.in, out, shards, coresPerShard, utilisation, serviceMs, tailWaitMs, p99Ms: serviceMs + tailWaitMs, budgetMs }
  })
  const p99Ms = scenario.fixedMs + stages.reduce((sum, stage) => sum + stage.p99Ms, 0)
  if (reasons.length === 0 && p99Ms > scenario.p99Ms) {
    reasons.push({
      stage: "all",
      why: `${formatNumber(p99Ms)} ms are more than the ${formatNumber(scenario.p99Ms)} ms of the service level`,
      needs: "smaller budgets of stages or fixed steps",
    })
  }
  return {
    feasible: reasons.length === 0,
    reasons,
    stages,
    p99Ms,
    ...meanTime(scenario, stages),
    slackMs: scenario.p99Ms - p99Ms,
    ...machines(scenario, stages, by),
    rules: by,
  }
}

interface SizedStage extends ScenarioStage {
  readonly in: number
  readonly out: number
  readonly shards: number
}

function sizeStages(scenario: Scenario, rules: PlanRules) {
  const reasons: { stage: string; why: string; needs: string }[] = []
  const sized: SizedStage[] = []
  let wanted = scenario.matches
  for (const [index, stage] of scenario.stages.entries()) {
    const forScoring = stage.budgetMs * (1 - rules.waitShare)
    const perShard = Math.floor((forScoring * 1000) / stage.microsPerItem + 1e-9)
    if (perShard < 1) {
      reasons.push({
        stage: stage.name,
        why: "one item takes longer than the stage has",
        needs: `${formatNumber(stage.microsPerItem / 1000)} ms for scoring`,
      })
      break
    }
    const need = shardsWithin(wanted, stage.microsPerItem, forScoring, rules.practicalShards)
    const forMemory =
      index > 0 ? 1 : Math.ceil((scenario.items * scenario.bytesPerItem) / (scenario.machine.memoryBytes * rules.memoryShare))
    const shards = Math.max(forMemory, stage.shards ?? Math.min(need.shards, rules.practicalShards))
    const into = Math.min(wanted, perShard * shards)
    if (index === 0 && into < wanted) {
      reasons.push({
        stage: stage.name,
        why: `${formatNumber(wanted)} matches do not fit ${formatNumber(forScoring)} ms of scoring on ${formatNumber(shards)} shards`,
        needs: `${formatNumber(need.shards)} shards${need.practical ? "" : ", which is impractical: use a cheaper first stage or match fewer items"}`,
      })
      break
    }
    if (into < (stage.least ?? 1)) {
      reasons.push({
        stage: stage.name,
        why: `only ${formatNumber(into)} items fit its budget, fewer than the ${formatNumber(stage.least ?? 1)} that make it worth having`,
        needs: `${formatNumber(need.shards)} shards, more budget, or a cheaper model`,
      })
      break
    }
    const above = sized.at(-1)
    if (above !== undefined) sized[sized.length - 1] = { ...above, out: into }
    const out = Math.min(stage.keeps, into)
    sized.push({
      ...stage,
      in: into,
      out,
      shards: stage.shards === undefined ? Math.max(forMemory, Math.min(shards, Math.ceil(into / perShard))) : shards,
    })
    wanted = out
  }
  return { sized, reasons }
}

function meanTime(scenario: Scenario, stages: readonly PlannedStage[]) {
  const mean = stages.reduce((sum, { name, in: items, shards, coresPerShard }) => {
    const { microsPerItem } = scenario.stages.find((stage) => stage.name === name)!
    const { serviceMs, meanWaitMs } = stageTime({ items, microsPerItem, shards, coresPerShard, qps: scenario.peakQps, quantile: 0.5 })
    return sum + serviceMs + meanWaitMs
  }, scenario.fixedMs)
  return { meanMs: mean }
}

function machines(
  { items, bytesPerItem, machine, peakQps, requestsPerDay, logBytesPerRequest }: Scenario,
  stages: readonly PlannedStage[],
  rules: PlanRules,
) {
  const indexBytes = items * bytesPerItem
  const replicas = Math.max(rules.leastReplicas, Math.ceil((stages[0]?.coresPerShard ?? 0) / machine.cores))
  const cores = stages.reduce((sum, { shards, coresPerShard }) => sum + shards * coresPerShard, 0)
  const forMemory = Math.ceil((replicas * indexBytes) / (machine.memoryBytes * rules.memoryShare))
  const count = Math.max(rules.leastReplicas, Math.ceil(cores / machine.cores), forMemory)
  const costPerHour = count * machine.costPerHour
  const requestsPerHour = Math.min(requestsPerDay / 24, peakQps * 3600)
  return {
    cores,
    machines: count,
    replicas,
    indexBytes,
    allIndexBytes: replicas * indexBytes,
    logBytesPerDay: requestsPerDay * logBytesPerRequest,
    costPerHour,
    costPer1000Requests: (costPerHour / requestsPerHour) * 1000,
  }
}

function checkScenario(scenario: Scenario): void {
  if (scenario.stages.length === 0) throw new InvalidArgument("plan", "at least one stage", "none", "Name what scores the matches.")
  const { items, matches, bytesPerItem, peakQps, requestsPerDay, p99Ms, machine } = scenario
  const positive = {
    items,
    matches,
    bytesPerItem,
    peakQps,
    requestsPerDay,
    p99Ms,
    cores: machine.cores,
    memoryBytes: machine.memoryBytes,
    costPerHour: machine.costPerHour,
  }
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgument("plan", `${name} above 0`, String(value), "Check the scenario.")
  }
  for (const { name, microsPerItem, budgetMs, keeps, shards = 1 } of scenario.stages) {
    if (!(microsPerItem > 0 && budgetMs > 0 && keeps > 0 && Number.isInteger(shards) && shards >= 1)) {
      throw new InvalidArgument(
        "plan",
        `a cost, budget and count above 0 in the stage ${name}`,
        `${microsPerItem} µs, ${budgetMs} ms, ${keeps} items, ${shards} shards`,
        "Check the stage.",
      )
    }
  }
}
