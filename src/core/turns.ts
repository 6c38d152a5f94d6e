/** Gives out the turns of the event loop, one a piece of work, first come first served. */
export interface Turns {
  /** Resolves when it is the caller's turn. What follows without waiting for anything but promises runs to its end before the next turn. */
  next(): Promise<void>
  /** The same for work that nobody looks at meanwhile, such as a batch of events: after all that is waited for, but not for longer than a moment. */
  spare(): Promise<void>
  /** Callers whose turn has not come. */
  readonly waiting: number
}

/** Milliseconds after which spare work is no longer passed by. */
const MOST_WAIT_MS = 40

/**
 * One piece of work a turn of the event loop, with whatever came in by then looked at in between.
 *
 * Requests that arrive together would otherwise take their steps in rotation: all of them end when the last one does, and nothing else is
 * heard of meanwhile. In turns the first ends first, and the loop is held no longer than by one of them.
 * @param onNextTurn - calls back in a later turn of the loop, after waiting events were taken in
 * @param monotonicMs - tells how long spare work has waited
 */
export function turns(onNextTurn: (run: () => void) => void = setImmediate, monotonicMs: () => number = () => performance.now()): Turns {
  const urgent = new Queue()
  const spare = new Queue()
  let isAsked = false
  const run = () => {
    const isSpare = urgent.size === 0 || (spare.size > 0 && monotonicMs() - spare.oldestMs >= MOST_WAIT_MS)
    const begin = (isSpare ? spare : urgent).take()
    isAsked = urgent.size + spare.size > 0
    if (isAsked) onNextTurn(run)
    begin()
  }
  const wait = (queue: Queue) =>
    new Promise<void>((resolve) => {
      queue.add(resolve, monotonicMs())
      if (isAsked) return
      isAsked = true
      onNextTurn(run)
    })
  return {
    next: () => wait(urgent),
    spare: () => wait(spare),
    get waiting() {
      return urgent.size + spare.size
    },
  }
}

/** First in, first out. */
class Queue {
  #waiting: { readonly begin: () => void; readonly sinceMs: number }[] = []
  #first = 0

  get size(): number {
    return this.#waiting.length - this.#first
  }

  get oldestMs(): number {
    return this.#waiting[this.#first]!.sinceMs
  }

  add(begin: () => void, sinceMs: number): void {
    this.#waiting.push({ begin, sinceMs })
  }

  take(): () => void {
    const { begin } = this.#waiting[this.#first++]!
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    }
    return begin
  }
}
