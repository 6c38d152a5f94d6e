import { InvalidArgument } from "../core/index.ts"

/** A queue with several servers, all busy with requests that arrive by chance. */
export interface QueueLoad {
  /** Requests a second, at random moments. */
  readonly arrivalsPerSecond: number
  /** Mean time one server needs for one request. */
  readonly serviceSeconds: number
  /** Whole number >= 1. */
  readonly servers: number
}

/** What a queue does in the long run; waits are `null` when it grows without end. Seconds. */
export interface QueueReport {
  /** Servers kept busy on average, `arrivals x service`. */
  readonly offered: number
  /** Share of time a server is busy, capped at 1. */
  readonly utilisation: number
  /** Chance that a request is lost when nothing may wait. */
  readonly lossProbability: number
  /** Chance that a request waits. */
  readonly waitProbability: number
  readonly meanWaitSeconds: number | null
  readonly p99WaitSeconds: number | null
  readonly queueLength: number | null
}

/**
 * The M/M/c queue: arrivals by chance, exponential service times, `c` servers, first come first served.
 *
 * Service times that vary less than exponential ones, as scoring a capped list does, wait less: for planning the result is on the safe side.
 * @throws {@link InvalidArgument} on a negative rate, a service time that is not positive, or no server
 * @see Erlang 1917; Gross & Harris, Fundamentals of Queueing Theory, M/M/c
 */
export function queue(load: QueueLoad): QueueReport {
  const { arrivalsPerSecond, serviceSeconds, servers } = checkLoad(load)
  const offered = arrivalsPerSecond * serviceSeconds
  const lossProbability = erlangB(offered, servers)
  const stable = offered < servers
  const waitProbability = stable ? erlangC(offered, servers, lossProbability) : 1
  const drainPerSecond = servers / serviceSeconds - arrivalsPerSecond
  const meanWaitSeconds = stable ? waitProbability / drainPerSecond : null
  return {
    offered,
    utilisation: Math.min(1, offered / servers),
    lossProbability,
    waitProbability,
    meanWaitSeconds,
    p99WaitSeconds: waitQuantile(load, 0.99),
    queueLength: meanWaitSeconds === null ? null : arrivalsPerSecond * meanWaitSeconds,
  }
}

/**
 * The wait in seconds that the share `q` of requests stay at or below; `null` when the queue grows without end.
 *
 * `max(0, ln(C / (1 - q)) / (c / s - arrivals))`, with `C` the chance to wait.
 */
export function waitQuantile(load: QueueLoad, q: number): number | null {
  const { arrivalsPerSecond, serviceSeconds, servers } = checkLoad(load)
  const offered = arrivalsPerSecond * serviceSeconds
  if (offered >= servers) return null
  const waitProbability = erlangC(offered, servers, erlangB(offered, servers))
  if (waitProbability === 0) return 0
  return Math.max(0, Math.log(waitProbability / (1 - q)) / (servers / serviceSeconds - arrivalsPerSecond))
}

/**
 * Fewest servers with which no more than the share `most` of requests wait at all.
 *
 * @throws {@link InvalidArgument} on a share outside (0, 1)
 */
export function serversForWaitProbability(arrivalsPerSecond: number, serviceSeconds: number, most: number): number {
  if (!(most > 0 && most < 1)) throw new InvalidArgument("serversForWaitProbability", "a share in (0, 1)", String(most), "Pass 0.2.")
  const offered = arrivalsPerSecond * serviceSeconds
  let loss = 1
  for (let servers = 1; ; servers++) {
    loss = (offered * loss) / (servers + offered * loss)
    if (servers > offered && erlangC(offered, servers, loss) <= most) return servers
  }
}

/** Chance that all `servers` are busy when nothing may wait, by the stable recursion `B(c) = a B(c-1) / (c + a B(c-1))`. */
function erlangB(offered: number, servers: number): number {
  let loss = 1
  for (let server = 1; server <= servers; server++) loss = (offered * loss) / (server + offered * loss)
  return loss
}

const erlangC = (offered: number, servers: number, loss: number) => loss / (1 - (offered / servers) * (1 - loss))

function checkLoad(load: QueueLoad): QueueLoad {
  const { arrivalsPerSecond, serviceSeconds, servers } = load
  if (!(arrivalsPerSecond >= 0 && Number.isFinite(arrivalsPerSecond))) {
    throw new InvalidArgument("queue", "arrivals a second >= 0", String(arrivalsPerSecond), "Pass the rate of requests.")
  }
  if (!(serviceSeconds > 0 && Number.isFinite(serviceSeconds))) {
    throw new InvalidArgument("queue", "a service time above 0 s", String(serviceSeconds), "Pass seconds, such as 0.05.")
  }
  if (!Number.isInteger(servers) || servers < 1) {
    throw new InvalidArgument("queue", "a whole number of servers from 1", String(servers), "Pass cores times machines.")
  }
  return load
}

/**
 * Chance that at least one of `n` parts of a request is slow when each is with chance `p`: why the tail of one shard is the middle of many.
 *
 * `1 - (1 - p)^n`, computed without losing small chances.
 * @throws {@link InvalidArgument} on a chance outside [0, 1] or a negative count
 * @see Dean & Barroso 2013, The Tail at Scale, doi:10.1145/2408776.2408794
 */
export function anySlow(p: number, n: number): number {
  if (!(p >= 0 && p <= 1 && n >= 0)) throw new InvalidArgument("anySlow", "a chance in [0, 1] and a count", `${p} and ${n}`, "Check both.")
  return -Math.expm1(n * Math.log1p(-p))
}

/** The quantile each of `n` parallel parts must keep so that all of them keep the quantile `q` together: `q^(1/n)`. */
export function quantileOfEach(q: number, n: number): number {
  return Math.exp(Math.log(q) / n)
}
