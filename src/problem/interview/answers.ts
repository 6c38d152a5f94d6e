import { unknownName } from "../../core/index.ts"
import { checkStatement, type MetricNames } from "../check-statement.ts"
import { computed, formatQuantity, type Quantity, stated } from "../quantity.ts"
import type { AnswerKey, Guardrail, Interpretability, LatencyBudget, ProblemStatement } from "../statement.ts"
import { type StatementKind, statements } from "../statements/index.ts"

/** Answers to the clarifying questions of a kind; what is left out stays as the kind takes it. Plain JSON. */
export interface Answers {
  readonly users?: number
  readonly items?: number
  readonly requestsPerDay?: number
  readonly peakQps?: number
  readonly p99Ms?: number
  readonly trainingRowsPerDay?: number
  readonly retrainHours?: number
  /** A name among the kind's online metrics. */
  readonly onlineMetric?: string
  readonly interpretability?: Interpretability
  readonly accelerator?: boolean
  /** Sentences that answer questions, by the question. */
  readonly said?: Readonly<Record<string, string>>
}

/** The busiest minutes of a day over its mean, when nobody says otherwise. */
const PEAK_OVER_MEAN = 3
const ANSWERED = "answered in the interview"

/**
 * The statement of a kind with a team's own answers in it.
 *
 * What an answer implies follows: matches keep their share of the items, the peak is three times the mean unless it is answered, every
 * latency budget and guardrail on the answer time keeps its share of the service level, and no stage keeps more than it is given.
 * @throws {@link NotFound} on an unknown kind or question, {@link InvalidArgument} when the answers contradict each other
 */
export function answeredStatement(kind: StatementKind, answers: Answers): ProblemStatement {
  if (!Object.hasOwn(statements, kind)) throw unknownName("answeredStatement", "kind", kind, Object.keys(statements))
  const usual: ProblemStatement = statements[kind]
  const { setUp } = usual
  const { said = {} } = answers
  const asked = setUp.questions.map(({ ask }) => ask)
  for (const question of Object.keys(said)) {
    if (!asked.includes(question)) throw unknownName("answeredStatement", "question", question, asked)
  }
  const scale = answeredScale(usual, answers)
  const metric = answers.onlineMetric ?? setUp.objective.onlineMetric
  const { constraints } = setUp
  const statement: ProblemStatement = {
    ...usual,
    setUp: {
      ...setUp,
      objective: { ...setUp.objective, onlineMetric: metric },
      constraints: {
        ...constraints,
        accelerator: answers.accelerator ?? constraints.accelerator,
        interpretability: answers.interpretability ?? constraints.interpretability,
        interpretabilityWhy: answers.interpretability === undefined ? constraints.interpretabilityWhy : ANSWERED,
      },
      questions: setUp.questions.map((question) => ({
        ...question,
        taken: said[question.ask] ?? takenFrom(question.sets, answers, scale) ?? question.taken,
      })),
    },
    scale,
    metrics: { ...usual.metrics, guardrails: usual.metrics.guardrails.map((line) => timeGuardrail(line, usual, scale)) },
    online: { ...usual.online, experiment: { ...usual.online.experiment, primary: metric } },
  }
  return checkStatement(statement, ownMetrics(usual))
}

/** No answer changes the offline metrics: those of the kind stand as they are. */
function ownMetrics({ metrics, setUp }: ProblemStatement): MetricNames {
  const none: MetricNames = { ranking: [], classification: [], regression: [], segmentation: [], spans: [] }
  return { ...none, [setUp.learning.task]: metrics.offline.map(({ name }) => name.split("@")[0]!) }
}

/** What each key means in a statement: its value there, with its unit. `undefined` for choices. */
export function answerQuantity(key: AnswerKey, { scale }: Pick<ProblemStatement, "scale">): Quantity | undefined {
  switch (key) {
    case "users":
    case "items":
    case "requestsPerDay":
    case "peakQps":
    case "trainingRowsPerDay":
      return scale[key]
    case "p99Ms":
      return scale.latency.p99Ms
    case "retrainHours":
      return scale.staleness.retrainHours
    default:
      return undefined
  }
}

