import { InvalidArgument } from "../../core/index.ts"
import { solveSymmetric } from "./cholesky.ts"

/** A convex function to minimise: value and gradient at a point, and its Hessian's upper triangle when that is asked for. */
export type Convex = (point: Float64Array, gradient: Float64Array, hessian?: Float64Array) => Promise<number>

/** Where a minimisation ended: `gradientNorm` is what is left of the gradient there, in the largest component. */
export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
  /** The value at the start and after each iteration. */
  readonly values: readonly number[]
}

/** Stops early; `onIteration` hears how many are done. */
export interface MinimiseOptions {
  readonly maxIterations: number
  readonly onIteration?: (done: number) => void
}

/** Newton's method with step halving: for functions whose Hessian is cheap to form and positive definite. Ends when a step moves nothing any more. */
export async function newton(f: Convex, start: Float64Array, options: MinimiseOptions): Promise<Minimum> {
  const size = start.length
  let point = start.slice()
  let gradient = new Float64Array(size)
  let hessian = new Float64Array(size * size)
  let value = await f(point, gradient, hessian)
  const values = [value]
  let iterations = 0
  for (; iterations < options.maxIterations; iterations++) {
    const step = gradient.slice()
    if (!solveSymmetric(hessian, step)) {
      if (iterations > 0) break
      const remedy = "Leave one of them out, or pass a small l2 such as 1e-6."
      throw new InvalidArgument("newton", "columns that do not determine each other", "some that do", remedy)
    }
    if (largest(step) <= 1e-11 * (1 + largest(point))) break
    const nextGradient = new Float64Array(size)
    const nextHessian = new Float64Array(size * size)
    let length = 1
    let next = moved(point, step, -length)
    let nextValue = await f(next, nextGradient, nextHessian)
    // Rounding alone may raise the value by its last bits near the minimum.
    while (!(nextValue <= value + 1e-13 * Math.abs(value)) && length > 1e-9) {
      length /= 2
      next = moved(point, step, -length)
      nextValue = await f(next, nextGradient, nextHessian)
    }
    if (length <= 1e-9) break
    point = next
    value = nextValue
    gradient = nextGradient
    hessian = nextHessian
    values.push(value)
    options.onIteration?.(iterations + 1)
  }
  return { point, value, gradientNorm: largest(gradient), iterations, values }
}

/** `from + by * along`. */
export function moved(from: Float64Array, along: Float64Array, by: number) {
  const next = new Float64Array(from.length)
  for (let i = 0; i < next.length; i++) next[i] = from[i]! + by * along[i]!
  return next
}

export function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The largest absolute component. */
export function largest(values: Float64Array): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}
