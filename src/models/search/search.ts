import { Cancelled, InvalidArgument, random, throwIfCancelled, Unavailable } from "../../core/index.ts"
import { checkSpace, type Drawn, drawConfig, type Space } from "./space.ts"
import { type Found, type Trial, topTrials } from "./trials.ts"

/** A search over the configs of any estimator. */
export interface SearchOptions<Model> {
  readonly space: Space
  /** Fits a config to a share of the training rows, in (0, 1]; nested shares make halving fair. */
  readonly fit: (config: Drawn, share: number, options: { readonly seed: number; readonly signal?: AbortSignal }) => Promise<Model>
  /** Quality on the validation part, larger is better; NaN counts as a failure. Never the test part: that is opened once, at the end. */
  readonly score: (model: Model) => number | Promise<number>
  /** Candidates drawn, 15 or more. */
  readonly candidates: number
  /** Configs tried before the drawn ones, such as the defaults; they count as candidates. */
  readonly first?: readonly Drawn[]
  readonly seed: number
  /** Milliseconds, for the log alone. */
  readonly now: () => number
  /** Hears each trial as it ends: what a run log writes down. */
  readonly onTrial?: (trial: Trial) => void
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

/** The fewest candidates that make a search. */
const LEAST = 15

/**
 * Tries configs drawn from the space, all on all rows, and keeps the best. A config that throws is a failed trial; cancelling ends the search.
 * @throws {@link InvalidArgument} on fewer than 15 candidates or a space that is none; {@link Unavailable} when every trial failed
 * @see Bergstra & Bengio 2012, Random Search for Hyper-Parameter Optimization
 */
export function randomSearch<Model>(options: SearchOptions<Model>): Promise<Found<Model>> {
  return search("randomSearch", options, [1])
}

/**
 * Tries every candidate on few rows, keeps the best `1 / eta` of them for `eta` times the rows, and so on to all rows: most of the cost of a
 * random search of the same size goes into candidates that soon look bad, and is saved.
 * @param options - `eta` 3 unless said otherwise; the first round has at least `leastShare` of the rows, 0.05 unless said otherwise
 * @see Jamieson & Talwalkar 2016, arXiv:1502.07943
 */
export function successiveHalving<Model>(
  options: SearchOptions<Model> & { readonly eta?: number; readonly leastShare?: number },
): Promise<Found<Model>> {
  const { candidates, eta = 3, leastShare = 0.05 } = options
  if (!(eta > 1 && Number.isFinite(eta))) throw new InvalidArgument("successiveHalving", "eta above 1", String(eta), "Pass 2, 3 or 4.")
  if (!(leastShare > 0 && leastShare <= 1)) {
    throw new InvalidArgument("successiveHalving", "leastShare in (0, 1]", String(leastShare), "Pass enough rows to tell candidates apart.")
  }
  const rounds = 1 + Math.floor(Math.min(Math.log(Math.max(1, candidates)), -Math.log(leastShare)) / Math.log(eta) + 1e-9)
  const shares = Array.from({ length: rounds }, (_, round) => eta ** (round + 1 - rounds))
  return search("successiveHalving", options, shares, eta)
}

/** Rounds over growing shares of the rows; between rounds the best `1 / eta` go on. */
async function search<Model>(where: string, options: SearchOptions<Model>, shares: readonly number[], eta = 1): Promise<Found<Model>> {
  const { space, candidates, first = [], seed } = options
  checkSpace(where, space)
  if (!(Number.isInteger(candidates) && candidates >= LEAST)) {
    throw new InvalidArgument(where, `${LEAST} candidates or more`, String(candidates), "Few trials miss what matters: draw more.")
  }
  const draw = random(seed).split("candidates")
  let configs = [...first, ...Array.from({ length: Math.max(0, candidates - first.length) }, () => drawConfig(space, draw))]
  const all = configs.length
  const total = shares.reduce((sum, _, round) => sum + Math.max(1, Math.floor(all / eta ** round)), 0)
  const trials: Trial[] = []
  let best: { trial: Trial; model: Model } | undefined
  for (const [round, share] of shares.entries()) {
    const tried: Trial[] = []
    for (const config of configs) {
      throwIfCancelled(options.signal, where)
      const { trial, model } = await attempt(options, config, share, trials.length + 1)
      trials.push(trial)
      tried.push(trial)
      options.onTrial?.(trial)
      if (model !== undefined && share === 1 && (best === undefined || trial.score! > best.trial.score!)) best = { trial, model }
      options.onProgress?.(Math.min(1, trials.length / total))
    }
    const left = Math.max(1, Math.floor(all / eta ** (round + 1)))
    configs = topTrials(tried, left).map(({ config }) => config)
  }
  if (best === undefined) {
    const last = trials.findLast((trial) => trial.error !== undefined)
    throw new Unavailable(
      where,
      "a trial with a score",
      `${trials.length} failures, the last: ${last?.error}`,
      "Correct the space or the data.",
    )
  }
  options.onProgress?.(1)
  return { best: best.trial, model: best.model, trials }
}

async function attempt<Model>(
  options: SearchOptions<Model>,
  config: Drawn,
  share: number,
  place: number,
): Promise<{ readonly trial: Trial; readonly model?: Model }> {
  const { score, seed, now, signal } = options
  const start = now()
  const seconds = () => (now() - start) / 1000
  try {
    const model = await options.fit(config, share, { seed, ...(signal === undefined ? {} : { signal }) })
    const value = await score(model)
    if (Number.isNaN(value)) return { trial: { trial: place, config, share, seconds: seconds(), error: "the score is not a number" } }
    return { trial: { trial: place, config, share, score: value, seconds: seconds() }, model }
  } catch (error) {
    if (error instanceof Cancelled) throw error
    return { trial: { trial: place, config, share, seconds: seconds(), error: error instanceof Error ? error.message : String(error) } }
  }
}
