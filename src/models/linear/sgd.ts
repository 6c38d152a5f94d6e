import { breathe, type Estimator, type FitOptions, InvalidArgument, random, throwIfCancelled, unknownName } from "../../core/index.ts"
import { type Family, type FamilyName, families } from "./families.ts"
import { checkRegressionData, columnNamesOf, type RegressionData, sparseScaling } from "./fit-batch.ts"
import { type LinearModel, linearModel } from "./linear-model.ts"
import { type OptimiserName, optimisers } from "./optimisers.ts"
import { fitScaling, plainScaling, type Scaling } from "./standardise.ts"

/** How {@link sgd} learns. */
export interface SgdConfig {
  /** What is minimised. Default `logistic`. */
  readonly family?: FamilyName
  /** How gradients are followed: `sgd`, `momentum`, `adagrad` (default), `rmsprop`, `adam`. */
  readonly optimiser?: OptimiserName
  /** Passes over the rows, in a new order each time. Default 10. */
  readonly epochs?: number
  /** Rows whose mean gradient makes one step. Default 32. */
  readonly batchSize?: number
  /** Default 0.1. */
  readonly learningRate?: number
  /** How the rate falls over the passes: not at all, with the root of the steps, or in a line to 0. Default `linear`. */
  readonly decay?: "none" | "sqrt" | "linear"
  /** As in `regression`: `l2 / 2` times the squared coefficients beside the sum of losses. On sparse rows, at the rows where a column occurs. */
  readonly l2?: number
  /** A constant that is learned and not penalised. Default true. */
  readonly intercept?: boolean
  /** Learn on standardised columns; dense rows only. Default true for them. */
  readonly standardise?: boolean | "auto"
}

/** Multiplications between two turns of the event loop. */
const BREATH = 2e7

/**
 * Linear, logistic or Poisson regression by stochastic gradients: passes over the rows in small batches; costs `rows * columns * epochs`.
 *
 * Near the optimum in a few passes, where `regression` goes all the way. Same seed, same model.
 * @throws {@link InvalidArgument} as `regression`, and when the loss is no longer finite because the rate is too large
 * @see Bottou, Curtis & Nocedal 2018, Optimization methods for large-scale machine learning, doi:10.1137/16M1080173
 */
export function sgd(config: SgdConfig = {}): Estimator<RegressionData, LinearModel> {
  const full = complete(config)
  return { config: full, fit: (data, options) => learn(data, full, options) }
}

async function learn(data: RegressionData, config: Required<SgdConfig>, options: FitOptions): Promise<LinearModel> {
  throwIfCancelled(options.signal, "sgd")
  const { rows, weights } = data
  const family = families[config.family]
  const { mean } = checkRegressionData(data, config.family)
  const scaling = scalingOf(data, config)
  const size = rows.cols + (config.intercept ? 1 : 0)
  const point = new Float64Array(size)
  if (config.intercept) point[rows.cols] = family.score(mean)
  const gradients = "offsets" in rows ? sparseGradients(data, size, family) : denseGradients(data, scaling, size, family)
  const optimiser = optimisers[config.optimiser](size)
  const draw = random(options.seed).split("order")
  const order = Uint32Array.from({ length: rows.rows }, (_, row) => row)
  const n = rows.rows
  const stepsInAll = config.epochs * Math.ceil(n / config.batchSize)
  const losses = new Float64Array(config.epochs)
  const weightOf = (row: number) => (weights === undefined ? 1 : weights[row]!)
  let steps = 0
  let work = 0
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    draw.shuffle(order)
    let [sum, total] = [0, 0]
    for (let from = 0; from < n; from += config.batchSize) {
      const batch = order.subarray(from, Math.min(n, from + config.batchSize))
      const { touched, count, loss } = gradients(batch, point, config.l2 / n)
      sum += loss
      for (const row of batch) total += weightOf(row)
      optimiser.step(point, gradients.into, rateAt(config, steps++, stepsInAll), touched, count)
      work += batch.length * (touched === undefined ? size : count / batch.length)
      if (work < BREATH) continue
      work = 0
      options.onProgress?.((epoch + from / n) / config.epochs)
      await breathe(options.signal, "sgd")
    }
    losses[epoch] = sum / total
    if (!Number.isFinite(losses[epoch]!)) {
      throw new InvalidArgument("sgd", "a loss that stays finite", `${losses[epoch]} in pass ${epoch}`, "Pass a smaller learningRate.")
    }
    await breathe(options.signal, "sgd")
  }
  options.onProgress?.(1)
  const columns = columnNamesOf(data)
  const found = config.intercept ? point : Float64Array.of(...point, 0)
  return linearModel({ family: config.family, columns, scaling, point: found, losses })
}

function scalingOf({ rows, weights }: RegressionData, { intercept, standardise }: Required<SgdConfig>): Scaling {
  if (!("offsets" in rows)) return standardise === false ? plainScaling(rows, weights, intercept) : fitScaling(rows, weights, false)
  if (standardise === true) {
    throw new InvalidArgument("sgd", "dense rows when columns are standardised", "sparse rows", "Pass standardise: false.")
  }
  return sparseScaling(rows.cols)
}

