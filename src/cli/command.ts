import type { Engine, Progress } from "../engine/index.ts"

/** Where text goes; a TTY gets one line that changes, anything else gets lines. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** How a command opens its store. */
export interface OpenOptions {
  readonly store: string
  readonly tenant: string
  readonly config?: string
  /** `write` wants the store alone, `read` follows whoever writes it, `either` writes when nobody else does. */
  readonly mode: "write" | "read" | "either"
  /** Where models score for a request: beside the thread that answers, or on it (default). */
  readonly scoring?: "thread" | "inline"
  readonly onWarning: (message: string) => void
}

/** Everything a command takes from the world, so that tests can hand it another one. */
export interface CliContext {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Fires at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Shows a question and waits for a line; `undefined` when nobody answers any more. */
  ask(question: string): Promise<string | undefined>
  /** Milliseconds that only grow, for progress. */
  monotonicMs(): number
  readonly version: string
  open(options: OpenOptions): Promise<Engine>
  /** Builds the embedded world where it is missing, trains it, and returns the engine ready to serve. */
  demo(options: DemoOptions): Promise<Engine>
}

export interface DemoOptions {
  readonly store: string
  readonly tenant: string
  readonly seed: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** One flag as help shows it. `value` is its placeholder, such as DIR; a flag without one is a switch. */
export interface Flag {
  readonly value?: string
  readonly text: string
}

/** What a command was called with, checked against its flags. */
export interface Input {
  readonly positionals: readonly string[]
  readonly flags: Readonly<Record<string, string | true>>
  readonly store: string
  readonly tenant: string
  readonly config?: string
  readonly json: boolean
}

/** One command. */
export interface Command {
  readonly name: string
  readonly usage: string
  readonly summary: string
  /** Paragraphs of its help. */
  readonly text?: string
  readonly flags?: Readonly<Record<string, Flag>>
  /** Fewest and most positional arguments. */
  readonly positionals: readonly [least: number, most: number]
  /** Does the work; the number is the exit code, 0 when nothing is returned. */
  run(input: Input, context: CliContext): Promise<number | undefined>
}