function answeredScale({ scale }: ProblemStatement, answers: Answers): ProblemStatement["scale"] {
  const answered = (value: number | undefined, before: Quantity) => (value === undefined ? before : stated(value, before.unit, ANSWERED))
  const items = answered(answers.items && Math.max(1, Math.round(answers.items)), scale.items)
  const requestsPerDay = answered(answers.requestsPerDay, scale.requestsPerDay)
  const share = scale.matches.value / scale.items.value
  const matches =
    answers.items === undefined
      ? scale.matches
      : computed(
          Math.min(items.value, Math.max(1, Math.round(items.value * share))),
          "items",
          `${formatQuantity({ value: share, unit: "share" })} of the items`,
        )
  const peak = Math.max(1, Math.round((PEAK_OVER_MEAN * requestsPerDay.value) / 86_400))
  const peakQps =
    answers.peakQps === undefined && answers.requestsPerDay !== undefined
      ? computed(peak, "QPS", `${PEAK_OVER_MEAN} times the mean of ${formatQuantity(requestsPerDay)}`)
      : answered(answers.peakQps, scale.peakQps)
  // A peak alone says how busy the day is: as busy as the usual case at its peak.
  const perDay =
    answers.peakQps !== undefined && answers.requestsPerDay === undefined
      ? computed(
          Math.round((scale.requestsPerDay.value / scale.peakQps.value) * answers.peakQps),
          "requests/day",
          "the peak, with the usual day's share of it",
        )
      : requestsPerDay
  return {
    ...scale,
    users: answered(answers.users, scale.users),
    items,
    matches,
    requestsPerDay: perDay,
    peakQps,
    trainingRowsPerDay: answered(answers.trainingRowsPerDay, scale.trainingRowsPerDay),
    latency: answeredLatency(scale.latency, answers.p99Ms, matches.value),
    staleness: { ...scale.staleness, retrainHours: answered(answers.retrainHours, scale.staleness.retrainHours) },
  }
}

function answeredLatency(usual: LatencyBudget, p99Ms: number | undefined, matches: number): LatencyBudget {
  const share = p99Ms === undefined ? 1 : p99Ms / usual.p99Ms.value
  const budget = (ms: number) => Math.floor(ms * share * 1000) / 1000
  let into = matches
  const stages = usual.stages.map((stage) => {
    const keeps = Math.min(stage.keeps, into)
    const least = stage.least === undefined ? {} : { least: Math.min(stage.least, into) }
    into = keeps
    return { ...stage, ...least, keeps, budgetMs: budget(stage.budgetMs) }
  })
  return {
    p99Ms: p99Ms === undefined ? usual.p99Ms : stated(p99Ms, "ms", ANSWERED),
    fixed: usual.fixed.map((step) => ({ ...step, budgetMs: budget(step.budgetMs) })),
    stages,
  }
}

function timeGuardrail(line: Guardrail, usual: ProblemStatement, { latency }: ProblemStatement["scale"]): Guardrail {
  const isAnswerTime = line.limit.unit === "ms" && line.limit.value === usual.scale.latency.p99Ms.value
  return isAnswerTime ? { ...line, limit: { ...line.limit, value: latency.p99Ms.value } } : line
}

/** The sentence of a question that numbers or choices answered. */
function takenFrom(keys: readonly AnswerKey[] = [], answers: Answers, scale: ProblemStatement["scale"]): string | undefined {
  if (!keys.some((key) => answers[key] !== undefined)) return undefined
  return keys
    .map((key) => {
      const quantity = answerQuantity(key, { scale })
      return quantity === undefined ? String(answers[key]) : formatQuantity(quantity)
    })
    .join(", ")
}
