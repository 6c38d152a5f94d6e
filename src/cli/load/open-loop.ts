import { type Latencies, type LatencySummary, latencies } from "./latencies.ts"

/** One stream of requests at a stated rate. */
export interface Stream {
  /** Intended send times in milliseconds from the start, rising. */
  readonly next: () => number
  /** Sends request number `n` now and calls back once: `undefined` when it was answered well, else the kind of error. */
  readonly send: (n: number, done: (error: string | undefined) => void) => void
}

/** What came of one stream. `latency` counts from the intended send time and holds good answers and time-outs. */
export interface StreamResult {
  readonly intended: number
  readonly sent: number
  readonly answered: number
  readonly unsent: number
  readonly errors: Readonly<Record<string, number>>
  readonly latency: LatencySummary
  /** How late this generator itself sent, behind the intended time. */
  readonly lag: LatencySummary
  readonly seconds: number
}

export interface OpenLoopOptions {
  readonly warmUpMs: number
  readonly measureMs: number
  /** Requests under way beyond which further ones stay unsent: they are counted, never forgotten. */
  readonly mostUnderWay: number
  /** Time the last answers have to arrive. */
  readonly drainMs: number
  readonly signal: AbortSignal
  readonly monotonicMs: () => number
  readonly onTick?: (elapsedMs: number) => void
}

interface Running {
  readonly stream: Stream
  readonly latency: Latencies
  readonly lag: Latencies
  readonly errors: Map<string, number>
  due: number
  n: number
  intended: number
  sent: number
  answered: number
  unsent: number
  underWay: number
  /** Measured requests that no answer came for yet. */
  waiting: number
}

/**
 * Sends every stream at its own times, whatever the server does, and measures from the time a request was meant to be sent.
 *
 * A closed loop waits for the slow answer before it sends the next request, and so misses the very requests that would have waited too
 * (coordinated omission); this one does not. Requests meant for the warm-up are sent and not measured.
 * @see Tene, "How NOT to Measure Latency", 2013; Schroeder, Wierman, Harchol-Balter 2006, "Open Versus Closed: A Cautionary Tale"
 */
export async function openLoop(streams: readonly Stream[], options: OpenLoopOptions): Promise<StreamResult[]> {
  const { warmUpMs, measureMs, mostUnderWay, drainMs, signal, monotonicMs, onTick } = options
  const all: Running[] = streams.map((stream) => ({
    stream,
    latency: latencies(),
    lag: latencies(),
    errors: new Map(),
    due: stream.next(),
    n: 0,
    intended: 0,
    sent: 0,
    answered: 0,
    unsent: 0,
    underWay: 0,
    waiting: 0,
  }))
  const start = monotonicMs()
  const endMs = warmUpMs + measureMs
  const sendDue = (running: Running) => {
    while (running.due < endMs && running.due <= monotonicMs() - start) {
      dispatch(running, running.due, start, warmUpMs, mostUnderWay, monotonicMs)
      running.due = running.stream.next()
    }
  }
  while (!signal.aborted && monotonicMs() - start < endMs) {
    for (const running of all) sendDue(running)
    onTick?.(monotonicMs() - start)
    const wait = Math.min(endMs, ...all.map(({ due }) => due)) - (monotonicMs() - start)
    await pause(wait)
  }
  const stoppedMs = Math.min(endMs, monotonicMs() - start)
  for (const running of all) if (!signal.aborted) sendDue(running)
  const drainUntil = monotonicMs() + drainMs
  while (all.some(({ waiting }) => waiting > 0) && monotonicMs() < drainUntil && !signal.aborted) await pause(5)
  const seconds = Math.max(0, stoppedMs - warmUpMs) / 1000
  return all.map((running) => {
    if (running.waiting > 0) running.errors.set("no answer", running.waiting)
    return {
      intended: running.intended,
      sent: running.sent,
      answered: running.answered,
      unsent: running.unsent,
      errors: Object.fromEntries(running.errors),
      latency: running.latency.summary(),
      lag: running.lag.summary(),
      seconds,
    }
  })
}

function dispatch(running: Running, due: number, start: number, warmUpMs: number, mostUnderWay: number, monotonicMs: () => number): void {
  const isMeasured = due >= warmUpMs
  if (isMeasured) running.intended++
  if (running.underWay >= mostUnderWay) {
    if (isMeasured) running.unsent++
    return
  }
  running.underWay++
  if (isMeasured) {
    running.sent++
    running.waiting++
    running.lag.add(monotonicMs() - start - due)
  }
  running.stream.send(running.n++, (error) => {
    running.underWay--
    if (!isMeasured) return
    running.waiting--
    if (error === undefined) running.answered++
    else running.errors.set(error, (running.errors.get(error) ?? 0) + 1)
    // A refusal is fast and would flatter; a time-out is a latency, and the worst.
    if (error === undefined || error === "timeout") running.latency.add(monotonicMs() - start - due)
  })
}

/** Timers are a millisecond coarse: shorter waits go round the event loop instead, and stay short. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms < 0.2) setImmediate(resolve)
    else setTimeout(resolve, Math.max(1, Math.floor(ms)))
  })
}
