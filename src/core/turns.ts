/** Gives out the turns of the event loop, one a piece of work, first come first served. */
export interface Turns {
  /** Resolves when it is the caller's turn. What follows without waiting for anything but promises runs to its end before the next turn. */
  next(): Promise<void>
  /** Callers whose turn has not come. */
  readonly waiting: number
}

/**
 * One piece of work a turn of the event loop, with whatever came in by then looked at in between.
 *
 * Requests that arrive together would otherwise take their steps in rotation: all of them end when the last one does, and nothing else is
 * heard of meanwhile. In turns the first ends first, and the loop is held no longer than by one of them.
 * @param onNextTurn - calls back in a later turn of the loop, after waiting events were taken in
 */
export function turns(onNextTurn: (run: () => void) => void = setImmediate): Turns {
  let waiting: (() => void)[] = []
  let first = 0
  const run = () => {
    const begin = waiting[first++]!
    if (first === waiting.length) {
      waiting = []
      first = 0
    } else onNextTurn(run)
    begin()
  }
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        if (waiting.length - first === 1) onNextTurn(run)
      }),
    get waiting() {
      return waiting.length - first
    },
  }
}
