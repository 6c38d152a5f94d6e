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

/** Buckets of the first counting: sign, exponent and seven bits of a number in f32. */
const BUCKETS = 1 << 16

/**
 * The numbers at the given ranks of the sorted list, without sorting it: one counting pass over the leading bits, one pass that gathers the few
 * numbers in the buckets asked for. About four times as fast as comparing; the list stays as it is.
 *
 * @param values - no NaN
 * @param ranks - ascending, each in `[0, values.length)`
 */
export function valuesAtRanks(values: Float64Array, ranks: readonly number[]): Float64Array {
  const rounded = new Float32Array(values)
  const keys = new Int32Array(rounded.buffer)
  const counts = new Uint32Array(BUCKETS)
  for (let i = 0; i < keys.length; i++) counts[bucketOf(keys[i]!)]! += 1
  const starts = new Map<number, number>()
  const wanted = new Uint8Array(BUCKETS)
  for (let bucket = 0, below = 0, next = 0; bucket < BUCKETS && next < ranks.length; bucket++) {
    const end = below + counts[bucket]!
    if (ranks[next]! < end) {
      wanted[bucket] = 1
      starts.set(bucket, below)
      while (next < ranks.length && ranks[next]! < end) next++
    }
    below = end
  }
  const held = new Map([...starts.keys()].map((bucket) => [bucket, { numbers: new Float64Array(counts[bucket]!), size: 0 }]))
  for (let i = 0; i < keys.length; i++) {
    const bucket = bucketOf(keys[i]!)
    if (wanted[bucket] === 0) continue
    const list = held.get(bucket)!
    list.numbers[list.size++] = values[i]!
  }
  const out = new Float64Array(ranks.length)
  for (const [bucket, { numbers }] of held) {
    const below = starts.get(bucket)!
    const inside = ranks.map((rank) => rank - below).filter((rank) => rank >= 0 && rank < numbers.length)
    selectRanks(numbers, inside)
    ranks.forEach((rank, i) => {
      if (rank >= below && rank - below < numbers.length) out[i] = numbers[rank - below]!
    })
  }
  return out
}

/** The leading bits of an f32 number as an unsigned one that grows with it. Rounding to f32 keeps order, so equal buckets may hold unequal numbers. */
function bucketOf(bits: number): number {
  return ((bits >= 0 ? bits | 0x80000000 : ~bits) >>> 16) & 0xffff
}
