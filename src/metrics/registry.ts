import { InvalidArgument, unknownName } from "../core/index.ts"
import { classificationMetrics } from "./registry-classification.ts"
import { rankingMetrics } from "./registry-ranking.ts"
import { regressionMetrics } from "./registry-regression.ts"

/** Metrics by the task they judge, then by name: what a definition, a command or an evaluation may ask for. */
export const metricRegistry = {
  ranking: rankingMetrics,
  classification: classificationMetrics,
  regression: regressionMetrics,
} as const

/** What is being judged: an order, a class probability, or a number. */
export type MetricTask = keyof typeof metricRegistry

/**
 * The metric of that name for that task. A cutoff may follow, as in `ndcg@10`, for rankings only.
 *
 * @throws {@link InvalidArgument} when the name is a metric of another task: accuracy says nothing about an order
 * @throws {@link NotFound} on an unknown name or task, listing the known ones
 */
export function metricFor<T extends MetricTask>(task: T, name: string): (typeof metricRegistry)[T][keyof (typeof metricRegistry)[T]] {
  const known = metricRegistry[task]
  if (known === undefined) throw unknownName("metricFor", "task", task, Object.keys(metricRegistry))
  const [base, cutoff] = name.split("@") as [string, string | undefined]
  if (Object.hasOwn(known, base)) {
    if (cutoff !== undefined && (task !== "ranking" || !/^[1-9]\d*$/.test(cutoff))) {
      throw new InvalidArgument(
        "metricFor",
        `${base}${task === "ranking" ? " with a positive cutoff" : " alone"}`,
        name,
        "Write it as in ndcg@10.",
      )
    }
    return known[base as keyof typeof known]
  }
  const other = Object.entries(metricRegistry).find(([, metrics]) => Object.hasOwn(metrics, base))?.[0]
  if (other === undefined) throw unknownName("metricFor", `${task} metric`, base, Object.keys(known))
  throw new InvalidArgument(
    "metricFor",
    `a ${task} metric among ${Object.keys(known).join(", ")}`,
    `${base}, a ${other} metric`,
    "Choose a metric that judges this task.",
  )
}

/** Checks every name with {@link metricFor}; what a definition's checker calls. */
export function checkMetrics(task: MetricTask, names: readonly string[]): void {
  for (const name of names) metricFor(task, name)
}
