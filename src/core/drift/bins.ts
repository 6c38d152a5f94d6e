import { InvalidArgument } from "../errors.ts"
import type { CountPair } from "./shares.ts"

/** The finite numbers of a list, ascending, in f64; NaN counts as missing and is left out. */
export function sortedPresent(values: ArrayLike<number>): Float64Array {
  let kept = 0
  const present = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isNaN(value)) present[kept++] = value
  }
  return present.subarray(0, kept).sort()
}

/**
 * A quantile of ascending numbers by linear interpolation between order statistics (type 7, numpy's default).
 *
 * @param share - in [0, 1]
 * @returns NaN for an empty list
 * @see Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const last = sorted.length - 1
  if (last < 0) return Number.NaN
  const place = share * last
  const below = Math.min(last, Math.floor(place))
  const above = Math.min(last, below + 1)
  const part = place - below
  const low = sorted[below]!
  const high = sorted[above]!
  // From the nearer end, so that both ends are met exactly.
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
}

/** The inner edges of bins with equal shares of `sorted`, ascending, duplicates merged: at most `bins - 1`. */
export function quantileEdges(sorted: ArrayLike<number>, bins: number): Float64Array {
  checkBins("quantileEdges", bins)
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantileOf(sorted, (i + 1) / bins))
  return Float64Array.from(edges.filter((edge, i) => !Number.isNaN(edge) && edge !== edges[i - 1]))
}

/** The inner edges of bins of equal width between two numbers; none when they are equal. */
export function uniformEdges(min: number, max: number, bins: number): Float64Array {
  checkBins("uniformEdges", bins)
  if (!(max > min)) return new Float64Array(0)
  return Float64Array.from({ length: bins - 1 }, (_, i) => min + ((max - min) * (i + 1)) / bins)
}

/** The bin of a number: how many edges are at most it, in `[0, edges.length]`. Bins are open on the right; NaN goes to the last. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

/** How many numbers fall into each bin, shape `[edges.length + 1]`; missing ones are left out. */
export function binCounts(edges: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(edges.length + 1)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isNaN(value)) counts[binOf(edges, value)]! += 1
  }
  return counts
}

/** Both sides counted in bins that hold equal shares of the reference: what index and divergence of numbers are computed on. */
export function quantileCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  bins = 10,
): CountPair & { readonly edges: Float64Array } {
  const edges = quantileEdges(sortedPresent(reference), bins)
  return { edges, reference: binCounts(edges, reference), current: binCounts(edges, current) }
}

/** Counts of two lists of names over their union: names ascending, counts in that order. */
export function categoryCounts(reference: Iterable<string>, current: Iterable<string>): CountPair & { readonly names: readonly string[] } {
  const tally = (side: Iterable<string>) => {
    const counts = new Map<string, number>()
    for (const name of side) counts.set(name, (counts.get(name) ?? 0) + 1)
    return counts
  }
  const before = tally(reference)
  const now = tally(current)
  const names = [...new Set([...before.keys(), ...now.keys()])].sort()
  const of = (counts: ReadonlyMap<string, number>) => Float64Array.from(names, (name) => counts.get(name) ?? 0)
  return { names, reference: of(before), current: of(now) }
}

function checkBins(where: string, bins: number): void {
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new InvalidArgument(where, "a whole number of bins, 1 or more", `${bins}`, "Ask for 10.")
}
