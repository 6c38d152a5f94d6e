import type { Engine, WorkOptions } from "../engine/api.ts"
import type { CliContext, Input } from "./command.ts"
import { type ProgressLine, progressLine } from "./progress.ts"

/** What a command needs around its work on an engine. */
export interface Work {
  readonly engine: Engine
  readonly line: ProgressLine
  /** Progress and stop signal, as every long call takes them. */
  readonly options: Required<WorkOptions>
}

/** Opens the store, runs the work with progress on standard error, and closes whatever happens. */
export async function withEngine<T>(title: string, input: Input, context: CliContext, work: (tools: Work) => Promise<T>): Promise<T> {
  const { store, tenant, config } = input
  const engine = await context.open({ store, tenant, ...(config === undefined ? {} : { config }) })
  const line = progressLine(title, context.stderr, context.monotonicMs)
  try {
    return await work({ engine, line, options: { onProgress: line.show, signal: context.signal } })
  } finally {
    line.end()
    await engine.close()
  }
}

/** Prints a result: one line of JSON, or what people read. */
export function print(result: unknown, human: () => string, { json }: Input, { stdout }: CliContext): void {
  stdout.write(json ? `${JSON.stringify(result)}\n` : human())
}
