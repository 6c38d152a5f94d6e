/** What bounds a server: sizes, counts and waits. Every key has a default. */
export interface ServingLimits {
  /** Largest body of `POST /v1/events`, in bytes. */
  readonly eventsBodyBytes: number
  /** Largest body of every other write, in bytes. */
  readonly bodyBytes: number
  /** Ranking requests worked on at once; more wait in the queue. */
  readonly inFlight: number
  /** Ranking requests that may wait. */
  readonly queue: number
  /** Bytes of event batches taken in at once; more are refused until some are durable. */
  readonly eventsInFlightBytes: number
  /** Time an answer may take when the request does not say, in milliseconds. */
  readonly timeoutMs: number
  /** Time beyond `timeoutMs` the funnel has to notice its own deadline before the answer is given up, in milliseconds. */
  readonly graceMs: number
  /** Open status streams. */
  readonly streams: number
  /** Time that requests under way have to finish at close, in milliseconds. */
  readonly closeMs: number
}

/** Limits of a server that names none. */
export const defaultLimits: ServingLimits = {
  eventsBodyBytes: 8 * 1024 * 1024,
  bodyBytes: 256 * 1024,
  inFlight: 64,
  queue: 1024,
  eventsInFlightBytes: 64 * 1024 * 1024,
  timeoutMs: 2000,
  graceMs: 250,
  streams: 32,
  closeMs: 10_000,
}
