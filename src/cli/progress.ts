import type { Progress } from "../engine/index.ts"
import type { Output } from "./command.ts"
import { count } from "./table.ts"

const EVERY_MS = 2000
const TTY_EVERY_MS = 100

/** Shows how far long work is: one changing line on a terminal, else a line at most each two seconds. */
export interface ProgressLine {
  readonly show: (progress: Progress) => void
  /** Writes a line of its own, such as a warning, without breaking the changing one. */
  note(text: string): void
  /** Ends the changing line. */
  end(): void
}

/** Progress of `title` on `output`. */
export function progressLine(title: string, output: Output, monotonicMs: () => number): ProgressLine {
  const isTty = output.isTTY === true
  let last = Number.NEGATIVE_INFINITY
  let open = false
  const clear = () => {
    if (open) output.write("\r\u001b[K")
    open = false
  }
  return {
    show(progress) {
      const now = monotonicMs()
      if (now - last < (isTty ? TTY_EVERY_MS : EVERY_MS)) return
      last = now
      const line = `${title}: ${describe(progress)}`
      if (isTty) {
        output.write(`\r\u001b[K${line.slice(0, 160)}`)
        open = true
      } else output.write(`${line}\n`)
    },
    note(text) {
      clear()
      output.write(`${text}\n`)
    },
    end: clear,
  }
}

/** Counts with their share; a total of 1 is a share already. */
function describe({ step, done, total, note }: Progress): string {
  const percent = total === undefined || total === 0 ? "" : `${Math.floor((100 * done) / total)} %`
  const far =
    total === 1 || total === 0
      ? percent
      : total === undefined
        ? done === 0
          ? ""
          : count(done)
        : `${count(done)} of ${count(total)} (${percent})`
  return `${step}${far === "" ? "" : ` ${far}`}${note === undefined ? "" : `, ${note}`}`
}
