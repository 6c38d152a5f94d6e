import { type FitOptions, InvalidArgument, type Matrix, type SparseMatrix, TooLarge, throwIfCancelled } from "../../core/index.ts"
import type { BatchLoss, Observations } from "./batch-loss.ts"
import { denseLoss } from "./dense-loss.ts"
import { type FamilyName, families } from "./families.ts"
import { type LinearModel, linearModel } from "./linear-model.ts"
import { type Convex, type Minimum, newton } from "./minimise.ts"
import { proximalNewton } from "./minimise-l1.ts"
import { newtonCg } from "./newton-cg.ts"
import { sparseLoss } from "./sparse-loss.ts"
import { fitScaling, plainScaling, type Scaling } from "./standardise.ts"

/** Rows and what was observed with each: `n` examples of `d` columns. */
export interface RegressionData {
  /** Shape `[n, d]`, dense (NaN = missing, which counts as the column's mean; no infinities) or sparse. */
  readonly rows: Matrix | SparseMatrix
  /** Values, labels in [0, 1], or counts of 0 or more, by family; shape `[n]`. */
  readonly targets: Float32Array
  /** How much each row counts, 0 or more; shape `[n]`; 1 when absent. */
  readonly weights?: Float32Array
  /** Added to the score of each row, such as the log of an exposure; shape `[n]`; 0 when absent. */
  readonly offset?: Float32Array
  /** Names of the columns; when absent `x0`, `x1` ... for dense rows, none for sparse ones. */
  readonly columns?: readonly string[]
}

/** `newton` forms the Hessian, `newton-cg` takes products with it; `auto` forms it for few columns. */
export type Solver = "auto" | "newton" | "newton-cg"

/** How a batch is fitted, every choice made. */
export interface BatchSettings {
  readonly family: FamilyName
  readonly intercept: boolean
  readonly standardise: boolean
  readonly missingIndicators: boolean
  readonly solver: Solver
  readonly maxIterations: number
}

export interface Penalty {
  readonly l1: number
  readonly l2: number
}

/** Columns up to which forming the Hessian pays. */
const NEWTON_COLUMNS = 128
/** What two Hessians may take. */
const HESSIAN_BYTES = 2 ** 31
/** With L1 the alternative is slower, so it pays for longer. */
const NEWTON_COLUMNS_L1 = 400

/** Models for several penalties on the same data, in the order given; each fit starts where the one before ended. */
export async function fitPath(
  data: RegressionData,
  settings: BatchSettings,
  penalties: readonly Penalty[],
  options: FitOptions,
): Promise<LinearModel[]> {
  throwIfCancelled(options.signal, settings.family)
  const { total, mean } = checkRegressionData(data, settings.family)
  const family = families[settings.family]
  const columns = columnNamesOf(data)
  const observed: Observations = {
    targets: data.targets,
    weights: data.weights,
    offset: data.offset,
    hasIntercept: settings.intercept,
  }
  const problem = pose(data, observed, settings, options.signal)
  const { loss } = problem
  let point: Float64Array = new Float64Array(loss.size)
  if (settings.intercept) point[loss.penalised] = family.score(mean) - meanOffset(data)
  const spread = settings.family === "squared" ? 1 : settings.family === "logistic" ? mean * (1 - mean) : mean
  const models: LinearModel[] = []
  for (const penalty of penalties) {
    const soFar = models.length
    const onIteration = (done: number) => options.onProgress?.((soFar + done / (done + 3)) / penalties.length)
    const found = await minimum(loss, penalty, point, total * spread + penalty.l2, settings, onIteration)
    point = found.point
    const losses = Float64Array.from(found.values)
    models.push(linearModel({ family: settings.family, columns, scaling: problem.scaling, point: problem.spread(point), losses }))
  }
  options.onProgress?.(1)
  return models
}

function minimum(
  loss: BatchLoss,
  { l1, l2 }: Penalty,
  start: Float64Array,
  curvature: number,
  { solver, maxIterations }: BatchSettings,
  onIteration: (done: number) => void,
): Promise<Minimum> {
  const f: Convex = (at, gradient, hessian) => loss.at(at, l2, gradient, hessian)
  const limit = l1 > 0 ? NEWTON_COLUMNS_L1 : NEWTON_COLUMNS
  // Coordinate descent goes by column, which dense rows are not laid out for: there it works on the Hessian.
  const isNewton = solver === "newton" || (l1 > 0 && !("descend" in loss)) || (solver === "auto" && loss.penalised <= limit)
  if (isNewton && loss.size ** 2 * 16 > HESSIAN_BYTES) {
    const remedy = "Pass sparse rows, or no l1 and another solver."
    throw new TooLarge(
      "regression",
      `a Hessian of at most ${HESSIAN_BYTES} bytes`,
      `${loss.size ** 2 * 16} for ${loss.size} columns`,
      remedy,
    )
  }
  const stop = { maxIterations, onIteration }
  const lasso = { l1, penalised: loss.penalised }
  if (isNewton) return l1 > 0 ? proximalNewton(f, start, lasso, stop) : newton(f, start, stop)
  const tolerance = 1e-8 * Math.max(l2, 1e-3 * curvature)
  return newtonCg(loss, start, l2, lasso, tolerance, stop)
}

