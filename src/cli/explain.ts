import type { Explanation } from "../definition/index.ts"
import type { Command } from "./command.ts"
import { count, measure, moment, pairs, table } from "./table.ts"
import { print, withEngine } from "./with-engine.ts"

/** `trommel explain <request-id>`. */
export const explainCommand: Command = {
  name: "explain",
  usage: "trommel explain <request-id>",
  summary: "why one request was answered as it was",
  text: "Shows each stage with its counts and milliseconds, what was dropped by which rule, and every item's sources, scores and features.",
  positionals: [1, 1],
  run: (input, context) =>
    withEngine("explain", "read", input, context, async ({ engine }) => {
      const explanation = await engine.explain(input.positionals[0]!)
      print(explanation, () => explanationText(explanation), input, context)
      return 0
    }),
}

function explanationText(explanation: Explanation): string {
  const { requestId, system, time, release, variant, placement, request, stages, budget, degraded, drops, notes, items, tookMs } =
    explanation
  const head = pairs([
    ["request", requestId],
    ["system", `${system}, placement ${placement}, release ${release}, variant ${variant}`],
    ["time", moment(time)],
    ["asked", JSON.stringify(request)],
    ["took", `${tookMs.toFixed(2)} ms`],
    ...degraded.map((reason) => ["degraded", reason] as const),
    ...notes.map(({ stage, key, value }) => [`note ${stage}`, `${key} ${JSON.stringify(value)}`] as const),
  ])
  const funnel = table(
    ["stage", "in", "out", "ms"],
    stages.map((stage) => [stage.name, count(stage.in), count(stage.out), stage.ms.toFixed(2)]),
  )
  const spent = table(
    ["part of the budget", "budget ms", "spent ms"],
    budget.map(({ part, budgetMs, spentMs }) => [part, count(budgetMs), spentMs.toFixed(2)]),
  )
  const dropped = table(
    ["dropped in", "by the rule", "count"],
    drops.map((drop) => [drop.stage, drop.rule, count(drop.count)]),
  )
  const named = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${measure(value)}`)
      .join(", ")
  const page = table(
    ["place", "item", "found by", "scores"],
    items.map((item) => [item.place, item.id, item.sources.join(", "), named(item.scores)]),
  )
  const features = items.flatMap((item) =>
    (item.features ?? []).map((feature) => [
      item.id,
      feature.name,
      feature.value === null ? "missing" : measure(feature.value),
      feature.contribution === undefined ? "" : measure(feature.contribution),
    ]),
  )
  const why = features.length === 0 ? "" : `\n${table(["item", "feature", "value", "adds to the logit"], features)}`
  return `${head}\n${funnel}\n${spent}\n${drops.length === 0 ? "" : `${dropped}\n`}${page}${why}`
}
