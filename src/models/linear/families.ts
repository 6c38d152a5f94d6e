/** A convex loss over scores and the mean that a score stands for: what makes a linear model linear, logistic or Poisson regression. */
export interface Family {
  readonly name: FamilyName
  /** What targets must be, in words, and the check of one. */
  readonly targets: string
  accepts(target: number): boolean
  /** The expected target at a score: the inverse link. */
  mean(score: number): number
  /** The score at which `mean` is this mean target, strictly inside its range. */
  score(mean: number): number
  /** Loss of one row up to a constant of its target; its derivative by the score is `mean(score) - target` in every family. */
  loss(score: number, target: number): number
  /**
   * Rows `from .. from + count - 1` whose `scores[0 .. count)` are filled: returns the sum of weighted losses, leaves weighted first and second
   * derivatives by the score in `errors` and `curvatures`.
   */
  block(
    scores: Float64Array,
    targets: Float32Array,
    weights: Float32Array | undefined,
    from: number,
    count: number,
    errors: Float64Array,
    curvatures: Float64Array,
  ): number
}

export type FamilyName = "squared" | "logistic" | "poisson"

/** Half the squared error; a score is the expected value itself. */
const squared: Family = {
  name: "squared",
  targets: "finite targets",
  accepts: Number.isFinite,
  mean: (score) => score,
  score: (mean) => mean,
  loss: (score, target) => 0.5 * (score - target) ** 2,
  block(scores, targets, weights, from, count, errors, curvatures) {
    let sum = 0
    for (let row = 0; row < count; row++) {
      const weight = weights === undefined ? 1 : weights[from + row]!
      const error = scores[row]! - targets[from + row]!
      sum += 0.5 * weight * error * error
      errors[row] = weight * error
      curvatures[row] = weight
    }
    return sum
  },
}

/** Log loss; a score is a logit, the mean a probability. */
const logistic: Family = {
  name: "logistic",
  targets: "labels in [0, 1]",
  accepts: (target) => target >= 0 && target <= 1,
  mean: (score) => 1 / (1 + Math.exp(-score)),
  score: (mean) => Math.log(mean / (1 - mean)),
  loss: (score, target) => Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - target * score,
  block(scores, targets, weights, from, count, errors, curvatures) {
    let sum = 0
    for (let row = 0; row < count; row++) {
      const score = scores[row]!
      const target = targets[from + row]!
      const weight = weights === undefined ? 1 : weights[from + row]!
      const small = Math.exp(-Math.abs(score))
      const probability = score >= 0 ? 1 / (1 + small) : small / (1 + small)
      sum += weight * (Math.log1p(small) + Math.max(score, 0) - target * score)
      errors[row] = weight * (probability - target)
      curvatures[row] = (weight * small) / (1 + small) ** 2
    }
    return sum
  },
}

/** Poisson log likelihood of counts, without the factorial; a score is the log of the rate. */
const poisson: Family = {
  name: "poisson",
  targets: "finite counts of 0 or more",
  accepts: (target) => target >= 0 && Number.isFinite(target),
  mean: Math.exp,
  score: Math.log,
  loss: (score, target) => Math.exp(score) - target * score,
  block(scores, targets, weights, from, count, errors, curvatures) {
    let sum = 0
    for (let row = 0; row < count; row++) {
      const target = targets[from + row]!
      const weight = weights === undefined ? 1 : weights[from + row]!
      const rate = Math.exp(scores[row]!)
      sum += weight * (rate - target * scores[row]!)
      errors[row] = weight * (rate - target)
      curvatures[row] = weight * rate
    }
    return sum
  },
}

/** The families by name. Adding one: a file's worth of derivatives here, the gradient check in its test covers it. */
export const families: Readonly<Record<FamilyName, Family>> = { squared, logistic, poisson }
