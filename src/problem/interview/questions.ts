import { formatQuantity } from "../quantity.ts"
import type { AnswerKey, ProblemStatement } from "../statement.ts"
import { type Answers, answerQuantity } from "./answers.ts"
import { parseNumber } from "./parse-number.ts"

/** One question of an interview: what is asked, why it matters, what is taken without an answer, and how an answer is read. */
export interface InterviewQuestion {
  readonly ask: string
  readonly why: string
  readonly taken: string
  /** The answers with this one in them; `undefined` when the text is none, then `expected` says what is. */
  read(text: string, before: Answers): Answers | undefined
  readonly expected: string
}

const wording: Readonly<Record<AnswerKey, { readonly ask: string; readonly why: string }>> = {
  users: { ask: "How many users?", why: "sizes state and privacy work" },
  items: { ask: "How many items can be answered with?", why: "decides index, memory and the first stage" },
  requestsPerDay: { ask: "How many requests a day?", why: "decides cost, log and training rows" },
  peakQps: { ask: "How many requests a second at peak?", why: "decides cores and replicas" },
  p99Ms: {
    ask: "Within how many milliseconds must 99 of 100 requests be answered?",
    why: "caps every stage; the budgets keep their shares",
  },
  trainingRowsPerDay: { ask: "How many training rows a day?", why: "decides the model family: linear, trees, network" },
  retrainHours: { ask: "Every how many hours is it trained again?", why: "how stale a model may be" },
  onlineMetric: { ask: "Which number on live traffic stands for success?", why: "it decides every test" },
  interpretability: { ask: "Must decisions be explained: none, global or per-decision?", why: "rules out families that cannot" },
  accelerator: { ask: "Is there an accelerator (GPU)?", why: "decides whether networks can be trained and served" },
}

/** Asked of every kind at the end, where no clarifying question of its own has. */
const always: readonly AnswerKey[] = ["requestsPerDay", "trainingRowsPerDay", "interpretability", "accelerator"]

/** The questions of a kind in the order they are asked: its clarifying questions, each with the numbers that answer it, then what is left. */
export function interviewQuestions(statement: ProblemStatement): readonly InterviewQuestion[] {
  const { questions } = statement.setUp
  const own = new Set(questions.flatMap(({ sets = [] }) => sets))
  return [
    ...questions.flatMap(({ ask, why, taken, sets = [] }) =>
      sets.length === 0 ? [sentence(ask, why, taken)] : sets.map((key) => ofKey(key, statement, why)),
    ),
    ...always.filter((key) => !own.has(key)).map((key) => ofKey(key, statement)),
  ]
}

function sentence(ask: string, why: string, taken: string): InterviewQuestion {
  return {
    ask,
    why,
    taken,
    expected: "a sentence",
    read: (text, before) => (text.length <= 300 ? { ...before, said: { ...before.said, [ask]: text } } : undefined),
  }
}

function ofKey(key: AnswerKey, statement: ProblemStatement, because?: string): InterviewQuestion {
  const { ask, why } = wording[key]
  const reason = because === undefined || because === why ? why : `${because}; ${why}`
  const quantity = answerQuantity(key, statement)
  if (quantity !== undefined) {
    return {
      ask,
      why: reason,
      taken: formatQuantity(quantity),
      expected: "a number above 0, such as 250000, 250k or 1.5 million",
      read(text, before) {
        const value = parseNumber(text)
        return value === undefined || !(value > 0) ? undefined : { ...before, [key]: value }
      },
    }
  }
  const { known, taken, value } = choicesOf(key, statement)
  return {
    ask,
    why: reason,
    taken,
    expected: `one of ${known.join(", ")}`,
    read(text, before) {
      const found = known.find((name) => name.toLowerCase() === text.toLowerCase())
      return found === undefined ? undefined : { ...before, [key]: value(found) }
    },
  }
}

function choicesOf(key: AnswerKey, { metrics, setUp }: ProblemStatement) {
  const same = (name: string): string | boolean => name
  if (key === "onlineMetric") return { known: metrics.online.map(({ name }) => name), taken: setUp.objective.onlineMetric, value: same }
  if (key === "interpretability") {
    return { known: ["none", "global", "per-decision"], taken: setUp.constraints.interpretability, value: same }
  }
  return { known: ["yes", "no"], taken: setUp.constraints.accelerator ? "yes" : "no", value: (name: string) => name === "yes" }
}
