import type { Ensemble, Link } from "./ensemble.ts"

/** Turns the raw scores of one row into predictions, in place; shape `[outputs]`. */
export type LinkFunction = (scores: Float64Array) => void

/** The link of an ensemble; `undefined` when predictions are the raw scores. */
export function linkOf({ link, slope }: Pick<Ensemble, "link" | "slope">): LinkFunction | undefined {
  return makers[link](slope)
}

const makers: Record<Link, (slope: number) => LinkFunction | undefined> = {
  identity: () => undefined,
  logistic: (slope) => (scores) => {
    for (let o = 0; o < scores.length; o++) scores[o] = 1 / (1 + Math.exp(-slope * scores[o]!))
  },
  softmax: () => (scores) => {
    let most = scores[0]!
    for (let o = 1; o < scores.length; o++) most = Math.max(most, scores[o]!)
    let sum = 0
    for (let o = 0; o < scores.length; o++) {
      scores[o] = Math.exp(scores[o]! - most)
      sum += scores[o]!
    }
    for (let o = 0; o < scores.length; o++) scores[o]! /= sum
  },
  exp: () => (scores) => {
    for (let o = 0; o < scores.length; o++) scores[o] = Math.exp(scores[o]!)
  },
}
