import { InvalidArgument } from "../errors.ts"

/** Counts of the same categories or bins, in the same order, before and now. */
export interface CountPair {
  /** The span things are compared with, such as training; shape `[k]`, 0 or more. */
  readonly reference: ArrayLike<number>
  /** The span that is judged, such as last week; shape `[k]`. */
  readonly current: ArrayLike<number>
}

/** Shares of each side, both adding up to 1. */
export interface SharePair {
  readonly p: Float64Array
  readonly q: Float64Array
}

/** The shares of two count lists. @throws {@link InvalidArgument} on lengths that differ, a count below 0, or an empty side */
export function sharesOf(where: string, { reference, current }: CountPair): SharePair {
  if (reference.length !== current.length || reference.length === 0) {
    const came = `${reference.length} and ${current.length}`
    throw new InvalidArgument(where, "counts of the same categories on both sides", came, "Count both over one list of categories.")
  }
  return { p: shares(where, "reference", reference), q: shares(where, "current", current) }
}

function shares(where: string, side: string, counts: ArrayLike<number>): Float64Array {
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new InvalidArgument(where, "finite counts of 0 or more", `${count} in ${side} ${i}`, "Count again.")
    }
    total += count
  }
  if (total === 0) throw new InvalidArgument(where, `something counted in ${side}`, "nothing", "Take a longer span.")
  return Float64Array.from(counts, (count) => count / total)
}
