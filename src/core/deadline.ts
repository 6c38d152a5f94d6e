import type { Clock } from "./clock.ts"

/** The moment an answer is due. Work checks it every few hundred rows and stops in time: nothing is interrupted from outside. */
export interface Deadline {
  /** Milliseconds left, negative once it has passed; `Infinity` when there is no limit. */
  remainingMs(): number
  readonly passed: boolean
}

/** A deadline `timeoutMs` from now on that clock; `Infinity` never passes. */
export function deadlineIn(timeoutMs: number, clock: Clock): Deadline {
  const due = clock.monotonicMs() + timeoutMs
  return {
    remainingMs: () => due - clock.monotonicMs(),
    get passed() {
      return clock.monotonicMs() >= due
    },
  }
}

/** A deadline that never passes. */
export const noDeadline: Deadline = { remainingMs: () => Number.POSITIVE_INFINITY, passed: false }
