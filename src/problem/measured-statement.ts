import { InvalidArgument } from "../core/index.ts"
import { measured, type Quantity } from "./quantity.ts"
import type { ProblemStatement } from "./statement.ts"

/** One funnel stage of a statement as it ran: milliseconds a request, over so many items. */
export interface StageRun {
  /** The stage's name in the statement. */
  readonly stage: string
  readonly itemsIn: number
  readonly ms: number
}

/** What was measured, and by which run. */
export interface Measurements {
  readonly where: string
  readonly stages: readonly StageRun[]
  /** Index bytes an item, by the release that runs. */
  readonly bytesPerItem?: number
  /** Bytes that one request leaves in the log. */
  readonly logBytesPerRequest?: number
}

/**
 * The statement with measured costs in the place of assumed ones, so that the plan made from it rests on this machine.
 *
 * Time is taken as proportional to the items a stage was given, which overstates a stage with a fixed share when the plan gives it more.
 * @throws {@link InvalidArgument} on a stage that the statement does not have, or a measurement that is not above 0
 */
export function withMeasurements(statement: ProblemStatement, { where, stages, ...sizes }: Measurements): ProblemStatement {
  const { latency } = statement.scale
  const known = latency.stages.map(({ name }) => name)
  for (const { stage, itemsIn, ms } of stages) {
    if (!known.includes(stage)) {
      throw new InvalidArgument(
        "withMeasurements",
        `a stage among ${known.join(", ")}`,
        JSON.stringify(stage),
        "Name it as the statement does.",
      )
    }
    if (!(itemsIn > 0 && ms > 0)) {
      throw new InvalidArgument("withMeasurements", `items and milliseconds above 0 for ${stage}`, `${itemsIn}, ${ms}`, "Leave it out.")
    }
  }
  const costOf = (name: string): Quantity | undefined => {
    const run = stages.find(({ stage }) => stage === name)
    return run && measured((run.ms * 1000) / run.itemsIn, "µs", `${where}: ${round(run.ms)} ms for ${run.itemsIn} items`)
  }
  const size = (bytes: number | undefined, before: Quantity) => (bytes === undefined ? before : measured(bytes, "B", where))
  return {
    ...statement,
    scale: {
      ...statement.scale,
      bytesPerItem: size(sizes.bytesPerItem, statement.scale.bytesPerItem),
      logBytesPerRequest: size(sizes.logBytesPerRequest, statement.scale.logBytesPerRequest),
      latency: {
        ...latency,
        stages: latency.stages.map((stage) => ({ ...stage, microsPerItem: costOf(stage.name) ?? stage.microsPerItem })),
      },
    },
  }
}

const round = (ms: number) => Number(ms.toPrecision(4))
