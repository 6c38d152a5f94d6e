import { InvalidArgument } from "../core/index.ts"

/**
 * The time from arrival to answer that the share `q` of requests stay at or below, for one server, arrivals by chance and service times as
 * they were measured: the wait by Pollaczek and Khinchine's mean with an exponential tail, added to each measured service time.
 *
 * @param serviceMs - measured service times in milliseconds, shape `[n]`, all above 0
 * @param arrivalsPerSecond - 0 or more
 * @param q - in (0, 1)
 * @returns milliseconds; `null` when the server is busy more than all of the time and the queue grows without end
 * @throws {@link InvalidArgument} on no or bad service times, a negative rate, or a share outside (0, 1)
 * @see M/G/1 mean wait `rate E[S^2] / (2 (1 - busy))`: Pollaczek 1930, Khinchine 1932; `P(wait > t) = busy exp(-busy t / mean)` is exact for
 * exponential service times and the usual approximation for others (Kleinrock 1976, Queueing Systems II, section 2.1)
 */
export function responseQuantile(serviceMs: readonly number[], arrivalsPerSecond: number, q: number): number | null {
  const bad = serviceMs.find((ms) => !(ms > 0 && Number.isFinite(ms)))
  if (serviceMs.length === 0 || bad !== undefined) {
    const came = bad === undefined ? "none" : String(bad)
    throw new InvalidArgument("responseQuantile", "service times above 0 ms", came, "Measure requests one after the other.")
  }
  if (!(arrivalsPerSecond >= 0 && q > 0 && q < 1)) {
    throw new InvalidArgument("responseQuantile", "a rate of 0 or more and a share in (0, 1)", `${arrivalsPerSecond}, ${q}`, "Check both.")
  }
  const n = serviceMs.length
  const perMs = arrivalsPerSecond / 1000
  const busy = perMs * mean(serviceMs)
  if (busy >= 1) return null
  const meanWait = (perMs * mean(serviceMs.map((ms) => ms * ms))) / (2 * (1 - busy))
  const within = (t: number) =>
    serviceMs.reduce((sum, ms) => sum + (t < ms ? 0 : 1 - (busy === 0 ? 0 : busy * Math.exp((-busy * (t - ms)) / meanWait))), 0) / n
  let low = 0
  let high = Math.max(...serviceMs)
  while (within(high) < q) high *= 2
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (within(middle) < q) low = middle
    else high = middle
  }
  return high
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
