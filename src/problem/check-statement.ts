import { InvalidArgument } from "../core/index.ts"
import type { LearningTask, ProblemStatement } from "./statement.ts"
import { contradictions, type StatementProblem } from "./statement-contradictions.ts"
import { statementParts } from "./statement-parts.ts"

/** Names of offline metrics by the task they judge: the keys of the metric registry, as data. */
export type MetricNames = Readonly<Record<LearningTask, readonly string[]>>

/**
 * Everything wrong with a statement, by part: first what is missing, and once nothing is, what contradicts.
 *
 * @param statement - as written; may come from a file and be anything
 * @param metrics - names of offline metrics by task; a cutoff such as `@10` may follow a ranking metric
 * @returns an empty list when the statement stands
 */
export function statementProblems(statement: unknown, metrics: MetricNames): readonly StatementProblem[] {
  const missing = statementParts.flatMap(({ part, expected, write, holds }) => {
    const came = at(statement, part)
    return holds(came) ? [] : [{ part, expected, came: shown(came), write }]
  })
  if (missing.length > 0) return missing
  const whole = statement as ProblemStatement
  return [...contradictions(whole), ...wrongMetrics(whole, metrics)]
}

/**
 * The statement itself when nothing is missing and nothing contradicts.
 *
 * @throws {@link InvalidArgument} naming the first part that is wrong, what belongs there and what to write, and how many more there are
 */
export function checkStatement(statement: unknown, metrics: MetricNames): ProblemStatement {
  const [first, ...more] = statementProblems(statement, metrics)
  if (first === undefined) return statement as ProblemStatement
  const rest = more.length === 0 ? "" : ` ${more.length} more: ${[...new Set(more.map(({ part }) => part))].slice(0, 5).join(", ")}.`
  throw new InvalidArgument(`problem.${first.part}`, first.expected, first.came, `${first.write}${rest}`)
}

function wrongMetrics({ metrics: { offline }, setUp }: ProblemStatement, names: MetricNames): readonly StatementProblem[] {
  const { task } = setUp.learning
  return offline.flatMap(({ name }) => {
    const [base] = name.split("@") as [string]
    if (names[task].includes(base)) return []
    const owner = (Object.keys(names) as LearningTask[]).find((other) => names[other].includes(base))
    return [
      {
        part: "metrics.offline",
        expected: `a ${task} metric among ${names[task].join(", ")}`,
        came: owner === undefined ? JSON.stringify(name) : `${JSON.stringify(name)}, a ${owner} metric`,
        write: "Choose a metric that judges this task.",
      },
    ]
  })
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((here, key) => (here as Record<string, unknown> | null | undefined)?.[key], value)
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing"
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}, not all complete`
  if (typeof value === "object" && value !== null) return "something incomplete"
  return JSON.stringify(value)
}
