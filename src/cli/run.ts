import { TrommelError } from "../core/index.ts"
import type { CliContext } from "./command.ts"
import { exitCodeOf } from "./exit-codes.ts"
import { commandHelp, findCommand, overview } from "./help.ts"
import { readInput } from "./input.ts"

/** Runs one command line and returns its exit code; whatever goes wrong is told on standard error, or as the one JSON line. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === undefined || name === "--help" || name === "-h") {
      context.stdout.write(overview())
      return name === undefined ? 2 : 0
    }
    if (name === "--version" || name === "-v") {
      context.stdout.write(`${context.version}\n`)
      return 0
    }
    const command = findCommand(name)
    const end = rest.indexOf("--")
    if ((end < 0 ? rest : rest.slice(0, end)).some((arg) => arg === "--help" || arg === "-h")) {
      context.stdout.write(commandHelp(command))
      return 0
    }
    return (await command.run(readInput(command, rest, context), context)) ?? 0
  } catch (error) {
    return tell(error, rest.includes("--json"), context)
  }
}

function tell(error: unknown, json: boolean, { stdout, stderr, signal, env }: CliContext): number {
  // Work that a stop signal broke off may fail in its own words; what happened is the stop.
  if (signal.aborted && !(error instanceof TrommelError && error.code !== "cancelled")) {
    stderr.write("trommel: stopped. Finished parts are kept: running the same command again goes on from there.\n")
    if (json) stdout.write(`${JSON.stringify({ error: { code: "cancelled" } })}\n`)
    return exitCodeOf.cancelled
  }
  if (error instanceof TrommelError) {
    const { code, where, expected, came, remedy } = error
    if (json) stdout.write(`${JSON.stringify({ error: { code, where, expected, came, remedy } })}\n`)
    stderr.write(`${error.message}\n`)
    return exitCodeOf[code]
  }
  const fault = error instanceof Error ? error : new Error(String(error))
  if (json) stdout.write(`${JSON.stringify({ error: { code: "internal", where: "trommel", came: fault.message } })}\n`)
  stderr.write(`trommel: unexpected fault: ${env.TROMMEL_DEBUG ? (fault.stack ?? fault.message) : fault.message}\n`)
  if (!env.TROMMEL_DEBUG) stderr.write("Set TROMMEL_DEBUG=1 and run it again to see where.\n")
  return 1
}
