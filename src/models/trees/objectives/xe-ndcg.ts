import { random } from "../../../core/index.ts"
import { checkPositive, ranking } from "./lambda-mart.ts"
import type { Objective } from "./objective.ts"
import { inverseIdeals, ndcgLoss, queriesOf } from "./queries.ts"

/**
 * Cross entropy between the softmax of a query's scores and its grades, drawn anew each round: gains `2^grade - u`, `u` uniform in [0, 1).
 * A bound of NDCG without pairs, so it costs one pass over the documents; steps by the paper's third-order estimate of the inverse Hessian.
 * @see Bruch 2021, An alternative cross entropy loss for learning-to-rank, doi:10.1145/3442381.3449794
 */
export function xeNdcg({ k = 10 }: { readonly k?: number } = {}): Objective {
  checkPositive("xeNdcg", { k })
  return ranking("xeNdcg", { k }, (data) => {
    const queries = queriesOf("xeNdcg", data, "exp")
    const ideals = inverseIdeals(queries, k)
    const { starts, count, longest, gains } = queries
    const draws = random(data.seed).split("xeNdcg")
    const [p, target, term] = [new Float64Array(longest), new Float64Array(longest), new Float64Array(longest)]
    return {
      base: new Float64Array(1),
      loss: (scores) => ndcgLoss(queries, k, ideals, scores),
      gradients({ round, scores, gradients, hessians }) {
        const draw = draws.split(round)
        for (let q = 0; q < count; q++) {
          const from = starts[q]!
          const n = starts[q + 1]! - from
          let top = Number.NEGATIVE_INFINITY
          for (let i = 0; i < n; i++) top = Math.max(top, scores[from + i]!)
          let [sum, wanted] = [0, 0]
          for (let i = 0; i < n; i++) {
            sum += p[i] = Math.exp(scores[from + i]! - top)
            wanted += target[i] = gains[from + i]! + 1 - draw.next()
          }
          if (n < 2) {
            gradients.fill(0, from, from + n)
            hessians.fill(0, from, from + n)
            continue
          }
          let first = 0
          for (let i = 0; i < n; i++) {
            p[i] = Math.min(1 - 1e-12, p[i]! / sum)
            const gradient = p[i]! - target[i]! / wanted
            gradients[from + i] = gradient
            first += term[i] = gradient / (1 - p[i]!)
          }
          let second = 0
          for (let i = 0; i < n; i++) {
            const gradient = p[i]! * (first - term[i]!)
            gradients[from + i]! += gradient
            second += term[i] = gradient / (1 - p[i]!)
          }
          for (let i = 0; i < n; i++) {
            gradients[from + i]! += p[i]! * (second - term[i]!)
            hessians[from + i] = p[i]! * (1 - p[i]!)
          }
        }
      },
    }
  })
}
