import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { InvalidArgument, NotFound } from "../core/index.ts"
import type { SystemDefinition } from "../definition/index.ts"
import { recommendation } from "./recommendation/index.ts"

/** The kinds of system that ship with the package, under their default names. */
export const kinds: Readonly<Record<string, () => SystemDefinition>> = { recommendation }

/** Where definitions are looked for when no file is named. */
const DEFAULT_CONFIG = "trommel.config.js"

/**
 * The systems of a configuration file, and the built-in kinds whose names it leaves free.
 *
 * The file is a module whose default export is a list of definitions, or an object with `systems`.
 * @param config - its path; without one, `trommel.config.js` of the working directory when there is one
 * @throws {@link NotFound} on a named file that is not there, {@link InvalidArgument} on one that defines nothing or a name twice
 */
export async function loadSystems(config?: string): Promise<readonly SystemDefinition[]> {
  const path = resolve(config ?? DEFAULT_CONFIG)
  if (!existsSync(path)) {
    if (config === undefined) return Object.values(kinds).map((make) => make())
    throw new NotFound("--config", "a file that exists", config, "Check the path.")
  }
  const own = await definitionsOf(path, config ?? DEFAULT_CONFIG)
  const names = own.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined)
    throw new InvalidArgument(config ?? DEFAULT_CONFIG, "each system name once", `${twice} twice`, "Rename one of them.")
  const free = Object.entries(kinds).filter(([name]) => !names.includes(name))
  return [...own, ...free.map(([, make]) => make())]
}

async function definitionsOf(path: string, shown: string): Promise<readonly SystemDefinition[]> {
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown; systems?: unknown }
  const given = loaded.default ?? loaded.systems
  const list = Array.isArray(given) ? given : (given as { systems?: unknown } | undefined)?.systems
  if (!Array.isArray(list) || list.length === 0 || !list.every(isDefinition)) {
    throw new InvalidArgument(shown, "a default export with a list of systems", typeof given, "export default [recommendation({ ... })]")
  }
  return list
}

const isDefinition = (value: unknown): value is SystemDefinition =>
  typeof value === "object" && value !== null && "name" in value && "train" in value && "funnel" in value
