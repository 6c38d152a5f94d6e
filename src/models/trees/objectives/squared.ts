import type { Objective } from "./objective.ts"
import { anyLabel, meanLabel, pointwise } from "./pointwise.ts"

/** Half the squared error; the score is the label's mean. */
export function squared(): Objective {
  return pointwise({
    name: "squared",
    link: "identity",
    options: {},
    refuses: anyLabel,
    start: meanLabel,
    derive(score, label, out) {
      out[0] = score - label
      out[1] = 1
    },
    loss: (score, label) => (score - label) ** 2 / 2,
  })
}
