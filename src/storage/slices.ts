import { setImmediate as nextTurn } from "node:timers/promises"

/** Milliseconds of work before other work gets its turn. */
const SLICE_MS = 1

/** Runs `step` until it answers false, giving way to other work of this thread about every millisecond. */
export async function inSlices(step: () => boolean): Promise<void> {
  let started = performance.now()
  while (step()) {
    if (performance.now() - started < SLICE_MS) continue
    await nextTurn()
    started = performance.now()
  }
}
