import {
  breathe,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  type Random,
  random,
  type SparseMatrix,
  sparseHas,
} from "../../core/index.ts"
import { type FactorModel, factorModel, stopped, strideOf } from "./factor-model.ts"

/** How {@link bpr} learns. */
export interface BprConfig {
  /** Default 64. */
  readonly factors?: number
  /** Passes over all pairs, each drawn once a pass on average; default 60. */
  readonly epochs?: number
  /** Default 0.05, falling in a line to a tenth of it. */
  readonly learningRate?: number
  /** Ridge a step; default 0.01. */
  readonly l2?: number
}

/**
 * How people are folded in: weight of pairs that were not observed, and the ridge a pair as a share of the items' mean squared length. Steps on
 * differences leave lengths free, so a ridge that does not know them says nothing.
 */
const FOLD_IN = { unobserved: 0.05, ridge: 0.25 }
/** Steps between two turns of the event loop: some tens of milliseconds. */
const BREATH = 200_000

/**
 * Factors that order what a person took up before what they did not: Bayesian personalised ranking by stochastic gradient steps on
 * `-ln s(x_ui - x_uj)`, `i` taken up by `u` and `j` not, drawn evenly.
 *
 * Only item factors are kept. People are folded in by least squares against them, as with {@link implicitAls}.
 * A step costs `6 factors` multiplications. One thread, so that the seed decides every byte.
 * @throws {@link InvalidArgument} on a configuration out of range
 * @see Rendle et al. 2009, arXiv:1205.2618
 */
export function bpr(config: BprConfig = {}): Estimator<SparseMatrix, FactorModel> {
  const full = { factors: 64, epochs: 60, learningRate: 0.05, l2: 0.01, ...config }
  for (const name of ["factors", "epochs"] as const) {
    if (!(Number.isInteger(full[name]) && full[name] >= 1)) {
      throw new InvalidArgument("bpr", `${name} of at least 1`, String(full[name]), "Pass a whole number, or leave it out.")
    }
  }
  if (!(full.learningRate > 0 && full.l2 >= 0)) {
    throw new InvalidArgument("bpr", "a learningRate above 0 and an l2 of 0 or more", `${full.learningRate}, ${full.l2}`, "Leave them out.")
  }
  return { config: full, fit: (data, options) => learn(data, full, options) }
}

async function learn(data: SparseMatrix, config: Required<BprConfig>, options: FitOptions): Promise<FactorModel> {
  stopped(options.signal)
  const { factors, epochs } = config
  const { rows, cols, indices, offsets } = data
  const chance = random(options.seed).split("bpr")
  const stride = strideOf(factors)
  const users = noise(rows, factors, stride, chance)
  const items = noise(cols, factors, stride, chance)
  const owner = new Uint32Array(indices.length)
  for (let user = 0; user < rows; user++) owner.fill(user, offsets[user]!, offsets[user + 1]!)
  const steps = epochs * indices.length
  for (let step = 0; step < steps; step += BREATH) {
    const rate = config.learningRate * (1 - (0.9 * step) / steps)
    walk(data, owner, users, items, stride, Math.min(BREATH, steps - step), rate, config.l2, chance)
    options.onProgress?.(step / steps)
    await breathe(options.signal, "bpr")
  }
  options.onProgress?.(1)
  const { unobserved, ridge } = FOLD_IN
  const perPair = (ridge * items.reduce((sum, value) => sum + value * value, 0)) / Math.max(1, cols)
  const rule = { share: unobserved, weight: 1, pull: 1, ridge: { base: perPair * unobserved * cols, perPair } }
  return factorModel(items, cols, factors, rule)
}

function noise(rows: number, factors: number, stride: number, chance: Random): Float32Array {
  const values = new Float32Array(rows * stride)
  const deviation = 0.1 / Math.sqrt(factors)
  for (let row = 0; row < rows; row++) for (let f = 0; f < factors; f++) values[row * stride + f] = deviation * chance.normal()
  return values
}

/** Gradient steps on drawn pairs. A person who has everything, or a draw that hits what they have too often, is passed over. */
function walk(
  data: SparseMatrix,
  owner: Uint32Array,
  users: Float32Array,
  items: Float32Array,
  stride: number,
  steps: number,
  rate: number,
  l2: number,
  chance: Random,
): void {
  const { cols, indices } = data
  for (let step = 0; step < steps; step++) {
    const pair = chance.integer(indices.length)
    const user = owner[pair]!
    let other = chance.integer(cols)
    for (let tries = 0; tries < 20 && sparseHas(data, user, other); tries++) other = chance.integer(cols)
    const u = user * stride
    const i = indices[pair]! * stride
    const j = other * stride
    if (i === j) continue
    let ahead = 0
    for (let f = 0; f < stride; f++) ahead += users[u + f]! * (items[i + f]! - items[j + f]!)
    const pull = 1 / (1 + Math.exp(ahead))
    for (let f = 0; f < stride; f++) {
      const [x, y, z] = [users[u + f]!, items[i + f]!, items[j + f]!]
      users[u + f] = x + rate * (pull * (y - z) - l2 * x)
      items[i + f] = y + rate * (pull * x - l2 * y)
      items[j + f] = z - rate * (pull * x + l2 * z)
    }
  }
}
