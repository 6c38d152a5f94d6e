/**
 * Puts the numbers of the given ranks in their sorted places, those below before them and those above behind: quickselect on several ranks.
 * In place, about `2 n` comparisons for one rank; much cheaper than sorting.
 *
 * @param values - no NaN
 * @param ranks - ascending, each in `[0, values.length)`
 */
export function selectRanks(values: Float64Array, ranks: readonly number[], from = 0, to = values.length - 1): void {
  if (ranks.length === 0 || to <= from) return
  if (to - from < 24) {
    values.subarray(from, to + 1).sort()
    return
  }
  const { low, high } = partition(values, from, to)
  selectRanks(
    values,
    ranks.filter((rank) => rank < low),
    from,
    low - 1,
  )
  selectRanks(
    values,
    ranks.filter((rank) => rank > high),
    high + 1,
    to,
  )
}

/** Three-way partition around the median of nine spread numbers: `[low, high]` holds those equal to it. */
function partition(values: Float64Array, from: number, to: number): { readonly low: number; readonly high: number } {
  const step = (to - from) >> 3
  const nine = new Float64Array(9)
  for (let i = 0; i < 9; i++) nine[i] = values[from + i * step]!
  const pivot = nine.sort()[4]!
  let i = from
  let j = to
  while (i <= j) {
    while (values[i]! < pivot) i++
    while (values[j]! > pivot) j--
    if (i <= j) {
      const held = values[i]!
      values[i++] = values[j]!
      values[j--] = held
    }
  }
  // Between j and i stand numbers equal to the pivot, at most one.
  return { low: j + 1, high: i - 1 }
}
