import { type Estimator, type FitOptions, InvalidArgument, type Matrix, throwIfCancelled } from "../../core/index.ts"
import { logisticLoss } from "./logistic-loss.ts"
import { type LogisticModel, logisticModel } from "./logistic-model.ts"
import { lbfgs, newton } from "./minimise.ts"
import { fitScaling } from "./standardise.ts"

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
  /** `newton` forms the Hessian, `lbfgs` does not; `auto` (default) takes `newton` up to 128 columns. */
  readonly solver?: "auto" | "newton" | "lbfgs"
  /** Default 200 for Newton's method and 2000 for L-BFGS, which are hardly ever reached. */
  readonly maxIterations?: number | "auto"
}

/** Columns up to which forming the Hessian pays. */
const NEWTON_COLUMNS = 128

/**
 * Binary logistic regression with an L2 penalty, fitted on the whole batch to the optimum; deterministic (the seed changes nothing).
 *
 * Columns are standardised by means and deviations of the training rows; the intercept is not penalised. Costs `n d^2 / 2` multiplications an
 * iteration with Newton (6 to 10 of them), `3 n d` with L-BFGS (tens to hundreds). Allocates nothing of size n.
 * @throws {@link InvalidArgument} on lengths that differ, labels outside [0, 1] or all alike, weights below 0, infinite values
 * @see McCullagh & Nelder 1989, Generalized Linear Models, section 4.4 (iteratively reweighted least squares)
 */
export function logistic(config: LogisticConfig = {}): Estimator<LogisticData, LogisticModel> {
  const full = complete(config)
  return { config: full, fit: async (data, options) => (await fitPath(data, full, [full.l2], options))[0]! }
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
  return fitPath(data, full[0] ?? complete(config), penalties, options)
}

async function fitPath(
  data: LogisticData,
  config: Required<LogisticConfig>,
  penalties: readonly number[],
  options: FitOptions,
): Promise<LogisticModel[]> {
  throwIfCancelled(options.signal, "logistic")
  const { total, rate } = check(data)
  const { rows, labels, weights } = data
  const columns = data.columns ?? Array.from({ length: rows.cols }, (_, col) => `x${col}`)
  const scaling = fitScaling(rows, weights, config.missingIndicators)
  const loss = logisticLoss(rows, labels, weights, scaling, options.signal)
  const isNewton = config.solver === "newton" || (config.solver === "auto" && loss.size <= NEWTON_COLUMNS + 1)
  const maxIterations = config.maxIterations === "auto" ? (isNewton ? 200 : 2000) : config.maxIterations
  let point: Float64Array = new Float64Array(loss.size)
  point[loss.size - 1] = Math.log(rate / (1 - rate))
  const models: LogisticModel[] = []
  for (const l2 of penalties) {
    const soFar = models.length
    const onIteration = (done: number) => options.onProgress?.((soFar + done / (done + 3)) / penalties.length)
    const f = (at: Float64Array, gradient: Float64Array, hessian?: Float64Array) => loss.at(at, l2, gradient, hessian)
    const curvature = total * rate * (1 - rate) + l2
    const found = isNewton
      ? await newton(f, point, { maxIterations, onIteration })
      : await lbfgs(f, point, curvature, 1e-8 * Math.max(l2, 1e-3 * curvature), { maxIterations, onIteration })
    point = found.point
    models.push(logisticModel({ columns, scaling, point }))
  }
  options.onProgress?.(1)
  return models
}

/** Checks lengths and ranges; gives the sum of weights and the weighted mean label. */
function check({ rows, labels, weights, columns }: LogisticData): { readonly total: number; readonly rate: number } {
  const lengths = { labels: labels.length, weights: weights?.length ?? rows.rows }
  for (const [name, length] of Object.entries(lengths)) {
    if (length !== rows.rows) throw new InvalidArgument("logistic", `${rows.rows} ${name}`, `${length}`, "Give every row one.")
  }
  if (columns !== undefined && columns.length !== rows.cols) {
    throw new InvalidArgument("logistic", `${rows.cols} column names`, `${columns.length}`, "Name every column.")
  }
  let total = 0
  let positive = 0
  for (let row = 0; row < rows.rows; row++) {
    const label = labels[row]!
    const weight = weights === undefined ? 1 : weights[row]!
    if (!(label >= 0 && label <= 1))
      throw new InvalidArgument("logistic", "labels in [0, 1]", `${label} in row ${row}`, "Leave the row out.")
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new InvalidArgument("logistic", "finite weights of 0 or more", `${weight} in row ${row}`, "Leave the row out.")
    }
    total += weight
    positive += weight * label
  }
  if (!(positive > 0 && positive < total)) {
    const came = total === 0 ? "no rows with a weight" : `only ${positive === 0 ? 0 : 1}`
    throw new InvalidArgument("logistic", "labels of both kinds", came, "Train when both have been seen.")
  }
  return { total, rate: positive / total }
}

function complete(config: LogisticConfig): Required<LogisticConfig> {
  const { l2 = 1, missingIndicators = false, solver = "auto", maxIterations = "auto" } = config
  if (!(l2 > 0 && Number.isFinite(l2))) {
    throw new InvalidArgument("logistic", "l2 above 0", String(l2), "Pass a small number such as 0.001 for hardly any penalty.")
  }
  return { l2, missingIndicators, solver, maxIterations }
}
