// Values to bins: a radix sort for choosing the cuts, then a search among a column's sorted cuts without a branch.

/** Bin of a missing value, and of a category that was not kept. */
export const MISSING: u8 = 255
const CUTS: usize = 1024 // bytes of one column's cuts: 256 f32, padded with the largest f32

/** Bits of an f32 in an order that whole numbers share. */
// @ts-ignore: decorator
@inline function ordered(bits: u32): u32 { return bits ^ (<u32>(<i32>bits >> 31) | 0x80000000) }
// @ts-ignore: decorator
@inline function unordered(key: u32): u32 { return key ^ (key >> 31 ? 0x80000000 : 0xffffffff) }

/**
 * Sorts n values ascending, their weights along with them; no NaN among them. Equal values keep their order.
 * `a` and `b` take n pairs of 8 bytes each, `counts` 3 * 2048 u32.
 */
export function sortValues(values: usize, weights: usize, n: i32, a: usize, b: usize, counts: usize): void {
  memory.fill(counts, 0, 3 * 8192)
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2, key = ordered(load<u32>(values + at))
    store<u32>(a + (<usize>i << 3), load<u32>(weights + at))
    store<u32>(a + (<usize>i << 3), key, 4)
    count(counts, key & 2047); count(counts + 8192, (key >> 11) & 2047); count(counts + 16384, key >> 22)
  }
  pass(a, b, n, counts, 0)
  pass(b, a, n, counts + 8192, 11)
  pass(a, b, n, counts + 16384, 22)
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2, from = b + (<usize>i << 3)
    store<u32>(values + at, unordered(load<u32>(from, 4)))
    store<u32>(weights + at, load<u32>(from))
  }
}

// @ts-ignore: decorator
@inline function count(counts: usize, digit: u32): void {
  const at = counts + (<usize>digit << 2)
  store<u32>(at, load<u32>(at) + 1)
}

function pass(from: usize, to: usize, n: i32, counts: usize, shift: u32): void {
  let sum: u32 = 0
  for (let digit: usize = 0; digit < 2048; digit++) {
    const here = load<u32>(counts + (digit << 2))
    store<u32>(counts + (digit << 2), sum)
    sum += here
  }
  for (let i = 0; i < n; i++) {
    const pair = load<u64>(from + (<usize>i << 3)), digit = (<u32>(pair >> 32) >> shift) & 2047
    const at = counts + (<usize>digit << 2), place = load<u32>(at)
    store<u32>(at, place + 1)
    store<u64>(to + (<usize>place << 3), pair)
  }
}

/** How many of 256 sorted f32 are below x, at most 255: eight halvings without a branch. */
// @ts-ignore: decorator
@inline function below(cuts: usize, x: f32): usize {
  let b: usize = 0
  b += <usize>(load<f32>(cuts + (b << 2), 508) < x) << 7
  b += <usize>(load<f32>(cuts + (b << 2), 252) < x) << 6
  b += <usize>(load<f32>(cuts + (b << 2), 124) < x) << 5
  b += <usize>(load<f32>(cuts + (b << 2), 60) < x) << 4
  b += <usize>(load<f32>(cuts + (b << 2), 28) < x) << 3
  b += <usize>(load<f32>(cuts + (b << 2), 12) < x) << 2
  b += <usize>(load<f32>(cuts + (b << 2), 4) < x) << 1
  return b + <usize>(load<f32>(cuts + (b << 2)) < x)
}

/**
 * Bins of columns [f0, f1) of `rows` rows of `x` (row-major, `cols` f32 a row), by row into `byRow` (`width` bytes a row, column f0 first)
 * and by column into `byColumn` (`stride` bytes a column; the address of the first row in column 0).
 * A number's bin is how many cuts are below it. A category's is its place among the kept values, or MISSING; `kinds` says which it is.
 * Adds how many values were infinite to the u32 at `infinite`.
 */
export function binRows(
  x: usize, cols: i32, rows: i32, f0: i32, f1: i32, cuts: usize, kinds: usize, byRow: usize, width: i32, byColumn: usize, stride: i32,
  infinite: usize,
): void {
  let count: u32 = 0
  for (let f = f0; f < f1; f++) {
    const c = cuts + <usize>f * CUTS, column = byColumn + <usize>f * stride
    const isCategory = load<u8>(kinds + f) != 0
    let from = x + (<usize>f << 2), to = byRow + (f - f0)
    for (let i = 0; i < rows; i++) {
      let value = load<f32>(from)
      if (isCategory) value = trunc(value)
      let bin = <u8>below(c, value)
      count += <u32>(abs(value) == Infinity)
      if (value != value || (isCategory && load<f32>(c + (<usize>bin << 2)) != value)) bin = MISSING
      store<u8>(to, bin)
      store<u8>(column + i, bin)
      from += <usize>cols << 2; to += width
    }
  }
  store<u32>(infinite, load<u32>(infinite) + count)
}
