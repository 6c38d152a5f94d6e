import { InvalidArgument } from "../errors.ts"

/** Two lists with something in both. */
export function checkedSamples(where: string, a: Float64Array, b: Float64Array): [Float64Array, Float64Array] {
  if (a.length === 0 || b.length === 0) {
    const came = `${a.length} in the reference and ${b.length} in the current one`
    throw new InvalidArgument(where, "numbers on both sides", came, "Take a longer span, or report the missing rate instead.")
  }
  return [a, b]
}
