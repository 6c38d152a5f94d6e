import { InvalidArgument } from "../../../core/index.ts"
import { checkPositive, ranking } from "./lambda-mart.ts"
import type { BoundObjective, Objective, ObjectiveData } from "./objective.ts"
import { discountsOf, inverseIdeals, ndcgLoss, type Queries, queriesOf, rankQuery } from "./queries.ts"

export interface UnbiasedOptions {
  readonly k?: number
  readonly truncation?: number
  readonly sigma?: number
  /** Places with a propensity of their own; later ones share the last. */
  readonly places?: number
  /** How strongly propensities are drawn to 1, 0 or more: each is taken to the power `1 / (1 + regularisation)`. */
  readonly regularisation?: number
}

/**
 * Unbiased LambdaMART: labels are clicks, rows carry the place at which they were shown, and each pair is divided by two propensities that are
 * estimated along the way: that a place makes a relevant document clicked, and that it leaves another unclicked.
 * @see Hu et al. 2019, doi:10.1145/3308558.3313447
 */
export function unbiasedLambdaMart(options: UnbiasedOptions = {}): Objective {
  const { k = 10, truncation = 30, sigma = 1, places = 20, regularisation = 0 } = options
  checkPositive("unbiasedLambdaMart", { k, truncation, sigma, places })
  const full = { k, truncation, sigma, places, regularisation }
  return ranking("unbiasedLambdaMart", full, (data) => {
    const queries = queriesOf("unbiasedLambdaMart", data, "exp")
    const shown = shownPlaces(data, places)
    return bind(queries, shown, full)
  })
}

function shownPlaces({ positions, rows }: ObjectiveData, places: number): Uint16Array {
  if (positions === undefined || positions.length !== rows) {
    const came = positions === undefined ? "none" : `${positions.length}`
    throw new InvalidArgument("unbiasedLambdaMart", `${rows} positions`, came, "Pass `positions`: where each row was shown, 0 first.")
  }
  return Uint16Array.from({ length: rows }, (_, i) => {
    const place = positions[i]!
    if (!(place >= 0)) throw new InvalidArgument("unbiasedLambdaMart", "positions from 0", `${place} in row ${i}`, "Count places from 0.")
    return Math.min(places - 1, Math.floor(place))
  })
}

function bind(queries: Queries, shown: Uint16Array, rules: Required<UnbiasedOptions>): BoundObjective {
  const { k, truncation, sigma, places, regularisation } = rules
  const ideals = inverseIdeals(queries, k)
  const inverse = inverseIdeals(queries, truncation)
  const discounts = discountsOf(queries.longest)
  const clicked = new Float64Array(places).fill(1)
  const unclicked = new Float64Array(places).fill(1)
  const { starts, count, gains } = queries
  return {
    base: new Float64Array(1),
    propensities: { clicked, unclicked },
    loss: (scores) => ndcgLoss(queries, k, ideals, scores),
    gradients({ scores, gradients, hessians }) {
      const [ofClicked, ofUnclicked] = [new Float64Array(places), new Float64Array(places)]
      gradients.fill(0)
      hessians.fill(0)
      for (let q = 0; q < count; q++) {
        const from = starts[q]!
        const order = rankQuery(scores, from, starts[q + 1]! - from)
        for (let a = 0; a < Math.min(truncation, order.length - 1); a++) {
          for (let b = a + 1; b < order.length; b++) {
            const [x, y] = [from + order[a]!, from + order[b]!]
            if (gains[x] === gains[y]) continue
            const [high, low] = gains[x]! > gains[y]! ? [x, y] : [y, x]
            const [placeHigh, placeLow] = [shown[high]!, shown[low]!]
            const delta = (gains[high]! - gains[low]!) * (discounts[a]! - discounts[b]!) * inverse[q]!
            const apart = sigma * (scores[high]! - scores[low]!)
            const rho = 1 / (1 + Math.exp(apart))
            const weight = delta / (clicked[placeHigh]! * unclicked[placeLow]!)
            const lambda = sigma * rho * weight
            gradients[high]! -= lambda
            gradients[low]! += lambda
            hessians[high]! += sigma * lambda * (1 - rho)
            hessians[low]! += sigma * lambda * (1 - rho)
            const loss = delta * (apart > 0 ? Math.log1p(Math.exp(-apart)) : -apart + Math.log1p(Math.exp(apart)))
            ofClicked[placeHigh]! += loss / unclicked[placeLow]!
            ofUnclicked[placeLow]! += loss / clicked[placeHigh]!
          }
        }
      }
      estimate(clicked, ofClicked, regularisation)
      estimate(unclicked, ofUnclicked, regularisation)
    },
  }
}

/** Propensity of each place relative to the first, from the losses of the pairs it took part in. */
function estimate(propensities: Float64Array, losses: Float64Array, regularisation: number): void {
  if (!(losses[0]! > 0)) return
  for (let place = 0; place < propensities.length; place++) {
    propensities[place] = Math.max(1e-3, losses[place]! / losses[0]!) ** (1 / (1 + regularisation))
  }
}
