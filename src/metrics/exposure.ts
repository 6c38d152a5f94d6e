import { InvalidArgument } from "../core/index.ts"

/**
 * How often each id was recommended among the first `k` of every list; ids of the catalogue never shown are 0.
 *
 * @param lists - ranked ids of each user, best first
 * @param catalogue - every id that could have been shown; ids outside it are counted too
 * @returns counts, catalogue first, shape `[items]`
 */
export function exposureCounts<Id>(lists: Iterable<readonly Id[]>, catalogue: Iterable<Id>, k = Number.POSITIVE_INFINITY): Float64Array {
  const counts = new Map<Id, number>()
  for (const id of catalogue) counts.set(id, 0)
  for (const list of lists) {
    const end = Math.min(k, list.length)
    for (let i = 0; i < end; i++) counts.set(list[i]!, (counts.get(list[i]!) ?? 0) + 1)
  }
  return Float64Array.from(counts.values())
}

/** Share of the catalogue that anybody was shown, in `[0, 1]`. @throws {@link InvalidArgument} on an empty catalogue */
export function coverage(counts: ArrayLike<number>): number {
  refuseEmpty("coverage", counts)
  let shown = 0
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) shown++
  return shown / counts.length
}

/**
 * Gini coefficient of exposure: 0 when every item is shown equally often, towards 1 when few items take all of it.
 *
 * @param counts - non-negative, any order; shape `[items]`
 * @returns a value in `[0, 1)`; `0` when nothing was shown
 * @throws {@link InvalidArgument} on an empty catalogue
 */
export function gini(counts: ArrayLike<number>): number {
  refuseEmpty("gini", counts)
  const sorted = Float64Array.from(counts).sort()
  const n = sorted.length
  let total = 0
  let weighted = 0
  for (let i = 0; i < n; i++) {
    total += sorted[i]!
    weighted += (2 * (i + 1) - n - 1) * sorted[i]!
  }
  return total === 0 ? 0 : weighted / (n * total)
}

/** Shannon entropy of exposure in bits: `log2(items)` when spread evenly, 0 when one item takes all or nothing was shown. */
export function exposureEntropyBits(counts: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]!
  if (total === 0) return 0
  let bits = 0
  for (let i = 0; i < counts.length; i++) {
    const share = counts[i]! / total
    if (share > 0) bits -= share * Math.log2(share)
  }
  return bits
}

function refuseEmpty(where: string, counts: ArrayLike<number>): void {
  if (counts.length === 0)
    throw new InvalidArgument(where, "a catalogue with at least one item", "none", "Pass the ids that could have been shown.")
}
