import { Cancelled, type Clock, DeadlineExceeded, Overloaded } from "../core/index.ts"

/** Counts of one gate, for `/metrics`. */
export interface AdmissionCounts {
  readonly inFlight: number
  readonly queued: number
  readonly admitted: number
  readonly rejected: number
}

/** Lets so many requests work at once, makes some wait, and refuses those whose wait would outlast their time. */
export interface Admission {
  /**
   * Takes a place, at once when one is free. Call {@link Admission.leave} exactly once when the work has ended.
   * @returns `undefined` when the place is held already; otherwise a promise for it
   * @throws Overloaded when the queue is full or the expected wait is longer than `timeoutMs`
   */
  enter(timeoutMs: number, signal: AbortSignal): Promise<void> | undefined
  /** Gives the place back, to the longest waiting; `workMs` is how long it was held. */
  leave(workMs: number): void
  counts(): AdmissionCounts
}

interface Waiting {
  take(): void
}

/**
 * A gate of `limit` places and a queue of at most `queueLimit`.
 *
 * Expected wait is (waiting + 1) x mean work time / places, the mean decaying by a sixteenth with each piece of work.
 * A request that could only be answered too late is refused while refusing is still cheap.
 */
export function admission(limit: number, queueLimit: number, clock: Clock): Admission {
  const queue = new Set<Waiting>()
  let inFlight = 0
  let admitted = 0
  let rejected = 0
  let meanMs = 0

  const refuse = (expected: string, came: string): Overloaded => {
    rejected++
    return new Overloaded("server", expected, came, "Try again after the time in Retry-After, or run more processes.")
  }
  const wait = (timeoutMs: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const asked = clock.monotonicMs()
      const stop = () => {
        clearTimeout(timer)
        signal.removeEventListener("abort", gone)
        queue.delete(waiting)
      }
      const waiting: Waiting = {
        take() {
          stop()
          resolve()
        },
      }
      const gone = () => {
        stop()
        reject(new Cancelled("server", "the client to wait for its answer", "a closed connection", "Keep the connection open."))
      }
      const timer = setTimeout(() => {
        stop()
        rejected++
        const waited = Math.round(clock.monotonicMs() - asked)
        reject(
          new DeadlineExceeded(
            "server",
            `a free place within ${Math.round(timeoutMs)} ms`,
            `none after ${waited} ms`,
            "Allow more time or send less.",
          ),
        )
      }, timeoutMs)
      signal.addEventListener("abort", gone, { once: true })
      queue.add(waiting)
    })

  return {
    enter(timeoutMs, signal) {
      if (inFlight < limit) {
        inFlight++
        admitted++
        return undefined
      }
      if (queue.size >= queueLimit) throw refuse(`fewer than ${queueLimit} requests waiting`, "a full queue")
      const expectedMs = ((queue.size + 1) * meanMs) / limit
      if (expectedMs > timeoutMs) throw refuse(`a wait under ${Math.round(timeoutMs)} ms`, `an expected ${Math.round(expectedMs)} ms`)
      return wait(timeoutMs, signal)
    },
    leave(workMs) {
      meanMs += (workMs - meanMs) / 16
      const next = queue.values().next().value
      if (next === undefined) inFlight--
      else {
        admitted++
        next.take()
      }
    },
    counts: () => ({ inFlight, queued: queue.size, admitted, rejected }),
  }
}
