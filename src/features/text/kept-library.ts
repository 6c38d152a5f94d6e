import { createRequire } from "node:module"
import { Unavailable } from "../../core/index.ts"

const load = createRequire(import.meta.url)

/** A library of language data, loaded at first use because it is large. @throws {@link Unavailable} with the command that installs it */
export function keptLibrary(name: string): unknown {
  try {
    return load(name)
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "an error while loading"
    throw new Unavailable("text", `the package ${name}`, reason, `Run: npm install ${name}`)
  }
}
