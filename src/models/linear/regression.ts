import { type Estimator, type FitOptions, InvalidArgument, unknownName } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"
import { type BatchSettings, fitPath, type Penalty, type RegressionData, type Solver } from "./fit-batch.ts"
import type { LinearModel } from "./linear-model.ts"

/** How {@link regression} is fitted. */
export interface RegressionConfig {
  /** What is minimised: half the squared error, the log loss, or the Poisson log likelihood. Default `squared`. */
  readonly family?: FamilyName
  /** `l1` times the sum of absolute coefficients is added to the sum of losses: sets the useless ones to 0. 0 or more; default 0. */
  readonly l1?: number
  /** `l2 / 2` times the sum of squared coefficients is added to the sum of losses. 0 or more; default 0. */
  readonly l2?: number
  /** A constant that is learned and not penalised. Default true. */
  readonly intercept?: boolean
  /** Penalise coefficients by standard deviation instead of by unit; dense rows only. Default false. */
  readonly standardise?: boolean
  /** `newton` forms the Hessian, `newton-cg` only takes products with it; `auto` (default) takes `newton` up to 128 columns (400 with l1). */
  readonly solver?: Solver
  /** Newton steps; default 200, hardly ever reached. */
  readonly maxIterations?: number
}

/**
 * Linear, logistic or Poisson regression with L1 and L2 penalties (elastic net), fitted on the whole batch to the optimum; deterministic (the
 * seed changes nothing).
 *
 * The objective is `sum_i weight_i * loss_i + l1 * |w|_1 + l2 / 2 * |w|_2^2`, the intercept free. In the terms of scikit-learn, for n rows:
 * `Ridge(alpha)` is l2 = alpha; `Lasso(alpha)` is l1 = n alpha; `LogisticRegression(C)` is l2 = 1 / C; `PoissonRegressor(alpha)` is l2 = n alpha.
 * Newton's method, its steps by coordinate descent with L1; by conjugate gradients where the Hessian is too large to form.
 * @throws {@link InvalidArgument} on lengths that differ, targets outside the family's range, weights below 0, infinite values; or columns that
 * determine each other when nothing is penalised
 * @see McCullagh & Nelder 1989, Generalized Linear Models; Friedman, Hastie & Tibshirani 2010, doi:10.18637/jss.v033.i01
 */
export function regression(config: RegressionConfig = {}): Estimator<RegressionData, LinearModel> {
  const full = complete(config)
  return { config: full, fit: async (data, options) => (await fitAll(data, full, [full], options))[0]! }
}

/**
 * Models for several penalties on the same data, in the order given, each started where the one before ended: from strong to weak penalties
 * the whole path costs little more than its last fit.
 */
export function regressionPath(
  data: RegressionData,
  penalties: readonly Partial<Penalty>[],
  config: Omit<RegressionConfig, "l1" | "l2">,
  options: FitOptions,
): Promise<LinearModel[]> {
  const full = penalties.map(({ l1 = 0, l2 = 0 }) => complete({ ...config, l1, l2 }))
  return fitAll(data, full[0] ?? complete(config), full, options)
}

function fitAll(data: RegressionData, config: Required<RegressionConfig>, penalties: readonly Penalty[], options: FitOptions) {
  const { family, intercept, standardise, solver, maxIterations } = config
  const settings: BatchSettings = { family, intercept, standardise, missingIndicators: false, solver, maxIterations }
  return fitPath(data, settings, penalties, options)
}

function complete(config: RegressionConfig): Required<RegressionConfig> {
  const { family = "squared", l1 = 0, l2 = 0, intercept = true, standardise = false, solver = "auto", maxIterations = 200 } = config
  if (!Object.hasOwn(families, family)) throw unknownName("regression", "family", family, Object.keys(families))
  for (const [name, value] of Object.entries({ l1, l2 })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new InvalidArgument("regression", `${name} of 0 or more`, String(value), "Pass 0 for no penalty.")
    }
  }
  return { family, l1, l2, intercept, standardise, solver, maxIterations }
}
