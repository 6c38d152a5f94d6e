import { InvalidArgument, random } from "../../core/index.ts"
import type { KeptRows } from "./negatives.ts"

/**
 * Keeps each row with a probability in proportion to how much it matters, `size` rows on average (Poisson sampling): rows that would be kept more
 * than once are kept for sure, and the others share what is left. A sum over all rows is estimated without bias by the sum of `value / rate`.
 *
 * @param importance - of each row, at least 0, such as a loss or a gradient norm; shape `[n]`
 * @param size - rows wanted, at most the rows that matter at all
 * @throws {@link InvalidArgument} on importance below 0
 * @see Horvitz & Thompson 1952, doi:10.1080/01621459.1952.10483446
 */
export function importanceSample(importance: ArrayLike<number>, size: number, { seed }: { readonly seed: number }): KeptRows {
  const rates = inclusionRates(importance, size)
  const chance = random(seed).split("importanceSample")
  const rows: number[] = []
  for (let row = 0; row < rates.length; row++) if (chance.next() < rates[row]!) rows.push(row)
  return { rows: Uint32Array.from(rows), rates: Float32Array.from(rows, (row) => rates[row]!) }
}

/** The probability with which each row is kept, summing to `size` (or to the number of rows that matter, if fewer); shape `[n]`. */
export function inclusionRates(importance: ArrayLike<number>, size: number): Float64Array {
  const rates = Float64Array.from(importance)
  const bad = rates.findIndex((value) => !(value >= 0 && value < Infinity))
  if (bad >= 0 || !(size > 0)) {
    const came = bad >= 0 ? `${rates[bad]} in row ${bad}` : `size ${size}`
    throw new InvalidArgument("importanceSample", "importance of at least 0 and a size above 0", came, "Pass losses or weights.")
  }
  // From the largest: whoever's proportional share of what is left is 1 or more is taken for sure.
  const order = Uint32Array.from(rates, (_, row) => row).sort((a, b) => rates[b]! - rates[a]! || a - b)
  let left = size
  let total = rates.reduce((sum, value) => sum + value, 0)
  let sure = 0
  while (sure < order.length && left > 0 && rates[order[sure]!]! > 0 && rates[order[sure]!]! * left >= total * (1 - 1e-12)) {
    total -= rates[order[sure]!]!
    rates[order[sure++]!] = 1
    left--
  }
  for (let i = sure; i < order.length; i++) rates[order[i]!] = total > 0 ? Math.min(1, (rates[order[i]!]! * Math.max(0, left)) / total) : 0
  return rates
}

/**
 * What a probability means where positives are as frequent as `truePrior`, when the model was trained where they were as frequent as `trainPrior`:
 * the odds are multiplied by the ratio of the priors' odds.
 *
 * @see Elkan 2001, The foundations of cost-sensitive learning, theorem 2
 */
export function priorCorrected(probability: number, { trainPrior, truePrior }: { trainPrior: number; truePrior: number }): number {
  if (!(trainPrior > 0 && trainPrior < 1 && truePrior > 0 && truePrior < 1)) {
    throw new InvalidArgument("priorCorrected", "priors in (0, 1)", `${trainPrior} and ${truePrior}`, "Pass shares of positives.")
  }
  const yes = probability * (truePrior / trainPrior)
  return yes / (yes + (1 - probability) * ((1 - truePrior) / (1 - trainPrior)))
}

/** What to add to a logit for the same: `logit(truePrior) - logit(trainPrior)`. */
export function priorOffset({ trainPrior, truePrior }: { trainPrior: number; truePrior: number }): number {
  return Math.log(truePrior / (1 - truePrior)) - Math.log(trainPrior / (1 - trainPrior))
}
