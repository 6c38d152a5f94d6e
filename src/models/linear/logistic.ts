import { type Estimator, type FitOptions, InvalidArgument, type Matrix } from "../../core/index.ts"
import { type BatchSettings, fitPath, type Solver } from "./fit-batch.ts"
import { asLogistic, type LogisticModel } from "./linear-model.ts"

/** Rows and what happened: `n` examples of `d` columns. */
export interface LogisticData {
  /** Shape `[n, d]`, NaN = missing, no infinities. */
  readonly rows: Matrix
  /** 1 = happened, 0 = did not, or a share between; shape `[n]`. */
  readonly labels: Float32Array
  /** How much each row counts, 0 or more; shape `[n]`; 1 when absent. */
  readonly weights?: Float32Array
  /** Names of the columns; `x0`, `x1` ... when absent. */
  readonly columns?: readonly string[]
}

/** How {@link logistic} is fitted. */
export interface LogisticConfig {
  /** Penalty: `l2 / 2` times the squared standardised coefficients is added to the sum of log losses. Above 0; default 1. */
  readonly l2?: number
  /** Give every column with missing values a coefficient for being missing; otherwise missing means the mean. Default false. */
  readonly missingIndicators?: boolean
  /** `newton` forms the Hessian, `newton-cg` only takes products with it; `auto` (default) takes `newton` up to 128 columns. */
  readonly solver?: Solver
  /** Newton steps; default 200, hardly ever reached. */
  readonly maxIterations?: number
}

/**
 * Binary logistic regression over dense, standardised columns with missing values and an L2 penalty: the shape a ranker's features have. Fitted
 * on the whole batch to the optimum; deterministic (the seed changes nothing). For L1, sparse rows or an offset see `regression`.
 *
 * Columns are standardised by means and deviations of the training rows; the intercept is not penalised. Costs `n d^2 / 2` multiplications an
 * iteration with Newton (6 to 10 of them), `3 n d` a product with conjugate gradients (tens to hundreds). Keeps one number a row.
 * @throws {@link InvalidArgument} on lengths that differ, labels outside [0, 1] or all alike, weights below 0, infinite values
 * @see McCullagh & Nelder 1989, Generalized Linear Models, section 4.4 (iteratively reweighted least squares)
 */
export function logistic(config: LogisticConfig = {}): Estimator<LogisticData, LogisticModel> {
  const full = complete(config)
  return { config: full, fit: async (data, options) => (await fitAll(data, full, [full.l2], options))[0]! }
}

/**
 * Models for several penalties on the same data, in the order given: each starts where the one before ended, so the path costs little more than
 * its first fit when penalties lie near each other. Each equals the model {@link logistic} fits, to 1e-6 in every coefficient.
 */
export function logisticPath(
  data: LogisticData,
  penalties: readonly number[],
  config: Omit<LogisticConfig, "l2">,
  options: FitOptions,
): Promise<LogisticModel[]> {
  const full = penalties.map((l2) => complete({ ...config, l2 }))
  return fitAll(data, full[0] ?? complete(config), penalties, options)
}

async function fitAll(
  { labels, ...data }: LogisticData,
  { missingIndicators, solver, maxIterations }: Required<LogisticConfig>,
  penalties: readonly number[],
  options: FitOptions,
): Promise<LogisticModel[]> {
  const settings: BatchSettings = { family: "logistic", intercept: true, standardise: true, missingIndicators, solver, maxIterations }
  const all = penalties.map((l2) => ({ l1: 0, l2 }))
  return (await fitPath({ ...data, targets: labels }, settings, all, options)).map(asLogistic)
}

function complete(config: LogisticConfig): Required<LogisticConfig> {
  const { l2 = 1, missingIndicators = false, solver = "auto", maxIterations = 200 } = config
  if (!(l2 > 0 && Number.isFinite(l2))) {
    throw new InvalidArgument("logistic", "l2 above 0", String(l2), "Pass a small number such as 0.001 for hardly any penalty.")
  }
  return { l2, missingIndicators, solver, maxIterations }
}
