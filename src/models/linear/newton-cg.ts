import type { BatchLoss } from "./batch-loss.ts"
import { largest, type MinimiseOptions, type Minimum, moved, product } from "./minimise.ts"
import { type Lasso, penalty, pseudoGradient } from "./minimise-l1.ts"
import type { SparseLoss } from "./sparse-loss.ts"

/** Conjugate gradients a Newton step may take. */
const MOST_PRODUCTS = 500

/** A point of the search and what is known there: the loss holds its Hessian. */
interface Place {
  readonly point: Float64Array
  readonly gradient: Float64Array
  /** The smooth part, and all of it. */
  readonly smooth: number
  readonly value: number
}

/**
 * Newton's method without the Hessian: each step is found by conjugate gradients from products with it, only as exactly as the step deserves;
 * for many columns. With an L1 penalty it takes turns: coordinate descent says which numbers are not 0, a Newton step moves those in their orthant.
 *
 * One-hot columns that sum to a constant leave directions which only the penalty holds: quasi-Newton methods creep along them for a thousand
 * iterations, conjugate gradients take one each. Ends when no component of the (pseudo-)gradient is above `tolerance`, or when rounding hides
 * further progress.
 * @see Nocedal & Wright 2006, Numerical Optimization, algorithm 7.1; Byrd, Chin, Nocedal & Oztoprak 2016, doi:10.1007/s10107-015-0965-3
 */
export async function newtonCg(
  loss: BatchLoss | SparseLoss,
  start: Float64Array,
  l2: number,
  lasso: Lasso,
  tolerance: number,
  options: MinimiseOptions,
): Promise<Minimum> {
  const visit = async (point: Float64Array): Promise<Place> => {
    const gradient = new Float64Array(loss.size)
    const smooth = await loss.at(point, l2, gradient)
    return { point, gradient, smooth, value: smooth + penalty(point, lasso) }
  }
  let place = await visit(start.slice())
  let pseudo = pseudoGradient(place.point, place.gradient, lasso)
  const first = largest(pseudo)
  const values = [place.value]
  let iterations = 0
  for (; iterations < options.maxIterations && largest(pseudo) > tolerance; iterations++) {
    const before = place
    const slope = largest(pseudo)
    if (lasso.l1 > 0 && "descend" in loss) {
      place = await proximalStep(loss, place, l2, lasso, visit)
      pseudo = pseudoGradient(place.point, place.gradient, lasso)
    }
    const direction = await newtonStep(loss, place.point, pseudo, l2, lasso, Math.min(0.1, Math.sqrt(largest(pseudo) / first)))
    place = await search(place, direction, pseudo, lasso, visit)
    pseudo = pseudoGradient(place.point, place.gradient, lasso)
    // Rounding may hide how much the value falls, so the gradient counts too.
    if (place.value >= before.value && largest(pseudo) >= slope) break
    values.push(place.value)
    options.onIteration?.(iterations + 1)
  }
  return { point: place.point, value: place.value, gradientNorm: largest(pseudo), iterations, values }
}

type Visit = (point: Float64Array) => Promise<Place>

/** The step that coordinate descent finds on the quadratic model, halved until the value falls: says which numbers are not 0. */
async function proximalStep(loss: SparseLoss, place: Place, l2: number, lasso: Lasso, visit: Visit): Promise<Place> {
  const { point, gradient, value } = place
  const step = await loss.descend(point, gradient, l2, lasso)
  let slope = penalty(moved(point, step, 1), lasso) - penalty(point, lasso)
  for (let i = 0; i < point.length; i++) slope += gradient[i]! * step[i]!
  for (let length = 1; length > 1e-10; length /= 2) {
    const next = await visit(moved(point, step, length))
    if (next.value <= value + 1e-4 * length * Math.min(0, slope) + 1e-14 * Math.abs(value)) return next
  }
  return visit(point)
}

/** About the Newton step of the numbers that are free: conjugate gradients until the residual has shrunk to the share `forcing`. */
async function newtonStep(loss: BatchLoss, point: Float64Array, pseudo: Float64Array, l2: number, lasso: Lasso, forcing: number) {
  const { size } = loss
  const scales = new Float64Array(size)
  await loss.diagonal(l2, scales)
  for (let i = 0; i < size; i++) scales[i] = i >= lasso.penalised || lasso.l1 === 0 || point[i] !== 0 ? 1 / (scales[i]! || 1) : 0
  const direction = new Float64Array(size)
  const residual = pseudo.map((slope, i) => (scales[i] === 0 ? 0 : -slope))
  const scaled = residual.map((value, i) => value * scales[i]!)
  const conjugate = scaled.slice()
  const curved = new Float64Array(size)
  let rho = product(residual, scaled)
  const enough = forcing ** 2 * rho
  for (let i = 0; i < MOST_PRODUCTS && rho > enough; i++) {
    await loss.product(conjugate, l2, curved)
    const curvature = product(conjugate, curved)
    if (!(curvature > 0)) break
    const length = rho / curvature
    for (let k = 0; k < size; k++) {
      direction[k]! += length * conjugate[k]!
      residual[k]! -= length * curved[k]!
      scaled[k] = residual[k]! * scales[k]!
    }
    const next = product(residual, scaled)
    const keep = next / rho
    for (let k = 0; k < size; k++) conjugate[k] = scaled[k]! + keep * conjugate[k]!
    rho = next
  }
  return direction
}

/**
 * Halves a step until the value falls; a penalised number that would change sign stops at 0. When that spoils the direction, the step goes to
 * where the first number becomes 0, along which the value must fall.
 */
async function search(place: Place, direction: Float64Array, pseudo: Float64Array, lasso: Lasso, visit: Visit): Promise<Place> {
  const { point, value } = place
  const falls = (next: Place) => {
    let rise = 0
    for (let i = 0; i < point.length; i++) rise += (next.point[i]! - point[i]!) * pseudo[i]!
    return rise <= 0 && next.value <= value + 1e-4 * rise + 1e-14 * Math.abs(value)
  }
  const boundary = lasso.l1 > 0 ? firstZero(point, direction, lasso.penalised) : Number.POSITIVE_INFINITY
  let length = 1
  for (let halvings = 0; halvings < (boundary < 1 ? 3 : 40); halvings++) {
    const next = await visit(project(point, direction, length, lasso))
    if (falls(next)) return next
    length /= 2
  }
  if (boundary < 1) {
    for (length = boundary; length > 1e-10; length /= 2) {
      const next = await visit(project(point, direction, length, lasso))
      if (falls(next)) return next
    }
  }
  return visit(point)
}

function firstZero(point: Float64Array, direction: Float64Array, penalised: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < penalised; i++) {
    const length = -point[i]! / direction[i]!
    if (length > 0) least = Math.min(least, length)
  }
  return least
}

/** A step along `direction`; a penalised number that would change sign stops at 0. */
function project(point: Float64Array, direction: Float64Array, length: number, { l1, penalised }: Lasso) {
  const next = moved(point, direction, length)
  if (l1 > 0) for (let i = 0; i < penalised; i++) if (next[i]! * point[i]! <= 0) next[i] = 0
  return next
}
