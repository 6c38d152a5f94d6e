import { InvalidArgument } from "../../core/index.ts"
import { assumed, computed, formatNumber, formatQuantity, type Quantity, stated } from "../quantity.ts"
import type { Interpretability } from "../statement.ts"
import type { Advice, Evidence } from "./advice.ts"

/** Families that learn from rows of features, cheapest first. */
export const learnedFamilies = ["linear", "trees", "network"] as const

/** One of the {@link learnedFamilies}. */
export type LearnedFamily = (typeof learnedFamilies)[number]

/** What decides which family a ranker or classifier should be. */
export interface FamilyFacts {
  /** Labelled rows to learn from. */
  readonly rows: Quantity
  readonly items: number
  /** Budget of the stage for one request. */
  readonly budgetMs: number
  /** What one item costs with each family; measured where there is a measurement. */
  readonly microsPerItem: Readonly<Record<LearnedFamily, Quantity>>
  readonly interpretability: Interpretability
  /** True when the model must learn between retrainings. */
  readonly continual: boolean
  readonly accelerator: boolean
  /** Hours a training may take. */
  readonly trainingHours: number
  /** Text, images or long histories as they are, rather than a table of features. */
  readonly raw: boolean
}

/** Rows from which a family usually pays; learning curves of one's own data go before them. */
export interface FamilyThresholds {
  readonly trees: Quantity
  readonly network: Quantity
}

/** Rules of thumb until learning curves have been measured. */
export const defaultFamilyThresholds: FamilyThresholds = {
  trees: assumed(10_000, "rows", "rule of thumb: below it trees split on noise; replace by learning curves"),
  network: assumed(10_000_000, "rows", "rule of thumb: on tables networks pass trees late; replace by learning curves"),
}

/**
 * The strongest family that data, budget and duties allow: linear with few rows, trees in the middle, networks with many rows or raw inputs.
 *
 * @throws {@link InvalidArgument} when not even the cheapest family fits the budget, stating what fits
 */
export function adviseFamily(facts: FamilyFacts, thresholds: FamilyThresholds = defaultFamilyThresholds): Advice {
  const verdicts = learnedFamilies.map((family) => ({ family, against: objection(family, facts, thresholds) }))
  const chosen = verdicts.findLast(({ against }) => against === undefined)
  if (chosen === undefined) {
    const { linear } = facts.microsPerItem
    throw new InvalidArgument(
      "adviseFamily",
      `a budget of at least ${formatNumber((facts.items * linear.value) / 1000)} ms for ${formatNumber(facts.items)} items by a linear model`,
      `${facts.budgetMs} ms`,
      "Score fewer items or raise the budget.",
    )
  }
  const { family } = chosen
  return {
    topic: "model family",
    choose: family,
    why: `the strongest family that ${formatQuantity(facts.rows)} and ${facts.budgetMs} ms for ${formatNumber(facts.items)} items allow`,
    evidence: [
      { name: "rows to learn from", quantity: facts.rows },
      { name: "rows from which trees pay", quantity: thresholds.trees },
      { name: "rows from which networks pay", quantity: thresholds.network },
      { name: "budget", quantity: stated(facts.budgetMs, "ms", "latency budget of the stage") },
      ...learnedFamilies.map((name): Evidence => ({ name: `time with ${name}`, quantity: timeOf(name, facts) })),
    ],
    instead: verdicts.flatMap(({ family: option, against }) =>
      option === family ? [] : [{ option, why: against ?? `cheaper, but ${family} fits and learns more from these rows` }],
    ),
  }
}

function timeOf(family: LearnedFamily, { items, microsPerItem }: FamilyFacts): Quantity {
  const cost = microsPerItem[family]
  return computed(
    (items * cost.value) / 1000,
    "ms",
    `${formatNumber(items)} items x ${formatQuantity(cost)}, ${cost.source.kind}: ${cost.source.where}`,
  )
}

function objection(family: LearnedFamily, facts: FamilyFacts, thresholds: FamilyThresholds): string | undefined {
  const time = timeOf(family, facts).value
  if (time > facts.budgetMs)
    return `${formatNumber(time)} ms for ${formatNumber(facts.items)} items break the budget of ${facts.budgetMs} ms`
  if (family === "linear") return undefined
  if (family === "trees") {
    if (facts.continual) return "trees cannot learn between retrainings"
    if (facts.rows.value < thresholds.trees.value) return `${formatQuantity(facts.rows)} are fewer than ${formatQuantity(thresholds.trees)}`
    return undefined
  }
  if (facts.interpretability === "per-decision") return "no exact contributions for single decisions"
  if (!facts.raw && facts.rows.value < thresholds.network.value) {
    return `${formatQuantity(facts.rows)} of table features are fewer than ${formatQuantity(thresholds.network)}`
  }
  if (!facts.accelerator && facts.trainingHours < 1) return "less than an hour of training without an accelerator"
  return undefined
}
