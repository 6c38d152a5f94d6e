import { createRequire, register } from "node:module"
import { pathToFileURL } from "node:url"
import { InvalidArgument } from "../core/index.ts"
import { checkProblem, type ProblemStatement, type SystemDefinition } from "../definition/index.ts"

/** What a configuration file defines: systems that run, and problems that can be planned before their kind exists. */
export interface ConfigFile {
  readonly systems: readonly SystemDefinition[]
  readonly problems: Readonly<Record<string, ProblemStatement>>
}

/**
 * Reads a configuration file: a module whose default export is a list of definitions, or an object with `systems`; `problems`, statements by
 * name, may stand beside them or alone.
 *
 * @param shown - how errors call it
 * @throws {@link InvalidArgument} on a file that defines nothing, or a statement with a part missing or contradictory
 */
export async function readConfigFile(path: string, shown: string): Promise<ConfigFile> {
  resolveOwnName(path)
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown; systems?: unknown; problems?: unknown }
  const given = loaded.default ?? loaded.systems
  const inside = given as { systems?: unknown; problems?: unknown } | undefined
  const list = Array.isArray(given) ? given : inside?.systems
  const problems = loaded.problems ?? (Array.isArray(given) ? undefined : inside?.problems)
  const isSystems = Array.isArray(list) && list.length > 0 && list.every(isDefinition)
  if (!isSystems && !(list === undefined && problems !== undefined)) {
    throw new InvalidArgument(shown, "a default export with a list of systems", typeof given, "export default [recommendation({ ... })]")
  }
  const statements = Object.entries((problems ?? {}) as Record<string, unknown>).map(
    ([name, statement]) => [name, checkProblem(statement)] as const,
  )
  return { systems: isSystems ? list : [], problems: Object.fromEntries(statements) }
}

const isDefinition = (value: unknown): value is SystemDefinition =>
  typeof value === "object" && value !== null && "name" in value && "train" in value && "funnel" in value

/** Beside its own lookup, a file that says `import "trommel"` finds this very package: a definition needs no installation of its own. */
const HOOK = `let own
export const initialize = (url) => { own = url }
export async function resolve(name, context, next) {
  if (!/^trommel(\\/|$)/.test(name)) return next(name, context)
  try { return await next(name, context) } catch { return next(name, { ...context, parentURL: own }) }
}`

let hooked = false

function resolveOwnName(path: string): void {
  if (hooked || typeof register !== "function") return
  try {
    createRequire(path).resolve("trommel")
  } catch {
    hooked = true
    register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: import.meta.url })
  }
}
