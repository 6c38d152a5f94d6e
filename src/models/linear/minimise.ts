import { solveSymmetric } from "./cholesky.ts"

/** A convex function to minimise: value and gradient at a point, and its Hessian's upper triangle when that is asked for. */
export type Convex = (point: Float64Array, gradient: Float64Array, hessian?: Float64Array) => Promise<number>

/** Where a minimisation ended: `gradientNorm` is what is left of the gradient there, in the largest component. */
export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
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
  let iterations = 0
  for (; iterations < options.maxIterations; iterations++) {
    const step = gradient.slice()
    if (!solveSymmetric(hessian, step)) break
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
    options.onIteration?.(iterations + 1)
  }
  return { point, value, gradientNorm: largest(gradient), iterations }
}

/** Pairs of steps and gradient changes that L-BFGS remembers. */
const MEMORY = 10

/**
 * Limited-memory BFGS with backtracking: needs gradients alone. Ends when no component of the gradient is above `gradientTolerance`, or when
 * rounding hides further progress.
 * @param curvature - the size of a typical second derivative, which scales the first step
 * @see Nocedal & Wright 2006, Numerical Optimization, algorithms 7.4 and 3.1
 */
export async function lbfgs(
  f: Convex,
  start: Float64Array,
  curvature: number,
  gradientTolerance: number,
  options: MinimiseOptions,
): Promise<Minimum> {
  const size = start.length
  let point = start.slice()
  let gradient = new Float64Array(size)
  let value = await f(point, gradient)
  const memory: { s: Float64Array; y: Float64Array; rho: number }[] = []
  let iterations = 0
  for (; iterations < options.maxIterations && largest(gradient) > gradientTolerance; iterations++) {
    const direction = twoLoops(gradient, memory, curvature)
    const slope = product(direction, gradient)
    const nextGradient = new Float64Array(size)
    let length = 1
    let next = moved(point, direction, -length)
    let nextValue = await f(next, nextGradient)
    while (!(nextValue <= value - 1e-4 * length * slope + 1e-14 * Math.abs(value)) && length > 1e-12) {
      length /= 2
      next = moved(point, direction, -length)
      nextValue = await f(next, nextGradient)
    }
    if (length <= 1e-12) break
    const s = moved(next, point, -1)
    const y = moved(nextGradient, gradient, -1)
    const curve = product(s, y)
    if (curve > 0) memory.push({ s, y, rho: 1 / curve })
    if (memory.length > MEMORY) memory.shift()
    point = next
    value = nextValue
    gradient = nextGradient
    options.onIteration?.(iterations + 1)
  }
  return { point, value, gradientNorm: largest(gradient), iterations }
}

/** The inverse Hessian that the memory describes, times the gradient. */
function twoLoops(
  gradient: Float64Array,
  memory: readonly { s: Float64Array; y: Float64Array; rho: number }[],
  curvature: number,
): Float64Array {
  const direction = gradient.slice()
  const alphas = new Float64Array(memory.length)
  for (let i = memory.length - 1; i >= 0; i--) {
    const { s, y, rho } = memory[i]!
    alphas[i] = rho * product(s, direction)
    for (let k = 0; k < direction.length; k++) direction[k]! -= alphas[i]! * y[k]!
  }
  const newest = memory.at(-1)
  const scale = newest === undefined ? 1 / curvature : 1 / (newest.rho * product(newest.y, newest.y))
  for (let k = 0; k < direction.length; k++) direction[k]! *= scale
  for (let i = 0; i < memory.length; i++) {
    const { s, y, rho } = memory[i]!
    const beta = alphas[i]! - rho * product(y, direction)
    for (let k = 0; k < direction.length; k++) direction[k]! += beta * s[k]!
  }
  return direction
}

const moved = (from: Float64Array, along: Float64Array, by: number) => from.map((x, i) => x + by * along[i]!)
const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
const largest = (values: Float64Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
