/** What was seen with each row: shape `[n]` each, and whether the model has a free intercept. */
export interface Observations {
  readonly targets: Float32Array
  readonly weights: Float32Array | undefined
  /** Added to every score, with a coefficient of 1 that is not learned. */
  readonly offset: Float32Array | undefined
  readonly hasIntercept: boolean
}

/** Loss, gradient and, when asked, Hessian of a penalised linear model over the whole batch at one point. */
export interface BatchLoss {
  /** As many numbers as a point has: coefficients, then the intercept if there is one. */
  readonly size: number
  /** How many of them, from the first, are penalised: all but the intercept. */
  readonly penalised: number
  /**
   * Sum of weighted losses plus `l2 / 2` times the squared coefficients.
   * Overwrites `gradient`, shape `[size]`, and the upper triangle of `hessian`, shape `[size, size]`.
   */
  at(point: Float64Array, l2: number, gradient: Float64Array, hessian?: Float64Array): Promise<number>
  /**
   * The Hessian at the point of the last {@link at} times a direction, into `out`; shape `[size]` both. Costs as much as a gradient.
   * Kept for it: one number a row.
   */
  product(direction: Float64Array, l2: number, out: Float64Array): Promise<void>
  /** The diagonal of that Hessian, into `out`. */
  diagonal(l2: number, out: Float64Array): Promise<void>
}

/** The penalty's value; adds its derivatives. A column that says nothing gets a curvature of 1, so that its coefficient stays where it is. */
export function penalise(point: Float64Array, l2: number, penalised: number, gradient: Float64Array, hessian?: Float64Array): number {
  const size = point.length
  let sum = 0
  for (let col = 0; col < penalised; col++) {
    sum += 0.5 * l2 * point[col]! ** 2
    gradient[col]! += l2 * point[col]!
    if (hessian === undefined) continue
    hessian[col * size + col]! += l2
    if (hessian[col * size + col] === 0) hessian[col * size + col] = 1
  }
  return sum
}
