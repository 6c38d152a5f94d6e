import type { Objective } from "./objective.ts"

/**
 * A loss of one's own: writes first and second derivative of every row's loss by its score, all arrays of shape `[n]`, weights left out.
 * Scores start at 0 and predictions are scores.
 */
export type CustomObjective = (scores: Float32Array, labels: Float32Array, gradients: Float32Array, hessians: Float32Array) => void

/** The objective of a function. It has no loss to report: early stopping needs a metric beside it. */
export function custom(derive: CustomObjective): Objective {
  return {
    name: "custom",
    outputs: 1,
    link: "identity",
    isRanking: false,
    options: {},
    bind: ({ rows, labels }) => ({
      base: new Float64Array(1),
      gradients: ({ scores, gradients, hessians }) => {
        const part = (values: Float32Array) => values.subarray(0, rows)
        derive(part(scores), labels, part(gradients), part(hessians))
      },
      loss: () => Number.NaN,
    }),
  }
}
