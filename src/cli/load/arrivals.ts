import { type Random, random } from "../../core/index.ts"

export const arrivalKinds = ["even", "poisson"] as const
export type ArrivalKind = (typeof arrivalKinds)[number]

/** The intended send times of a stream, in milliseconds from its start: each call gives the next. */
export function arrivals(kind: ArrivalKind, perSecond: number, seed: number): () => number {
  const gapMs = 1000 / perSecond
  if (kind === "even") {
    let sent = 0
    return () => sent++ * gapMs
  }
  const chance: Random = random(seed)
  let at = 0
  return () => {
    at -= Math.log(1 - chance.next()) * gapMs
    return at
  }
}
