// The `keep` largest numbers of a row by absolute value, written in column order; ties go to the lower column.
//
// Radix selection over the 31 bits of |value|, in 11, 10 and 10: one scan counts the leading bits, a second lists the columns that can
// still be chosen, and the rest looks at those few.

const bins: i32 = 2048

/**
 * @param row - f32 numbers `stride` bytes apart; zeros and column `skip` are never chosen
 * @param work - `2048 + n` u32: histogram, then candidates
 * @returns how many were written to `columns` and `values`: at most `keep`
 */
export function selectLargest(row: usize, stride: usize, n: i32, skip: i32, keep: i32, columns: usize, values: usize, work: usize): i32 {
  const candidates = work + (<usize>bins << 2)
  memory.fill(work, 0, <usize>bins << 2)
  let at = row
  for (let j = 0; j < n; j++, at += stride) count(work, (load<u32>(at) & 0x7fffffff) >> 20, 1)
  count(work, (load<u32>(row + <usize>skip * stride) & 0x7fffffff) >> 20, -1)
  let left = keep
  let bin = bins - 1
  while (bin > 0 && load<i32>(work + (<usize>bin << 2)) < left) {
    left -= load<i32>(work + (<usize>bin << 2))
    bin--
  }
  let prefix = <u32>bin

  let found = 0
  at = row
  for (let j = 0; j < n; j++, at += stride) {
    const bits = load<u32>(at) & 0x7fffffff
    if (bits >> 20 < prefix || bits == 0 || j == skip) continue
    store<u32>(candidates + (<usize>found << 2), j)
    found++
  }
  for (let shift = 10; shift >= 0; shift -= 10) {
    memory.fill(work, 0, <usize>1024 << 2)
    for (let c = 0; c < found; c++) {
      const bits = magnitude(row, stride, candidates, c)
      if (bits >> (shift + 10) == prefix) count(work, (bits >> shift) & 1023, 1)
    }
    bin = 1023
    while (bin > 0 && load<i32>(work + (<usize>bin << 2)) < left) {
      left -= load<i32>(work + (<usize>bin << 2))
      bin--
    }
    prefix = (prefix << 10) | bin
  }

  // Everything above `prefix`, and the first `left` that equal it.
  let chosen = 0
  for (let c = 0; c < found; c++) {
    const bits = magnitude(row, stride, candidates, c)
    if (bits < prefix || (bits == prefix && --left < 0)) continue
    const j = load<u32>(candidates + (<usize>c << 2))
    store<u32>(columns + (<usize>chosen << 2), j)
    store<f32>(values + (<usize>chosen << 2), load<f32>(row + <usize>j * stride))
    chosen++
  }
  return chosen
}

// @ts-ignore: decorator
@inline function count(histogram: usize, bin: u32, by: i32): void {
  const at = histogram + (<usize>bin << 2)
  store<i32>(at, load<i32>(at) + by)
}

// @ts-ignore: decorator
@inline function magnitude(row: usize, stride: usize, candidates: usize, c: i32): u32 {
  return load<u32>(row + <usize>load<u32>(candidates + (<usize>c << 2)) * stride) & 0x7fffffff
}