/** Mean gradient of a batch, written to `into`; `touched` lists the places that were written when not all were. Their loss is summed. */
interface Gradients {
  (batch: Uint32Array, point: Float64Array, l2: number): { readonly touched?: Uint32Array; readonly count: number; readonly loss: number }
  readonly into: Float64Array
}

function denseGradients({ rows, targets, weights, offset }: RegressionData, scaling: Scaling, size: number, family: Family): Gradients {
  if ("offsets" in rows) throw new InvalidArgument("sgd", "dense rows", "sparse rows", "Use sparseGradients.")
  const { data, cols } = rows
  const { means, scales } = scaling
  const into = new Float64Array(size)
  const scaled = new Float64Array(cols)
  const gradients = (batch: Uint32Array, point: Float64Array, l2: number) => {
    for (let col = 0; col < cols; col++) into[col] = l2 * point[col]!
    if (size > cols) into[cols] = 0
    let loss = 0
    for (const row of batch) {
      let score = (size > cols ? point[cols]! : 0) + (offset === undefined ? 0 : offset[row]!)
      for (let col = 0, at = row * cols; col < cols; col++, at++) {
        const z = (data[at]! - means[col]!) * scales[col]!
        scaled[col] = Number.isNaN(z) ? 0 : z
        score += scaled[col]! * point[col]!
      }
      const weight = weights === undefined ? 1 : weights[row]!
      loss += weight * family.loss(score, targets[row]!)
      const error = (weight * (family.mean(score) - targets[row]!)) / batch.length
      for (let col = 0; col < cols; col++) into[col]! += error * scaled[col]!
      if (size > cols) into[cols]! += error
    }
    return { count: size, loss }
  }
  return Object.assign(gradients, { into })
}

function sparseGradients({ rows, targets, weights, offset }: RegressionData, size: number, family: Family): Gradients {
  if (!("offsets" in rows)) throw new InvalidArgument("sgd", "sparse rows", "dense rows", "Use denseGradients.")
  const { cols, offsets, indices, values } = rows
  const into = new Float64Array(size)
  const touched = new Uint32Array(size)
  const isTouched = new Uint8Array(size)
  const gradients = (batch: Uint32Array, point: Float64Array, l2: number) => {
    let count = 0
    let loss = 0
    for (const row of batch) {
      let score = (size > cols ? point[cols]! : 0) + (offset === undefined ? 0 : offset[row]!)
      const end = offsets[row + 1]!
      for (let at = offsets[row]!; at < end; at++) score += point[indices[at]!]! * (values === undefined ? 1 : values[at]!)
      const weight = weights === undefined ? 1 : weights[row]!
      loss += weight * family.loss(score, targets[row]!)
      const error = (weight * (family.mean(score) - targets[row]!)) / batch.length
      for (let at = offsets[row]!; at < end; at++) {
        const col = indices[at]!
        if (isTouched[col] === 0) {
          isTouched[col] = 1
          touched[count++] = col
          into[col] = l2 * point[col]!
        }
        into[col]! += error * (values === undefined ? 1 : values[at]!)
      }
      if (size === cols) continue
      if (isTouched[cols] === 0) {
        isTouched[cols] = 1
        touched[count++] = cols
        into[cols] = 0
      }
      into[cols]! += error
    }
    for (let k = 0; k < count; k++) isTouched[touched[k]!] = 0
    return { touched, count, loss }
  }
  return Object.assign(gradients, { into })
}

function rateAt({ learningRate, decay }: Required<SgdConfig>, step: number, steps: number): number {
  if (decay === "none") return learningRate
  return decay === "sqrt" ? learningRate / Math.sqrt(1 + step) : learningRate * (1 - step / steps)
}

function complete(config: SgdConfig): Required<SgdConfig> {
  const full = {
    family: "logistic" as const,
    optimiser: "adagrad" as const,
    epochs: 10,
    batchSize: 32,
    learningRate: 0.1,
    decay: "linear" as const,
    l2: 0,
    intercept: true,
    standardise: "auto" as const,
    ...config,
  }
  if (!Object.hasOwn(families, full.family)) throw unknownName("sgd", "family", full.family, Object.keys(families))
  if (!Object.hasOwn(optimisers, full.optimiser)) throw unknownName("sgd", "optimiser", full.optimiser, Object.keys(optimisers))
  for (const name of ["epochs", "batchSize"] as const) {
    if (!(Number.isInteger(full[name]) && full[name] >= 1)) {
      throw new InvalidArgument("sgd", `${name} as a whole number from 1`, String(full[name]), "Leave it out for the default.")
    }
  }
  if (!(full.learningRate > 0)) throw new InvalidArgument("sgd", "a learningRate above 0", String(full.learningRate), "Pass 0.1.")
  if (!(full.l2 >= 0)) throw new InvalidArgument("sgd", "l2 of 0 or more", String(full.l2), "Pass 0 for none.")
  return full
}
