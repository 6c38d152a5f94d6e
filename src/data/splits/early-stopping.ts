import { InvalidArgument } from "../../core/index.ts"

/** Watches the validation error of a training that goes on round by round. */
export interface EarlyStopping {
  /** Tells the error after a round, counted from 0 in order; true when it is time to stop. */
  tell(error: number): boolean
  /** The round with the smallest error so far: what to go back to. -1 before the first. */
  readonly bestRound: number
  readonly bestError: number
}

/**
 * Stops when the validation error has not fallen for `patience` rounds: from then on training fits what only the training rows have.
 *
 * @param patience - rounds without an improvement that are borne, at least 1
 * @param minDelta - a fall smaller than this is none; 0 without
 */
export function earlyStopping({ patience, minDelta = 0 }: { readonly patience: number; readonly minDelta?: number }): EarlyStopping {
  if (!(Number.isInteger(patience) && patience >= 1 && minDelta >= 0)) {
    throw new InvalidArgument("earlyStopping", "patience of at least 1", `${patience}, minDelta ${minDelta}`, "Pass such as 10.")
  }
  let round = -1
  let bestRound = -1
  let bestError = Number.POSITIVE_INFINITY
  return {
    tell(error) {
      round++
      // NaN never improves, so a training that has blown up is stopped too.
      if (error < bestError - minDelta || (bestRound < 0 && error < Number.POSITIVE_INFINITY)) {
        bestRound = round
        bestError = error
      }
      return round - bestRound >= patience
    },
    get bestRound() {
      return bestRound
    },
    get bestError() {
      return bestError
    },
  }
}
