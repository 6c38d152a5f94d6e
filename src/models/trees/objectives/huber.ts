import { InvalidArgument } from "../../../core/index.ts"
import type { Objective } from "./objective.ts"
import { anyLabel, meanLabel, pointwise } from "./pointwise.ts"

/**
 * Half the squared error up to `delta`, beyond it `delta * (|error| - delta / 2)`: outliers pull with a bounded force.
 * @see Huber 1964, doi:10.1214/aoms/1177703732
 */
export function huber({ delta = 1 }: { readonly delta?: number } = {}): Objective {
  if (!(delta > 0)) throw new InvalidArgument("huber", "a delta above 0", String(delta), "Pass the error from which on one is an outlier.")
  return pointwise({
    name: "huber",
    link: "identity",
    options: { delta },
    refuses: anyLabel,
    start: meanLabel,
    derive(score, label, out) {
      out[0] = Math.max(-delta, Math.min(delta, score - label))
      out[1] = 1
    },
    loss(score, label) {
      const error = Math.abs(score - label)
      return error <= delta ? error ** 2 / 2 : delta * (error - delta / 2)
    },
  })
}
