/** Moves a point against gradients; what it remembers of earlier ones is its own. */
export interface Optimiser {
  /**
   * One step.
   * @param point - moved in place, shape `[size]`
   * @param gradient - shape `[size]`; only the places in `touched[0 .. count)` are read, all of them when `touched` is absent
   * @param rate - learning rate of this step
   */
  step(point: Float64Array, gradient: Float64Array, rate: number, touched?: Uint32Array, count?: number): void
}

export type OptimiserName = "sgd" | "momentum" | "adagrad" | "rmsprop" | "adam"

/** Against the gradient, as far as the rate says. */
function sgd(): Optimiser {
  return {
    step(point, gradient, rate, touched, count = point.length) {
      for (let k = 0; k < count; k++) {
        const i = touched === undefined ? k : touched[k]!
        point[i]! -= rate * gradient[i]!
      }
    },
  }
}

/** Keeps nine tenths of its speed. @see Polyak 1964, doi:10.1016/0041-5553(64)90137-5 */
function momentum(size: number, { keep = 0.9 } = {}): Optimiser {
  const speed = new Float64Array(size)
  return {
    step(point, gradient, rate, touched, count = size) {
      for (let k = 0; k < count; k++) {
        const i = touched === undefined ? k : touched[k]!
        speed[i] = keep * speed[i]! + gradient[i]!
        point[i]! -= rate * speed[i]!
      }
    },
  }
}

/** A rate for each number that falls with its summed squares. @see Duchi, Hazan & Singer 2011, JMLR 12 */
function adagrad(size: number, { first = 1e-8 } = {}): Optimiser {
  const squares = new Float64Array(size).fill(first)
  return {
    step(point, gradient, rate, touched, count = size) {
      for (let k = 0; k < count; k++) {
        const i = touched === undefined ? k : touched[k]!
        const slope = gradient[i]!
        squares[i]! += slope * slope
        point[i]! -= (rate * slope) / Math.sqrt(squares[i]!)
      }
    },
  }
}

/** A rate for each number by a running mean of its squares. @see Tieleman & Hinton 2012, lecture 6.5 */
function rmsprop(size: number, { keep = 0.9, epsilon = 1e-8 } = {}): Optimiser {
  const squares = new Float64Array(size)
  return {
    step(point, gradient, rate, touched, count = size) {
      for (let k = 0; k < count; k++) {
        const i = touched === undefined ? k : touched[k]!
        const slope = gradient[i]!
        squares[i] = keep * squares[i]! + (1 - keep) * slope * slope
        point[i]! -= (rate * slope) / (Math.sqrt(squares[i]!) + epsilon)
      }
    },
  }
}

/** Running means of slopes and squares, both corrected for having begun at 0. @see Kingma & Ba 2015, arXiv:1412.6980 */
function adam(size: number, { keep = 0.9, keepSquares = 0.999, epsilon = 1e-8 } = {}): Optimiser {
  const means = new Float64Array(size)
  const squares = new Float64Array(size)
  let meanShare = 1
  let squareShare = 1
  return {
    step(point, gradient, rate, touched, count = size) {
      meanShare *= keep
      squareShare *= keepSquares
      const scale = rate / (1 - meanShare)
      const root = Math.sqrt(1 - squareShare)
      for (let k = 0; k < count; k++) {
        const i = touched === undefined ? k : touched[k]!
        const slope = gradient[i]!
        means[i] = keep * means[i]! + (1 - keep) * slope
        squares[i] = keepSquares * squares[i]! + (1 - keepSquares) * slope * slope
        point[i]! -= (scale * means[i]!) / (Math.sqrt(squares[i]!) / root + epsilon)
      }
    },
  }
}

/** Ways to follow a gradient, by name; each is made for a point of `size` numbers. */
export const optimisers: Readonly<Record<OptimiserName, (size: number) => Optimiser>> = {
  sgd,
  momentum: (size) => momentum(size),
  adagrad: (size) => adagrad(size),
  rmsprop: (size) => rmsprop(size),
  adam: (size) => adam(size),
}
