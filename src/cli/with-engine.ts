import type { Engine, WorkOptions } from "../engine/index.ts"
import type { CliContext, Input, OpenOptions } from "./command.ts"
import { type ProgressLine, progressLine } from "./progress.ts"

/** What a command needs around its work on an engine. */
export interface Work {
  readonly engine: Engine
  readonly line: ProgressLine
  /** Progress and stop signal, as every long call takes them. */
  readonly options: Required<WorkOptions>
}

/** Opens the store, runs the work with progress on standard error, and closes whatever happens. */
export async function withEngine<T>(
  title: string,
  mode: OpenOptions["mode"],
  input: Input,
  context: CliContext,
  work: (tools: Work) => Promise<T>,
): Promise<T> {
  const line = progressLine(title, context.stderr, context.monotonicMs)
  const engine = await context.open(openOptions(mode, input, line.note))
  try {
    return await work({ engine, line, options: { onProgress: line.show, signal: context.signal } })
  } finally {
    line.end()
    await engine.close()
  }
}

/** How a command opens the store it was told of; warnings go to `note`. */
export function openOptions(mode: OpenOptions["mode"], { store, tenant, config }: Input, note: (text: string) => void): OpenOptions {
  return { store, tenant, mode, onWarning: (message) => note(`warning: ${message}`), ...(config === undefined ? {} : { config }) }
}

/** Prints a result: one line of JSON, or what people read. */
export function print(result: unknown, human: () => string, { json }: Input, { stdout }: CliContext): void {
  stdout.write(json ? `${JSON.stringify(result)}\n` : human())
}
