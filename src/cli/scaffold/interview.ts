import { InvalidArgument, throwIfCancelled } from "../../core/index.ts"
import {
  type Answers,
  answeredStatement,
  type InterviewQuestion,
  interviewQuestions,
  type StatementKind,
  statements,
} from "../../problem/index.ts"
import type { CliContext } from "../command.ts"
import { type Blueprint, FIELD_TYPES, fieldsText, parseFields, usualItems } from "./blueprint.ts"

const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** What the definition needs beside the problem. */
interface Own {
  readonly name: string
  readonly collection: string
  readonly fields: NonNullable<Blueprint["items"]>["fields"]
}

/** A question about the definition itself. */
interface OwnQuestion extends Omit<InterviewQuestion, "read"> {
  read(text: string): Partial<Own> | undefined
}

/**
 * Walks through the clarifying questions of a kind: each with why it matters and what is taken when the answer is empty. An answer that is
 * none, or that contradicts an earlier one, is asked for again; at the end of the input the rest stays as the kind takes it.
 */
export async function interview(kind: StatementKind, runs: boolean, context: CliContext): Promise<Blueprint> {
  const questions = interviewQuestions(statements[kind])
  let own: Own = { name: kind, ...usualItems }
  const ownQuestions = runs ? definitionQuestions(own) : definitionQuestions(own).slice(0, 1)
  const total = ownQuestions.length + questions.length
  let at = 0
  for (const question of ownQuestions) {
    await untilRead(question, ++at, total, context, (text) => {
      const found = question.read(text)
      own = { ...own, ...found }
      return found === undefined ? question.expected : undefined
    })
  }
  let answers: Answers = {}
  for (const question of questions) {
    await untilRead(question, ++at, total, context, (text) => {
      const next = question.read(text, answers)
      if (next === undefined) return question.expected
      const refused = contradiction(kind, next)
      if (refused === undefined) answers = next
      return refused
    })
  }
  const { name, ...items } = own
  return { kind, name, answers, ...(runs ? { items } : {}) }
}

function definitionQuestions({ name, collection, fields }: Own): readonly OwnQuestion[] {
  const word = "lower-case letters, digits and dashes"
  return [
    {
      ask: "What is the system called?",
      why: "it is a path of the API and a word of every command",
      taken: name,
      expected: word,
      read: (text) => (NAME.test(text) ? { name: text } : undefined),
    },
    {
      ask: "In which collection do its items live?",
      why: "one store serves several systems: films, products, documents",
      taken: collection,
      expected: word,
      read: (text) => (NAME.test(text) ? { collection: text } : undefined),
    },
    {
      ask: "Which fields have they?",
      why: "likeness, filters and features are made from them",
      taken: fieldsText(fields),
      expected: `names with types, such as title:text, genres:categories, year:number (${FIELD_TYPES.join(", ")})`,
      read(text) {
        const found = parseFields(text)
        return found === undefined ? undefined : { fields: found }
      },
    },
  ]
}

/** Asks until the answer is taken; an empty one, and the end of the input, leave what is taken without one. */
async function untilRead(
  { ask, why, taken }: Pick<InterviewQuestion, "ask" | "why" | "taken">,
  at: number,
  total: number,
  context: CliContext,
  read: (text: string) => string | undefined,
): Promise<void> {
  let text = `\n${at}/${total}  ${ask}\n      why: ${why}\n      [${taken}] > `
  for (;;) {
    const answer = (await context.ask(text))?.trim()
    throwIfCancelled(context.signal, "interview")
    if (answer === undefined || answer === "") return
    const expected = read(answer)
    if (expected === undefined) return
    text = `      expected ${expected}, came ${JSON.stringify(answer)}. Try again, or press Enter for [${taken}] > `
  }
}

/** Why the answers do not stand together, `undefined` when they do. */
function contradiction(kind: StatementKind, answers: Answers): string | undefined {
  try {
    answeredStatement(kind, answers)
    return undefined
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error
    return `${error.expected} (${error.where}): ${error.remedy}`
  }
}
