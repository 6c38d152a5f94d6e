import type { Convex, MinimiseOptions, Minimum } from "./minimise.ts"
import { largest, moved } from "./minimise.ts"

/** An L1 penalty on the first `penalised` numbers of a point. */
export interface Lasso {
  readonly l1: number
  readonly penalised: number
}

/**
 * Newton's method for a smooth convex function plus an L1 penalty: each step minimises the quadratic model plus the penalty by coordinate
 * descent, then halves its length until the value falls. For functions whose Hessian is cheap to form.
 * @see Lee, Sun & Saunders 2014, Proximal Newton-type methods, doi:10.1137/130921428
 */
export async function proximalNewton(f: Convex, start: Float64Array, lasso: Lasso, options: MinimiseOptions): Promise<Minimum> {
  const size = start.length
  let point = start.slice()
  let gradient = new Float64Array(size)
  let hessian = new Float64Array(size * size)
  let value = (await f(point, gradient, hessian)) + penalty(point, lasso)
  const values = [value]
  let iterations = 0
  for (; iterations < options.maxIterations; iterations++) {
    const step = coordinateDescent(hessian, gradient, point, lasso)
    if (largest(step) <= 1e-11 * (1 + largest(point))) break
    const nextGradient = new Float64Array(size)
    const nextHessian = new Float64Array(size * size)
    let length = 1
    let next = moved(point, step, length)
    let nextValue = (await f(next, nextGradient, nextHessian)) + penalty(next, lasso)
    while (!(nextValue <= value + 1e-13 * Math.abs(value)) && length > 1e-9) {
      length /= 2
      next = moved(point, step, length)
      nextValue = (await f(next, nextGradient, nextHessian)) + penalty(next, lasso)
    }
    if (length <= 1e-9) break
    point = next
    value = nextValue
    gradient = nextGradient
    hessian = nextHessian
    values.push(value)
    options.onIteration?.(iterations + 1)
  }
  return { point, value, gradientNorm: largest(pseudoGradient(point, gradient, lasso)), iterations, values }
}

/** The step to the minimum of the quadratic model plus the penalty around `point`; the upper triangle of `hessian` is given. */
function coordinateDescent(hessian: Float64Array, gradient: Float64Array, point: Float64Array, { l1, penalised }: Lasso): Float64Array {
  const size = point.length
  const step = new Float64Array(size)
  /** Gradient of the model at the step so far. */
  const slope = gradient.slice()
  for (let row = 1; row < size; row++) for (let col = 0; col < row; col++) hessian[row * size + col] = hessian[col * size + row]!
  for (let sweep = 0; sweep < 10_000; sweep++) {
    let most = 0
    for (let i = 0; i < size; i++) {
      const curvature = hessian[i * size + i]!
      if (!(curvature > 0)) continue
      const at = point[i]! + step[i]!
      const target = at - slope[i]! / curvature
      const change = (i < penalised ? shrink(target, l1 / curvature) : target) - at
      if (change === 0) continue
      step[i]! += change
      for (let k = 0, row = i * size; k < size; k++) slope[k]! += change * hessian[row + k]!
      most = Math.max(most, Math.abs(change))
    }
    if (most <= 1e-13 * (1 + largest(point) + largest(step))) break
  }
  return step
}

/** The derivative of the whole in the direction of steepest descent: 0 in every component at the minimum. */
export function pseudoGradient(point: Float64Array, gradient: Float64Array, { l1, penalised }: Lasso): Float64Array {
  return gradient.map((slope, i) => {
    if (i >= penalised) return slope
    return point[i] === 0 ? shrink(slope, l1) : slope + l1 * Math.sign(point[i]!)
  })
}

/** The penalty itself. */
export function penalty(point: Float64Array, { l1, penalised }: Lasso): number {
  let sum = 0
  for (let i = 0; i < penalised; i++) sum += Math.abs(point[i]!)
  return l1 * sum
}

/** Towards 0 by `by`, and no further. */
export function shrink(value: number, by: number): number {
  return value > by ? value - by : value < -by ? value + by : 0
}
