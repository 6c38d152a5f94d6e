import { InvalidArgument } from "../../../core/index.ts"
import type { Objective } from "./objective.ts"
import { anyLabel, pointwise, weightedQuantile } from "./pointwise.ts"

/**
 * Pinball loss: the score is the label's quantile. Trees split by its gradient, and each leaf takes that quantile of what is left.
 * @see Koenker & Bassett 1978, doi:10.2307/1913643
 */
export function quantile({ share = 0.5 }: { readonly share?: number } = {}): Objective {
  if (!(share > 0 && share < 1)) throw new InvalidArgument("quantile", "a share in (0, 1)", String(share), "Pass 0.5 for the median.")
  return ofQuantile("quantile", { share }, share)
}

/** Absolute error: the score is the label's median. */
export function absolute(): Objective {
  return ofQuantile("absolute", {}, 0.5)
}

function ofQuantile(name: string, options: object, share: number): Objective {
  // Absolute error is twice the pinball loss of the median.
  const scale = name === "absolute" ? 2 : 1
  return pointwise({
    name,
    link: "identity",
    options,
    refuses: anyLabel,
    start(labels, weights) {
      return weightedQuantile(Float64Array.from(labels), Float64Array.from(weights ?? new Float64Array(labels.length).fill(1)), share)
    },
    derive(score, label, out) {
      out[0] = score === label ? 0 : scale * (score > label ? 1 - share : -share)
      out[1] = 1
    },
    loss: (score, label) => scale * (label > score ? share * (label - score) : (1 - share) * (score - label)),
    leafQuantile: share,
  })
}
