/**
 * Intra-list diversity: one minus the mean similarity over all pairs among the first `k` items.
 *
 * @param similarity - of two items, symmetric, in `[0, 1]`
 * @returns a value in `[0, 1]` for such similarities; `0` for fewer than two items
 * @see Ziegler et al. 2005, doi:10.1145/1060745.1060754
 */
export function intraListDiversity<Id>(list: readonly Id[], similarity: (a: Id, b: Id) => number, k = list.length): number {
  const end = Math.min(k, list.length)
  if (end < 2) return 0
  let sum = 0
  for (let i = 1; i < end; i++) for (let j = 0; j < i; j++) sum += similarity(list[i]!, list[j]!)
  return 1 - sum / ((end * (end - 1)) / 2)
}
