import type { CliContext } from "./command.ts"

/** Does the work once, or at each beat of `everyMs` until the stop signal; a beat that comes while work is under way is left out. */
export async function again(
  everyMs: number | undefined,
  { signal, monotonicMs }: Pick<CliContext, "signal" | "monotonicMs">,
  work: () => Promise<void>,
) {
  for (let due = monotonicMs(); ; ) {
    await work()
    if (everyMs === undefined) return
    do due += everyMs
    while (due <= monotonicMs())
    await paused(due - monotonicMs(), signal)
    if (signal.aborted) return
  }
}

/** Resolves after so long, or when the signal fires. */
function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1))
    function end() {
      clearTimeout(timer)
      signal.removeEventListener("abort", end)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener("abort", end, { once: true })
  })
}
