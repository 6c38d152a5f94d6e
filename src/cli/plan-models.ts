import { FUNNEL, type GraphNode, type ModelComparison } from "../definition/index.ts"
import type { Engine, EvaluationReport, ServedSizes } from "../engine/index.ts"
import { timeRequests } from "./plan-measure.ts"

/** Sets the whole funnel beside its retrievers alone, as an evaluation judged them: quality, time of an answer, bytes. */
export async function compareModels(
  engine: Engine,
  system: string,
  {
    people,
    graph,
    sizes,
    report,
    data,
  }: {
    readonly people: readonly string[]
    readonly graph: readonly GraphNode[]
    readonly sizes: ServedSizes
    readonly report: EvaluationReport
    readonly data: string | undefined
  },
  signal: AbortSignal,
): Promise<ModelComparison> {
  const metric = report.metrics[0]!.name
  const quality = (values: EvaluationReport["metrics"]) => values.find(({ name }) => name === metric)!
  const alone = graph.filter(({ name, role }) => role !== "stage" && report.beside[name] !== undefined).map(({ name }) => name)
  const all = Object.values(sizes.parts).reduce((sum, bytes) => sum + bytes, 0)
  const models = [
    { name: FUNNEL, quality: quality(report.metrics), ...(await timeRequests(engine, system, people, {}, signal)), bytes: all },
  ]
  const parts: ModelComparison["models"][number][] = []
  for (const name of alone) {
    const times = await timeRequests(engine, system, people, { sort: name }, signal)
    parts.push({ name, quality: quality(report.beside[name]!), ...times, bytes: bytesOf(sizes, name) })
  }
  const incumbent = alone.find((name) => name.startsWith("popular"))
  const difference = incumbent === undefined ? undefined : report.lift[incumbent]
  return {
    where: `${report.queries} people of ${data === undefined ? "the newest part of the log" : "the test part"}, release ${report.release}`,
    metric,
    models: [...models, ...parts],
    ...(incumbent === undefined || difference === undefined ? {} : { lift: { incumbent, difference } }),
  }
}

/** The part of a release that a retriever reads: of its own name, or one that its name begins. */
function bytesOf({ parts }: ServedSizes, name: string): number | null {
  const found = Object.keys(parts).find((part) => part === name) ?? Object.keys(parts).find((part) => part.startsWith(name))
  return found === undefined ? null : parts[found]!
}
