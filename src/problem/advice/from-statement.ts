import { assumed, computed, formatQuantity, type Quantity } from "../quantity.ts"
import type { FunnelStage, ProblemStatement } from "../statement.ts"
import type { Advice } from "./advice.ts"
import { adviseFamily, type LearnedFamily, learnedFamilies } from "./family.ts"
import { adviseMetric } from "./metric.ts"

/** Microseconds to score one item with each learned family. */
export type ScoringCosts = Readonly<Record<LearnedFamily, Quantity>>

/** Costs of one item until this machine has been measured. */
const assumedCosts: ScoringCosts = {
  linear: assumed(2, "µs", "50 features, one product each, and the feature row"),
  trees: assumed(20, "µs", "500 trees of depth 6 and the feature row"),
  network: assumed(1000, "µs", "deep model of the usual worked case"),
}

/**
 * Advice that a statement alone supports, before anything has been measured: the metric, and the model family of the last learned stage.
 *
 * @param costs - measured costs of an item by family, in the place of assumed ones
 * @throws {@link InvalidArgument} when not even a linear model fits that stage's budget
 */
export function adviseFromStatement(statement: ProblemStatement, costs: Partial<ScoringCosts> = {}): readonly Advice[] {
  const { learning } = statement.setUp
  const metric = adviseMetric({
    task: learning.task,
    baseRate: statement.scale.baseRate,
    graded: learning.relevance === "graded",
    oneRight: false,
    probabilityUsed: learning.uses === "probability",
  })
  const { stages } = statement.scale.latency
  const at = stages.findLastIndex(({ family }) => isLearned(family))
  if (at < 0) return [metric]
  return [familyOf(stages[at]!, stages[at - 1]?.keeps ?? statement.scale.matches.value, statement, costs), metric]
}

const isLearned = (family: string): family is LearnedFamily => (learnedFamilies as readonly string[]).includes(family)

function familyOf(stage: FunnelStage, items: number, { setUp, scale }: ProblemStatement, costs: Partial<ScoringCosts>): Advice {
  const { interpretability, continual, accelerator, trainingHours } = setUp.constraints
  const advice = adviseFamily({
    rows: computed(scale.trainingRowsPerDay.value * 7, "rows", `a week of ${formatQuantity(scale.trainingRowsPerDay)}`),
    items,
    budgetMs: stage.budgetMs,
    microsPerItem: { ...assumedCosts, ...costs, [stage.family]: stage.microsPerItem },
    interpretability,
    continual,
    accelerator,
    trainingHours: trainingHours.value,
    raw: setUp.learning.inputs === "raw",
  })
  const planned = advice.choose === stage.family ? "as planned" : `the plan begins with ${stage.family}; both are measured before launch`
  return { ...advice, topic: `model family of ${stage.name}`, why: `${advice.why}; ${planned}` }
}
