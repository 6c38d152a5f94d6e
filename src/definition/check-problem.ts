import { metricRegistry } from "../metrics/index.ts"
import { checkStatement, type MetricNames, type ProblemStatement } from "../problem/index.ts"

/** Offline metrics by the task they judge. Masks and spans are judged by metrics of their own, named here until their kinds bring them. */
const metricNames: MetricNames = {
  ranking: Object.keys(metricRegistry.ranking),
  classification: Object.keys(metricRegistry.classification),
  regression: Object.keys(metricRegistry.regression),
  segmentation: ["meanIou", "pixelAccuracy"],
  spans: ["spanF1"],
}

/**
 * The statement itself when every part is there and none contradicts another, its metrics judge its task, and all of them are known.
 *
 * @throws {@link InvalidArgument} naming the first part that is wrong, what belongs there and what to write
 */
export function checkProblem(statement: unknown): ProblemStatement {
  return checkStatement(statement, metricNames)
}
