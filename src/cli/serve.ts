import type { Engine } from "../engine/index.ts"
import { checkExposure, createServer, processMemory } from "../serving/index.ts"
import type { CliContext, Command, Input } from "./command.ts"
import { portFlags, portOf, textFlag } from "./input.ts"
import { page } from "./page.ts"
import { scoringHere } from "./scoring.ts"
import { openOptions, print } from "./with-engine.ts"

/** `trommel serve`. */
export const serveCommand: Command = {
  name: "serve",
  usage: "trommel serve [--host ADDRESS] [--port N] [--log-requests]",
  summary: "the HTTP API, its documentation at /docs, the page and the metrics",
  text: "Starts on an empty store too; GET /ready says what is missing. Ctrl-C lets requests under way finish.",
  flags: { ...portFlags, "log-requests": { text: "a JSON line on standard error for every request" } },
  positionals: [0, 0],
  async run(input, context) {
    // Settings are checked before the store is opened, so that a mistake costs nothing.
    const settings = serverSettings(input, context)
    const own = openOptions("write", input, (text) => context.stderr.write(`${text}\n`))
    const engine = await context.open({ ...own, scoring: scoringHere() })
    return serveUntilStopped(engine, settings, input, context)
  },
}

/** How the server is to listen, from flags and environment. */
export function serverSettings(input: Input, { env }: CliContext) {
  const apiKeys = (env.TROMMEL_API_KEYS ?? "")
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "")
  const settings = { host: textFlag(input, "host") ?? "127.0.0.1", port: portOf(input, env), apiKeys }
  checkExposure(settings.host, apiKeys)
  return settings
}

/** Opens the port, prints the address, and serves until the stop signal; then lets requests finish and closes the store. */
export async function serveUntilStopped(
  engine: Engine,
  settings: ReturnType<typeof serverSettings>,
  input: Input,
  context: CliContext,
): Promise<number> {
  const { stderr, signal, version } = context
  const server = createServer({
    ...settings,
    handlers: engine.handlers,
    version,
    page,
    onFault: (error, route) => stderr.write(`fault in ${route}: ${error instanceof Error ? error.stack : String(error)}\n`),
    ...(input.flags["log-requests"] === true ? { onRequest: (line) => void stderr.write(`${JSON.stringify(line)}\n`) } : {}),
  })
  try {
    stderr.write(costLines(engine))
    await engine.warmUp()
    const address = await server.listen()
    const { ready, missing } = engine.handlers.ready()
    if (!ready) stderr.write(`warning: not ready: ${missing.join("; ")}\n`)
    print({ address, ready, missing }, () => `${address}\n`, input, context)
    await stopped(signal)
    return 0
  } finally {
    await server.close()
    await engine.close()
  }
}

/** What serving takes, said before it starts: memory now and for each more, and what a page writes. */
export function costLines(engine: Engine): string {
  const { stateBytes, idBytes, catalogueBytes, duplicateBytes, releases, processBytes, totalBytes, keys, pages } = engine.costs()
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const perKey = keys
    .filter(({ key }) => key !== "global")
    .map(
      ({ key, fixedBytes, entryBytes }) =>
        `${fixedBytes} bytes a ${key}${entryBytes === 0 ? "" : ` and ${entryBytes} each thing in its lists`}`,
    )
  const perPage = pages.map(
    ({ system, featureBytes }) =>
      `${system} ${Math.round(featureBytes)} bytes a page, ${mb(featureBytes * 86_400)} a day at one page a second`,
  )
  const byRelease = releases.map(({ system, parts }) => {
    const each = Object.entries(parts).map(([name, bytes]) => `${name} ${mb(bytes)}`)
    return `${system} ${mb(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0))}${each.length === 0 ? "" : ` (${each.join(", ")})`}`
  })
  const { residentBytes, anonymousBytes } = processMemory()
  const anonymous = anonymousBytes === undefined ? "" : `, ${mb(anonymousBytes)} of it behind no file`
  return [
    `memory by formula: ${mb(totalBytes)} = state ${mb(stateBytes)}, ids ${mb(idBytes)}, items ${mb(catalogueBytes)}, ids of events ${mb(duplicateBytes)}, ${byRelease.join(", ")}, the process itself ${mb(processBytes)}`,
    `memory now: ${mb(residentBytes)} resident${anonymous}; state takes ${perKey.join(", ")}`,
    `log: served feature values, ${perPage.join("; ")}`,
    "",
  ].join("\n")
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })
}
