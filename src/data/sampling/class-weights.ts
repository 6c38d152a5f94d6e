import { InvalidArgument } from "../../core/index.ts"

/** How classes are weighed against each other. */
export interface ClassWeightOptions {
  /**
   * `balanced` (default): `n / (classes * count)`, so that every class weighs the same in total.
   * `effective`: `(1 - beta) / (1 - beta^count)`, which grows more slowly for classes with many rows.
   */
  readonly rule?: "balanced" | "effective"
  /** Of `effective`, in [0, 1); 0.999 without: 1 would be the inverse count, 0 no weights. */
  readonly beta?: number
  /** Scales the `effective` weights to sum to the number of classes; true without. */
  readonly normalise?: boolean
}

/**
 * The weight of each class from how often it occurs.
 *
 * @param counts - rows of each class, at least 1; shape `[classes]`
 * @returns weights above 0; shape `[classes]`
 * @throws {@link InvalidArgument} on a class without rows or beta outside [0, 1)
 * @see King & Zeng 2001, doi:10.1093/oxfordjournals.pan.a004868 (balanced); Cui et al. 2019, arXiv:1901.05555 (effective number)
 */
export function classWeights(counts: ArrayLike<number>, options: ClassWeightOptions = {}): Float64Array {
  const { rule = "balanced", beta = 0.999, normalise = true } = options
  const known = Float64Array.from(counts)
  if (known.length === 0 || known.some((count) => !(count >= 1))) {
    throw new InvalidArgument("classWeights", "at least 1 row of each class", `counts ${[...known].join(", ")}`, "Leave empty classes out.")
  }
  if (!(beta >= 0 && beta < 1)) throw new InvalidArgument("classWeights", "beta in [0, 1)", String(beta), "Pass such as 0.999.")
  if (rule === "balanced") {
    const total = known.reduce((sum, count) => sum + count, 0)
    return known.map((count) => total / (known.length * count))
  }
  // 1 - beta^n without cancellation.
  const weights = known.map((count) => (beta === 0 ? 1 : (1 - beta) / -Math.expm1(count * Math.log(beta))))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return normalise ? weights.map((weight) => (weight * known.length) / sum) : weights
}

/** The weight of each row from that of its class. @param classes - class of each row, from 0; shape `[n]` */
export function rowWeights(classes: ArrayLike<number>, weights: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: classes.length }, (_, row) => {
    const weight = weights[classes[row]!]
    if (weight === undefined) {
      throw new InvalidArgument(
        "rowWeights",
        `classes in 0 .. ${weights.length - 1}`,
        `${classes[row]} in row ${row}`,
        "Give every class one.",
      )
    }
    return weight
  })
}

/** How many rows each class has, from 0 to the largest. @param classes - whole numbers of at least 0; shape `[n]` */
export function classCounts(classes: ArrayLike<number>): Uint32Array {
  let most = -1
  for (let row = 0; row < classes.length; row++) {
    const name = classes[row]!
    if (!(Number.isInteger(name) && name >= 0)) {
      throw new InvalidArgument("classCounts", "classes 0, 1, 2 ...", `${name} in row ${row}`, "Number the classes from 0.")
    }
    most = Math.max(most, name)
  }
  const counts = new Uint32Array(most + 1)
  for (let row = 0; row < classes.length; row++) counts[classes[row]!]! += 1
  return counts
}

/**
 * Log loss of one row with a weight for each class, finite for every logit: `w1 y softplus(-z) + w0 (1 - y) softplus(z)`.
 *
 * @param label - 1 or 0, or a share between
 */
export function weightedLogLoss(logit: number, label: number, { positive, negative }: { positive: number; negative: number }): number {
  return positive * label * softplus(-logit) + negative * (1 - label) * softplus(logit)
}

/** The slope of {@link weightedLogLoss} by the logit: `w0 (1 - y) p - w1 y (1 - p)`. */
export function weightedLogLossSlope(logit: number, label: number, { positive, negative }: { positive: number; negative: number }): number {
  return negative * (1 - label) * sigmoid(logit) - positive * label * sigmoid(-logit)
}

/**
 * Logarithm of each class's share, to be added to its logit (times a strength) in training, so that the model need not learn the imbalance.
 *
 * @see Menon et al. 2021, arXiv:2007.07314
 */
export function logPriors(counts: ArrayLike<number>): Float64Array {
  const known = Float64Array.from(counts)
  const total = known.reduce((sum, count) => sum + count, 0)
  return known.map((count) => Math.log(count / total))
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
