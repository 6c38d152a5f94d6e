import { type CapacityPlan, type PlanRules, planCapacity } from "./capacity-plan.ts"
import type { Scenario } from "./scenario.ts"

/** What becomes of a plan when one assumption is half or twice as large. Costs are dollars an hour, `null` where no plan is feasible. */
export interface Sensitivity {
  readonly assumption: string
  readonly half: SensitivityOutcome
  readonly twice: SensitivityOutcome
  /** Largest factor by which the cost moves, `Infinity` when one of the two is infeasible. */
  readonly moves: number
}

export interface SensitivityOutcome {
  readonly costPerHour: number | null
  readonly p99Ms: number | null
}

/** Halves and doubles every assumption in turn and plans again: the one that moves the plan most comes first, ties by how far p99 moves. */
export function sensitivity(scenario: Scenario, rules: Partial<PlanRules> = {}): readonly Sensitivity[] {
  const base = planCapacity(scenario, rules)
  const rows = variants(scenario).map(({ assumption, scaled }): Sensitivity => {
    const half = planCapacity(scaled(0.5), rules)
    const twice = planCapacity(scaled(2), rules)
    return { assumption, half: outcome(half), twice: outcome(twice), moves: Math.max(moved(base, half), moved(base, twice)) }
  })
  const p99Move = ({ half, twice }: Sensitivity) =>
    Math.max(...[half, twice].map(({ p99Ms }) => (p99Ms === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(p99Ms / base.p99Ms)))))
  return rows.sort((a, b) =>
    a.moves === b.moves ? p99Move(b) - p99Move(a) || a.assumption.localeCompare(b.assumption) : b.moves - a.moves,
  )
}

function variants(scenario: Scenario): readonly { assumption: string; scaled(factor: number): Scenario }[] {
  const { machine, stages } = scenario
  return [
    { assumption: "matches of a request", scaled: (by) => ({ ...scenario, matches: Math.max(1, Math.round(scenario.matches * by)) }) },
    { assumption: "bytes of an item", scaled: (by) => ({ ...scenario, bytesPerItem: scenario.bytesPerItem * by }) },
    {
      assumption: "requests",
      scaled: (by) => ({ ...scenario, peakQps: scenario.peakQps * by, requestsPerDay: scenario.requestsPerDay * by }),
    },
    { assumption: "cores of a machine", scaled: (by) => ({ ...scenario, machine: { ...machine, cores: machine.cores * by } }) },
    {
      assumption: "memory of a machine",
      scaled: (by) => ({ ...scenario, machine: { ...machine, memoryBytes: machine.memoryBytes * by } }),
    },
    ...stages.map(({ name }, index) => ({
      assumption: `µs an item of ${name}`,
      scaled: (by: number) => ({
        ...scenario,
        stages: stages.map((stage, i) => (i === index ? { ...stage, microsPerItem: stage.microsPerItem * by } : stage)),
      }),
    })),
  ]
}

const outcome = ({ feasible, costPerHour, p99Ms }: CapacityPlan): SensitivityOutcome =>
  feasible ? { costPerHour, p99Ms } : { costPerHour: null, p99Ms: null }

const moved = (base: CapacityPlan, other: CapacityPlan) =>
  base.feasible === other.feasible ? Math.exp(Math.abs(Math.log(other.costPerHour / base.costPerHour))) : Number.POSITIVE_INFINITY
