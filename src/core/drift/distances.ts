import { sortedPresent } from "./bins.ts"
import { checkedSamples } from "./samples.ts"

/**
 * Wasserstein-1 distance of two lists of numbers: the area between their distribution functions, in the units of the numbers.
 * How far an average number had to move. Missing ones are left out.
 *
 * @throws {@link InvalidArgument} when a side has no numbers
 * @see Villani 2009, doi:10.1007/978-3-540-71050-9
 */
export function wasserstein(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return between(...checkedSamples("wasserstein", sortedPresent(reference), sortedPresent(current)), (gap) => Math.abs(gap))
}

/** {@link wasserstein} in standard deviations of the reference (at least 0.001), so that columns can be compared; 0.1 is a common alarm. */
export function wassersteinInDeviations(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const sorted = sortedPresent(reference)
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length
  return wasserstein(reference, current) / Math.max(Math.sqrt(variance), 0.001)
}

/** Energy distance: `sqrt(2 * integral of (F - G)^2)`. @see Székely & Rizzo 2013, doi:10.1016/j.jspi.2013.03.018 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const pair = checkedSamples("energyDistance", sortedPresent(reference), sortedPresent(current))
  return Math.sqrt(2 * between(...pair, (gap) => gap * gap))
}

/** The integral of a function of the gap between the distribution functions of two ascending lists. */
function between(a: Float64Array, b: Float64Array, of: (gap: number) => number): number {
  let sum = 0
  let i = 0
  let j = 0
  let at = Math.min(a[0]!, b[0]!)
  while (i < a.length || j < b.length) {
    const next = Math.min(i < a.length ? a[i]! : Number.POSITIVE_INFINITY, j < b.length ? b[j]! : Number.POSITIVE_INFINITY)
    if (next > at) sum += (next - at) * of(i / a.length - j / b.length)
    at = next
    while (i < a.length && a[i]! <= at) i++
    while (j < b.length && b[j]! <= at) j++
  }
  return sum
}
