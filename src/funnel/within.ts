import type { Clock } from "../core/index.ts"
import { roundedMs } from "./report.ts"

/** Calls back after so many milliseconds; returns how to call it off. A parameter, so that tests need not wait. */
export type Timer = (ms: number, onPassed: () => void) => () => void

/** Turns of the microtask queue that work which does not wait for anything takes at most: some stages hand on what another gave. */
const TURNS = 8
/** The longest delay a Node timer takes. */
const LONGEST_MS = 2_147_483_647

/** The machine's own timers. */
export const systemTimer: Timer = (ms, onPassed) => {
  const handle = setTimeout(onPassed, Math.min(ms, LONGEST_MS))
  return () => clearTimeout(handle)
}

/** How a piece of work ended: with a value, with an error, or not within its time; and the milliseconds until then. */
export type Outcome<Value> = { readonly ms: number } & (
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "late" }
)

/** What tells the time and rings when it is over. */
export interface Watch {
  readonly clock: Clock
  readonly timer: Timer
}

/**
 * Starts work and waits for it no longer than `leftMs()` says once its synchronous part has run. Never rejects: what comes after the
 * time, value or error, is heard and thrown away. Work that blocked past its time but has its answer ready is taken.
 */
export function within<Value>(work: () => Promise<Value>, leftMs: () => number, { clock, timer }: Watch): Promise<Outcome<Value>> {
  const began = clock.monotonicMs()
  const spent = () => roundedMs(clock.monotonicMs() - began)
  return new Promise((resolve) => {
    let callOff = () => {}
    let isSettled = false
    const settle = (outcome: Outcome<Value>) => {
      isSettled = true
      callOff()
      resolve(outcome)
    }
    let promise: Promise<Value>
    try {
      promise = Promise.resolve(work())
    } catch (error) {
      settle({ kind: "failed", error, ms: spent() })
      return
    }
    promise.then(
      (value) => settle({ kind: "done", value, ms: spent() }),
      (error: unknown) => settle({ kind: "failed", error, ms: spent() }),
    )
    // Work that computes at once has settled a few turns of the microtask queue later, and needs no clock set.
    const setClock = (turns: number) => {
      if (isSettled) return
      if (turns > 0) {
        queueMicrotask(() => setClock(turns - 1))
        return
      }
      const left = leftMs()
      if (Number.isFinite(left)) callOff = timer(Math.max(0, left), () => settle({ kind: "late", ms: spent() }))
    }
    setClock(TURNS)
  })
}

/** What to tell of an error in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return `failed: ${text.split("\n", 1)[0]!.slice(0, 200)}`
}
