import { formatBytes, formatNumber, formatQuantity, type PlanLimit, type Quantity, type Sensitivity, type Unit } from "../problem/index.ts"
import { type Block, heading, list, paragraph, table } from "./design-blocks.ts"
import { funnelDiagram } from "./design-diagrams.ts"
import type { DesignInput } from "./design-document.ts"

/** A quantity with where it comes from, as a row of a table. */
export const quantityRow = (name: string, quantity: Quantity): readonly string[] => [
  name,
  formatQuantity(quantity),
  quantity.source.kind,
  quantity.source.where,
]

export const QUANTITY_HEAD = ["quantity", "value", "known as", "from"] as const

/** Budget against spend, funnel, machines, cost, limits and what moves the plan. */
export function planBlocks({ statement, plan, limits, sensitivity }: DesignInput): readonly Block[] {
  const { latency } = statement.scale
  const spent = [...latency.fixed, ...latency.stages].reduce((sum, { budgetMs }) => sum + budgetMs, 0)
  return [
    heading(3, "Latency budget"),
    table(
      ["step", "items in", "budget at p99", "predicted at p99"],
      [
        ...latency.fixed.map(({ name, budgetMs }) => [name, "-", `${budgetMs} ms`, `${budgetMs} ms`]),
        ...latency.stages.map(({ name, budgetMs }) => {
          const planned = plan.stages.find((stage) => stage.name === name)
          const predicted = planned === undefined ? "not planned" : `${formatNumber(planned.p99Ms)} ms`
          return [name, planned === undefined ? "-" : formatNumber(planned.in), `${budgetMs} ms`, predicted]
        }),
        ["slack", "-", `${formatNumber(latency.p99Ms.value - spent)} ms`, `${formatNumber(plan.slackMs)} ms`],
        ["whole", "-", formatQuantity(latency.p99Ms), `${formatNumber(plan.p99Ms)} ms`],
      ],
    ),
    paragraph(
      "Predicted: items times the cost of one, plus the wait for a free core by Erlang C at the quantile with which all stages and shards keep 99 % together: an upper estimate.",
    ),
    heading(3, "Funnel"),
    funnelDiagram(statement, plan),
    table(
      ["stage", "does", "model", "items in", "items out", "cost of an item", "known as", "from"],
      latency.stages.map(({ name, does, family, microsPerItem: { source, ...cost } }) => {
        const planned = plan.stages.find((stage) => stage.name === name)
        return [
          name,
          does,
          family,
          formatNumber(planned?.in ?? 0),
          formatNumber(planned?.out ?? 0),
          formatQuantity(cost),
          source.kind,
          source.where,
        ]
      }),
    ),
    heading(3, "Capacity"),
    ...verdict(plan.reasons),
    table(QUANTITY_HEAD, capacityRows({ statement, plan })),
    ...limitBlocks(limits),
    ...sensitivityBlocks(sensitivity),
  ]
}

function verdict(reasons: DesignInput["plan"]["reasons"]): readonly Block[] {
  if (reasons.length === 0) return [paragraph("Feasible: every stage keeps its budget.")]
  return [paragraph("Infeasible as stated:"), list(reasons.map(({ stage, why, needs }) => `${stage}: ${why}; it takes ${needs}.`))]
}

function capacityRows({ statement: { scale }, plan }: Pick<DesignInput, "statement" | "plan">): readonly (readonly string[])[] {
  const computedRow = (name: string, value: number, unit: Unit, from: string) => [name, formatQuantity({ value, unit }), "computed", from]
  const { rules } = plan
  return [
    ...plan.stages.map(({ name, shards, coresPerShard, utilisation }) =>
      computedRow(
        `cores for ${name}`,
        shards * coresPerShard,
        "cores",
        `${formatQuantity({ value: shards, unit: "shards" })} x ${formatQuantity({ value: coresPerShard, unit: "cores" })}, ${formatNumber(100 * utilisation)} % busy at peak (at most ${formatNumber(100 * rules.mostUtilisation)} %)`,
      ),
    ),
    computedRow(
      "machines",
      plan.machines,
      "machines",
      `of ${scale.machine.cores} cores and ${formatQuantity(scale.machine.memoryBytes)}; ${rules.leastReplicas} at least`,
    ),
    computedRow("one copy of the index", plan.indexBytes, "B", `${formatQuantity(scale.items)} x ${formatQuantity(scale.bytesPerItem)}`),
    computedRow("all copies", plan.allIndexBytes, "B", `${plan.replicas} copies`),
    computedRow(
      "log a day",
      plan.logBytesPerDay,
      "B",
      `${formatQuantity(scale.requestsPerDay)} x ${formatBytes(scale.logBytesPerRequest.value)}`,
    ),
    computedRow(
      "cost an hour",
      plan.costPerHour,
      "$/hour",
      `${formatNumber(plan.machines)} machines x ${formatQuantity(scale.machine.costPerHour)}`,
    ),
    computedRow("cost of 1,000 requests", plan.costPer1000Requests, "$/1,000 requests", "cost an hour over the mean of requests an hour"),
  ]
}

function limitBlocks(limits: readonly PlanLimit[]): readonly Block[] {
  if (limits.length === 0) return []
  return [
    heading(3, "Where it breaks"),
    table(
      ["grows", "holds up to", "times the plan", "then"],
      limits.map(({ what, value, factor, because }) => [
        what,
        `${formatNumber(value)} ${what === "items" ? "items" : "QPS"}`,
        formatNumber(factor),
        because,
      ]),
    ),
  ]
}

function sensitivityBlocks(rows: readonly Sensitivity[]): readonly Block[] {
  const cost = ({ costPerHour, p99Ms }: Sensitivity["half"]) =>
    costPerHour === null || p99Ms === null ? "infeasible" : `$${formatNumber(costPerHour)} per hour, ${formatNumber(p99Ms)} ms`
  return [
    heading(3, "What moves the plan"),
    table(
      ["assumption", "at half", "at twice"],
      rows.map(({ assumption, half, twice }) => [assumption, cost(half), cost(twice)]),
    ),
  ]
}
