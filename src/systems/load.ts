import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { InvalidArgument, NotFound } from "../core/index.ts"
import type { ProblemStatement, SystemDefinition } from "../definition/index.ts"
import { type ConfigFile, readConfigFile } from "./config-file.ts"
import { recommendation } from "./recommendation/index.ts"

/** The kinds of system that ship with the package, under their default names. */
export const kinds: Readonly<Record<string, () => SystemDefinition>> = { recommendation }

/** Where definitions are looked for when no file is named. */
export const CONFIG_FILES = ["trommel.config.js", "trommel.config.mjs"] as const

/**
 * The systems of a configuration file, and the built-in kinds whose names it leaves free.
 *
 * @param config - its path; without one, `trommel.config.js` of the working directory when there is one
 * @throws {@link NotFound} on a named file that is not there, {@link InvalidArgument} on one that defines nothing or a name twice
 */
export async function loadSystems(config?: string): Promise<readonly SystemDefinition[]> {
  return (await loadConfig(config)).systems
}

/**
 * Systems as {@link loadSystems} gives them, and problems by name: of those systems, and of what is planned before its kind exists.
 *
 * @throws as {@link loadSystems} does, and {@link InvalidArgument} on a statement with a part missing or contradictory
 */
export async function loadConfig(config?: string): Promise<ConfigFile> {
  const own = await ownConfig(config)
  const names = own.systems.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at) ?? names.find((name) => Object.hasOwn(own.problems, name))
  if (twice !== undefined)
    throw new InvalidArgument(config ?? CONFIG_FILES[0], "each system name once", `${twice} twice`, "Rename one of them.")
  const free = Object.entries(kinds).filter(([name]) => !names.includes(name))
  const systems = [...own.systems, ...free.map(([, make]) => make())]
  const problems: Record<string, ProblemStatement> = { ...own.problems }
  for (const { name, problem } of systems) problems[name] ??= problem
  return { systems, problems }
}

async function ownConfig(config: string | undefined): Promise<ConfigFile> {
  const name = config ?? CONFIG_FILES.find((file) => existsSync(resolve(file)))
  if (name === undefined) return { systems: [], problems: {} }
  const path = resolve(name)
  if (!existsSync(path)) throw new NotFound("--config", "a file that exists", name, "Check the path.")
  return readConfigFile(path, config ?? name)
}
