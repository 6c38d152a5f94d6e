import { breathe, type Estimator, type FitOptions, InvalidArgument, random, type SparseMatrix, transpose } from "../../core/index.ts"
import { alsJob, alsMemoryBytes } from "./als-job.ts"
import { type FactorModel, type FoldInRule, factorModel, stopped, strideOf } from "./factor-model.ts"
import { itemSideOf } from "./item-side.ts"

/** How {@link implicitAls} learns. */
export interface ImplicitAlsConfig {
  /** Numbers a person or item is described by; default 64. */
  readonly factors?: number
  /** Alternations; default 15. */
  readonly iterations?: number
  /**
   * `frequency` (default) lets the ridge of a row grow with how often the row was seen; `plain` gives every row the same. They differ in the
   * scale of `l2`: see there.
   */
  readonly regularisation?: "frequency" | "plain"
  /** Weight of a pair that was not observed, where an observed one has 1; in (0, 1). Default 0.2, and 1/3 for `plain` (confidence 3 to 1). */
  readonly unobserved?: number
  /** Ridge: times pairs of the row and `unobserved` times all others for `frequency` (default 0.01); as it is for `plain` (default 16). */
  readonly l2?: number
  /** Steps of conjugate gradients a row, from where it was; 0 (default) solves it exactly. 3 take a fifth of the time and end close by. */
  readonly steps?: number
  /** Threads that solve rows; the model is the same for any number, byte by byte. Default 1. */
  readonly threads?: number
  /** Bytes the job may take; default 4 GiB. */
  readonly memoryCapBytes?: number
}

/**
 * Matrix factorization of who took up what, by alternating least squares: every row of a side is solved exactly against the other side.
 *
 * Loss: `sum over observed pairs (s - 1)^2 + u sum over all pairs s^2` with `u = unobserved`, and a ridge on each row (`frequency`); or
 * `sum over observed (s - 1)^2 + u sum over the others s^2` (`plain`). Values of the matrix, where it has any, weigh its pairs. Only item factors are kept: people are folded in.
 *
 * An iteration costs `pairs f^2 + (users + items) f^3 / 3` multiplications; see {@link alsMemoryBytes} for memory.
 * @throws {@link InvalidArgument} on a configuration out of range; {@link TooLarge} naming the bytes it would need
 * @see Hu, Koren & Volinsky 2008, doi:10.1109/ICDM.2008.22 (plain); Rendle et al. 2022, doi:10.1145/3523227.3548486 (frequency)
 */
export function implicitAls(config: ImplicitAlsConfig = {}): Estimator<SparseMatrix, FactorModel> {
  const full = complete(config)
  return { config: full, fit: (data, options) => factorise(data, full, options) }
}

type Config = Required<ImplicitAlsConfig>

async function factorise(data: SparseMatrix, config: Config, options: FitOptions): Promise<FactorModel> {
  stopped(options.signal)
  const { factors, iterations } = config
  const items = data.cols
  const rules = { users: ruleOf(config, items), items: ruleOf(config, data.rows) }
  await using job = await alsJob(data, transpose(data), config, rules)
  const chance = random(options.seed).split("implicit-als")
  const stride = strideOf(factors)
  const start = new Float32Array(items * stride)
  const deviation = 0.1 / Math.sqrt(factors)
  for (let item = 0; item < items; item++) for (let f = 0; f < factors; f++) start[item * stride + f] = deviation * chance.normal()
  job.setItems(start)
  for (let half = 0; half < 2 * iterations; half++) {
    for (const share of job.solve(half % 2 === 0 ? "users" : "items")) {
      options.onProgress?.((half + share) / (2 * iterations))
      await breathe(options.signal, "implicitAls")
    }
  }
  options.onProgress?.(1)
  return factorModel(job.items(), items, factors, rules.users, itemSideOf(data, job.people(), stride, rules.items))
}

/** The normal equations of a row that faces `others` rows of the other side. */
function ruleOf({ regularisation, unobserved, l2 }: Config, others: number): FoldInRule {
  return regularisation === "frequency"
    ? { share: unobserved, weight: 1, pull: 1, ridge: { base: l2 * unobserved * others, perPair: l2 } }
    : { share: unobserved, weight: 1 - unobserved, pull: 1, ridge: { base: l2, perPair: 0 } }
}

function complete(config: ImplicitAlsConfig): Config {
  const plain = config.regularisation === "plain"
  const full: Config = {
    factors: 64,
    iterations: 15,
    regularisation: "frequency",
    unobserved: plain ? 1 / 3 : 0.2,
    l2: plain ? 16 : 0.01,
    steps: 0,
    threads: 1,
    memoryCapBytes: 2 ** 32,
    ...config,
  }
  for (const name of ["factors", "iterations", "threads"] as const) {
    if (!(Number.isInteger(full[name]) && full[name] >= 1)) {
      throw new InvalidArgument("implicitAls", `${name} of at least 1`, String(full[name]), "Pass a whole number, or leave it out.")
    }
  }
  if (!(Number.isInteger(full.steps) && full.steps >= 0)) {
    throw new InvalidArgument("implicitAls", "steps of 0 or more", String(full.steps), "0 solves rows exactly.")
  }
  if (!(full.unobserved > 0 && full.unobserved < 1)) {
    throw new InvalidArgument("implicitAls", "unobserved in (0, 1)", String(full.unobserved), "Leave it out for the default.")
  }
  if (!(full.l2 > 0)) throw new InvalidArgument("implicitAls", "l2 above 0", String(full.l2), "Leave it out for the default.")
  return full
}

export { alsMemoryBytes }
