// The `keep` largest numbers of a row by absolute value, written in column order. Radix selection over the bits of |value|:
// four scans whatever the numbers are, and ties go to the lower column.

const bins: i32 = 2048

/** Bytes of histogram the caller gives. */
export const SELECT_BYTES: i32 = bins * 4

/**
 * @param row - f32 numbers `stride` bytes apart; zeros and column `skip` are never chosen
 * @returns how many were written to `columns` and `values`: at most `keep`
 */
export function selectLargest(row: usize, stride: usize, n: i32, skip: i32, keep: i32, columns: usize, values: usize, histogram: usize): i32 {
  let prefix: u32 = 0
  let left = keep
  // |value| has 31 bits: 11, then 10, then 10.
  for (let pass = 0; pass < 3; pass++) {
    const shift: u32 = pass == 0 ? 20 : pass == 1 ? 10 : 0
    const mask: u32 = pass == 0 ? 2047 : 1023
    memory.fill(histogram, 0, <usize>bins * 4)
    let at = row
    for (let j = 0; j < n; j++, at += stride) {
      const bits = load<u32>(at) & 0x7fffffff
      if (pass > 0 && bits >> (shift + 10) != prefix) continue
      const bin = histogram + (<usize>((bits >> shift) & mask) << 2)
      store<u32>(bin, load<u32>(bin) + 1)
    }
    if (skip >= 0 && skip < n) {
      const bits = load<u32>(row + <usize>skip * stride) & 0x7fffffff
      if (pass == 0 || bits >> (shift + 10) == prefix) {
        const bin = histogram + (<usize>((bits >> shift) & mask) << 2)
        store<u32>(bin, load<u32>(bin) - 1)
      }
    }
    let bin = mask
    while (bin > 0) {
      const count = <i32>load<u32>(histogram + (<usize>bin << 2))
      if (count >= left) break
      left -= count
      bin--
    }
    prefix = pass == 0 ? bin : (prefix << 10) | bin
  }
  // Everything above `prefix`, and the first `left` that equal it.
  let count = 0
  let at = row
  for (let j = 0; j < n; j++, at += stride) {
    const value = load<f32>(at)
    const bits = reinterpret<u32>(value) & 0x7fffffff
    if (bits < prefix || bits == 0 || j == skip) continue
    if (bits == prefix && --left < 0) continue
    store<u32>(columns + (<usize>count << 2), j)
    store<f32>(values + (<usize>count << 2), value)
    count++
  }
  return count
}
