import { readFileSync } from "node:fs"
import { Conflict } from "../core/index.ts"
import type { CliContext } from "./command.ts"
import { prompter } from "./prompter.ts"

/** The real world: this process's streams, signals and store. `dispose` lets the process end by itself. */
export function processContext(): { readonly context: CliContext; dispose(): void } {
  const stop = new AbortController()
  let asked = 0
  const onSignal = (name: NodeJS.Signals) => {
    asked++
    if (asked > 1) process.exit(130)
    process.stderr.write(`\ntrommel: ${name === "SIGINT" ? "Ctrl-C" : name}: stopping; once more stops at once.\n`)
    stop.abort()
  }
  process.on("SIGINT", onSignal)
  process.on("SIGTERM", onSignal)
  // A reader that has enough, such as head, is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))
  const { ask, end } = prompter(stop.signal)
  return {
    context: {
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      signal: stop.signal,
      monotonicMs: () => performance.now(),
      ask,
      version: packageVersion(),
      async open({ store, tenant, config, mode, scoring = "inline", onWarning }) {
        const [{ open }, { loadSystems }] = await Promise.all([import("../engine/index.ts"), import("../systems/index.ts")])
        const systems = await loadSystems(config)
        const openAs = (as: "write" | "read") => open({ store, tenant, systems, scoring, onWarning, mode: as, ...personalKey() })
        if (mode !== "either") return openAs(mode)
        try {
          return await openAs("write")
        } catch (error) {
          // A server has the store: what it writes is followed, and what is changed beside it goes through the log and the live pointer.
          if (error instanceof Conflict) return openAs("read")
          throw error
        }
      },
      async demo(options) {
        const { demoWorld } = await import("./demo-world.ts")
        return demoWorld(options)
      },
    },
    dispose() {
      end()
      process.off("SIGINT", onSignal)
      process.off("SIGTERM", onSignal)
    },
  }
}

/** The key that hashes personal fields stays out of argument lists, which other users of the machine can read. */
function personalKey(): { readonly personalKey?: string } {
  const key = process.env.TROMMEL_PERSONAL_KEY
  return key === undefined || key === "" ? {} : { personalKey: key }
}

/** The version of the package this file belongs to, run from source or from the build. */
function packageVersion(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as { name: string; version: string }
      if (name === "trommel") return version
    } catch {
      // Not at this level: the build is one folder deeper than the source.
    }
  }
  return "0.0.0"
}
