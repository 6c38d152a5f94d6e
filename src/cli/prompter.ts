import { createInterface, type Interface } from "node:readline"

/**
 * Asks on standard error and reads lines of standard input, from a terminal or a pipe. Lines that come before they are asked for wait; after
 * the end of the input every question goes unanswered.
 */
export function prompter(signal: AbortSignal): { ask(question: string): Promise<string | undefined>; end(): void } {
  let lines: Interface | undefined
  const early: string[] = []
  const waiting: ((line: string | undefined) => void)[] = []
  let isOver = false
  const over = () => {
    isOver = true
    for (const answer of waiting.splice(0)) answer(undefined)
  }
  const open = () => {
    const made = createInterface({ input: process.stdin, terminal: false })
    made.on("line", (line) => {
      const answer = waiting.shift()
      if (answer === undefined) early.push(line)
      else answer(line)
    })
    made.on("close", over)
    signal.addEventListener("abort", () => made.close(), { once: true })
    return made
  }
  return {
    ask(question) {
      lines ??= open()
      process.stderr.write(question)
      const line = early.shift()
      if (line !== undefined || isOver) return Promise.resolve(line)
      return new Promise((resolve) => waiting.push(resolve))
    },
    end: () => lines?.close(),
  }
}