interface Posed {
  readonly loss: BatchLoss
  readonly scaling: Scaling
  /** A minimum as the model keeps it: a coefficient for every column, an intercept always. */
  spread(point: Float64Array): Float64Array
}

function pose(data: RegressionData, observed: Observations, settings: BatchSettings, signal: AbortSignal | undefined): Posed {
  const { rows, weights } = data
  const family = families[settings.family]
  const withIntercept = (point: Float64Array) => (settings.intercept ? point : Float64Array.of(...point, 0))
  if (!("offsets" in rows)) {
    const scaling = settings.standardise
      ? fitScaling(rows, weights, settings.missingIndicators)
      : plainScaling(rows, weights, settings.intercept)
    return { loss: denseLoss(rows, observed, family, scaling, signal), scaling, spread: withIntercept }
  }
  if (settings.standardise) {
    throw new InvalidArgument(settings.family, "dense rows when columns are standardised", "sparse rows", "Pass standardise: false.")
  }
  const loss = sparseLoss(rows, observed, family, signal)
  const spread = (point: Float64Array) => {
    const full = new Float64Array(rows.cols + 1)
    loss.columns.forEach((col, place) => {
      full[col] = point[place]!
    })
    if (settings.intercept) full[rows.cols] = point[loss.penalised]!
    return full
  }
  return { loss, scaling: sparseScaling(rows.cols), spread }
}

/** Names of the columns: sparse rows may have a million of them, which nobody would read. */
export function columnNamesOf({ rows, columns }: RegressionData): readonly string[] {
  return columns ?? ("offsets" in rows ? [] : Array.from({ length: rows.cols }, (_, col) => `x${col}`))
}

/** Columns as they are, neither centred nor scaled. */
export function sparseScaling(cols: number): Scaling {
  return {
    means: new Float64Array(cols),
    scales: new Float64Array(cols).fill(1),
    indicators: new Uint32Array(0),
    missingShares: new Float64Array(0),
    missingScales: new Float64Array(0),
  }
}

function meanOffset({ offset, weights }: RegressionData): number {
  if (offset === undefined) return 0
  let sum = 0
  let total = 0
  for (let row = 0; row < offset.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    sum += weight * offset[row]!
    total += weight
  }
  return sum / total
}

/** Checks lengths and ranges; gives the sum of weights and the weighted mean target. */
export function checkRegressionData(
  { rows, targets, weights, offset, columns }: RegressionData,
  name: FamilyName,
): { readonly total: number; readonly mean: number } {
  const family = families[name]
  const n = rows.rows
  const lengths = {
    [name === "logistic" ? "labels" : "targets"]: targets.length,
    weights: weights?.length ?? n,
    offsets: offset?.length ?? n,
  }
  for (const [what, length] of Object.entries(lengths)) {
    if (length !== n) throw new InvalidArgument(name, `${n} ${what}`, `${length}`, "Give every row one.")
  }
  if (columns !== undefined && columns.length !== rows.cols) {
    throw new InvalidArgument(name, `${rows.cols} column names`, `${columns.length}`, "Name every column.")
  }
  let total = 0
  let sum = 0
  let isEven = true
  for (let row = 0; row < n; row++) {
    const target = targets[row]!
    const weight = weights === undefined ? 1 : weights[row]!
    if (!family.accepts(target)) throw new InvalidArgument(name, family.targets, `${target} in row ${row}`, "Leave the row out.")
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new InvalidArgument(name, "finite weights of 0 or more", `${weight} in row ${row}`, "Leave the row out.")
    }
    if (offset !== undefined && !Number.isFinite(offset[row]!)) {
      throw new InvalidArgument(name, "finite offsets", `${offset[row]} in row ${row}`, "Leave the row out.")
    }
    total += weight
    sum += weight * target
    if (weight > 0 && target !== 0) isEven = false
  }
  const mean = sum / total
  if (total === 0)
    throw new InvalidArgument(
      name,
      name === "logistic" ? "labels of both kinds" : "rows with a weight",
      "no rows with a weight",
      "Train when there are some.",
    )
  if (name === "logistic" && !(mean > 0 && mean < 1)) {
    throw new InvalidArgument(name, "labels of both kinds", `only ${isEven ? 0 : 1}`, "Train when both have been seen.")
  }
  if (name === "poisson" && isEven) throw new InvalidArgument(name, "a count above 0", "only 0", "Train when something has been counted.")
  return { total, mean }
}
