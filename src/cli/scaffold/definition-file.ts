import type { Blueprint } from "./blueprint.ts"

/** The text of a definition file: a module that every command loads, written to be edited. */
export function definitionFile({ kind, name, answers, items }: Blueprint): string {
  const problem = `answeredStatement(${JSON.stringify(kind)}, ${literal(answers, 0)})`
  if (items === undefined) {
    return `// ${name}: planned as ${kind}. \`trommel plan ${name}\` writes its design document from these answers; change them and plan again.
import { answeredStatement } from "trommel"

export const problems = {
  ${JSON.stringify(name)}: ${problem.replaceAll("\n", "\n  ")},
}
`
  }
  const fields = Object.entries(items.fields).map(([field, type]) => `${field}: field.${type}()`)
  return `// ${name}: what it decides, for whom and at what scale. \`trommel plan ${name}\` writes its design document from these answers.
import { answeredStatement, field, recommendation } from "trommel"

const problem = ${problem}

export default [
  recommendation({
    name: ${JSON.stringify(name)},
    // Where its items live: \`trommel import ${name} FILES\` fills it.
    collection: ${JSON.stringify(items.collection)},
    schema: {
      item: { ${fields.join(", ")} },
    },
    problem,
  }),
]
`
}

/** JSON as people write it in a module: keys that are words without quotes, one a line. */
function literal(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return "{}"
  const pad = "  ".repeat(depth + 1)
  const key = (name: string) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name))
  return `{\n${entries.map(([name, inner]) => `${pad}${key(name)}: ${literal(inner, depth + 1)},\n`).join("")}${"  ".repeat(depth)}}`
}
