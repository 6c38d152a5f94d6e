/** Where time comes from. `now` is wall time in epoch milliseconds; `monotonicMs` only grows and measures spans, with fractions. */
export interface Clock {
  now(): number
  monotonicMs(): number
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() }

/** A clock that tests and simulations move by hand. */
export function manualClock(startMs = 0): Clock & { advance(ms: number): void } {
  let time = startMs
  return {
    now: () => time,
    monotonicMs: () => time,
    advance(ms) {
      time += ms
    },
  }
}
