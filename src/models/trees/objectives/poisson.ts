import type { Objective } from "./objective.ts"
import { countLabel, meanLabel, pointwise } from "./pointwise.ts"

/** Steps are bounded as if scores were this much higher, so that small counts do not make them explode. */
const CAUTION = 0.7

/** Negative log-likelihood of counts, less what does not depend on the score; the score is the logarithm of the rate. */
export function poisson(): Objective {
  return pointwise({
    name: "poisson",
    link: "exp",
    options: {},
    refuses: countLabel,
    start: (labels, weights) => Math.log(Math.max(1e-9, meanLabel(labels, weights))),
    derive(score, label, out) {
      const rate = Math.exp(score)
      out[0] = rate - label
      out[1] = rate * Math.exp(CAUTION)
    },
    loss: (score, label) => Math.exp(score) - label * score,
  })
}
