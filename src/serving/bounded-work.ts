import type { FastifyReply } from "fastify"
import { DeadlineExceeded } from "../core/index.ts"
import type { ServingContext } from "./context.ts"

/**
 * Runs the work of one request inside the gate and inside its time.
 *
 * The signal fires when the client leaves or the time is over; work keeps its place until it has really ended, so the bound holds
 * for work that ignores the signal too.
 * @param work - gets the signal and the milliseconds left after waiting
 * @throws Overloaded when there is no place in time
 * @throws DeadlineExceeded when the work has not ended `graceMs` after its time
 */
export async function boundedWork<T>(
  context: ServingContext,
  reply: FastifyReply,
  timeoutMs: number,
  work: (signal: AbortSignal, leftMs: number) => Promise<T>,
): Promise<T> {
  const { gate, clock, limits } = context
  const controller = new AbortController()
  const { signal } = controller
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  const asked = clock.monotonicMs()
  const place = gate.enter(timeoutMs, signal)
  if (place !== undefined) await place
  const started = clock.monotonicMs()
  const leftMs = Math.max(1, timeoutMs - (started - asked))
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      controller.abort()
      reject(
        new DeadlineExceeded(
          "request",
          `an answer within ${Math.round(timeoutMs)} ms`,
          "none yet",
          "Allow more time with timeoutMs, or ask for less.",
        ),
      )
    }, leftMs + limits.graceMs)
    const ended = () => {
      clearTimeout(timer)
      gate.leave(clock.monotonicMs() - started)
    }
    // A handler that throws before its first await must give its place back like any other.
    Promise.resolve()
      .then(() => work(signal, leftMs))
      .then(resolve, reject)
      .finally(ended)
  })
}
