import type { Ensemble } from "./ensemble.ts"

/** What the kernel, like LightGBM, takes for zero where zero means missing. */
const ZERO = Math.fround(1e-35)

/** Whether a value of the column of split `i` (its place among all nodes) goes left. */
export function goesLeft(of: Ensemble, i: number, value: number): boolean {
  const { feature, threshold, defaultLeft, set } = of.nodes
  const isZeroMissing = of.zeroIsMissing?.[feature[i]!] === 1
  if (Number.isNaN(value) || (isZeroMissing && Math.abs(value) <= ZERO)) return defaultLeft[i] === 1
  const s = set[i]!
  if (s < 0) return value <= threshold[i]!
  const category = Math.trunc(value)
  const { starts, words } = of.sets
  if (!(category >= 0 && category < (starts[s + 1]! - starts[s]!) * 32)) return false
  return ((words[starts[s]! + (category >> 5)]! >> (category & 31)) & 1) === 1
}

/** Share of the training rows at split `i` that went on to `child`, both places among all nodes; a half when covers are unknown. */
export function coverShare(of: Ensemble, i: number, child: number): number {
  const { cover } = of.nodes
  return cover[i]! > 0 ? cover[child]! / cover[i]! : 0.5
}
