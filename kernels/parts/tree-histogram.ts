// Histograms of gradients: for every column and bin, the sum over the rows of a node.
//
// Packed: a row's gradient and hessian are one i64, the gradient in the high word (signed), the hessian in the low one (unsigned). Sums of
// whole numbers are exact, so they are the same in any order and on any number of threads, and a sibling is the parent less the child.
// The driver scales so that neither half can overflow (src/models/trees/packing.ts). Exact: two f64, summed in row order.
//
// Bins lie row-major in blocks of columns; `out` is the place of the block's first column, 256 slots a column.

const SLOTS: usize = 2048 // bytes of a column's packed histogram

// @ts-ignore: decorator
@inline function bump(at: usize, pair: i64): void { store<i64>(at, load<i64>(at) + pair) }

/** One row into the histograms of `width` columns. */
// @ts-ignore: decorator
@inline function addRow(p: usize, width: i32, pair: i64, out: usize): void {
  const end = p + width, end4 = end - 3
  while (p < end4) {
    bump(out + (<usize>load<u8>(p) << 3), pair)
    bump(out + SLOTS + (<usize>load<u8>(p, 1) << 3), pair)
    bump(out + 2 * SLOTS + (<usize>load<u8>(p, 2) << 3), pair)
    bump(out + 3 * SLOTS + (<usize>load<u8>(p, 3) << 3), pair)
    p += 4; out += 4 * SLOTS
  }
  while (p < end) {
    bump(out + (<usize>load<u8>(p) << 3), pair)
    p++; out += SLOTS
  }
}

/** Rows [from, to) in their own order, without a list. */
export function histogramAll(bins: usize, width: i32, from: i32, to: i32, pairs: usize, out: usize): void {
  memory.fill(out, 0, <usize>width * SLOTS)
  let p = bins + <usize>from * width
  for (let i = from; i < to; i++) {
    addRow(p, width, load<i64>(pairs + (<usize>i << 3)), out)
    p += width
  }
}

/** The rows listed in rows[from, to), which lie close together. */
export function histogramRows(bins: usize, width: i32, rows: usize, from: i32, to: i32, pairs: usize, out: usize): void {
  memory.fill(out, 0, <usize>width * SLOTS)
  addListed(bins, width, rows, from, to, pairs, out)
}

function addListed(bins: usize, width: i32, rows: usize, from: i32, to: i32, pairs: usize, out: usize): void {
  for (let i = from; i < to; i++) {
    const r = <usize>load<u32>(rows + (<usize>i << 2))
    addRow(bins + r * width, width, load<i64>(pairs + (r << 3)), out)
  }
}

/**
 * The same for rows that lie far apart: 16 rows are copied to the cache first, so that their misses overlap.
 * `stage` takes 16 rows of whole vectors and 16 pairs; the bins are readable 15 bytes past their end.
 */
export function histogramStaged(bins: usize, width: i32, rows: usize, from: i32, to: i32, pairs: usize, out: usize, stage: usize): void {
  memory.fill(out, 0, <usize>width * SLOTS)
  const line = <usize>((width + 15) & ~15), staged = stage + (line << 4)
  let i = from
  for (; i + 16 <= to; i += 16) {
    for (let k: usize = 0; k < 16; k++) {
      const r = <usize>load<u32>(rows + (<usize>i << 2) + (k << 2))
      store<i64>(staged + (k << 3), load<i64>(pairs + (r << 3)))
      const source = bins + r * width, target = stage + line * k
      for (let o: usize = 0; o < line; o += 16) v128.store(target + o, v128.load(source + o))
    }
    for (let k: usize = 0; k < 16; k++) addRow(stage + line * k, width, load<i64>(staged + (k << 3)), out)
  }
  addListed(bins, width, rows, i, to, pairs, out)
}

/** The exact histogram: `pairs` holds gradient and hessian as two f32, `out` two f64 a slot. `rows` 0 = all rows in order. */
export function histogramExact(bins: usize, width: i32, rows: usize, from: i32, to: i32, pairs: usize, out: usize): void {
  memory.fill(out, 0, <usize>width * 2 * SLOTS)
  for (let i = from; i < to; i++) {
    const r = rows ? <usize>load<u32>(rows + (<usize>i << 2)) : <usize>i
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (r << 3)))
    let p = bins + r * width, slot = out
    for (const end = p + width; p < end; p++) {
      const at = slot + (<usize>load<u8>(p) << 4)
      v128.store(at, f64x2.add(v128.load(at), pair))
      slot += 2 * SLOTS
    }
  }
}

/** into += part, `slots` packed slots. */
export function mergePacked(into: usize, part: usize, slots: i32): void {
  for (let i = 0; i < slots; i += 2) {
    v128.store(into, i64x2.add(v128.load(into), v128.load(part)))
    into += 16; part += 16
  }
}

/** whole -= part: the histogram of the sibling. */
export function subtractPacked(whole: usize, part: usize, slots: i32): void {
  for (let i = 0; i < slots; i += 2) {
    v128.store(whole, i64x2.sub(v128.load(whole), v128.load(part)))
    whole += 16; part += 16
  }
}
export function subtractExact(whole: usize, part: usize, slots: i32): void {
  for (let i = 0; i < slots; i++) {
    v128.store(whole, f64x2.sub(v128.load(whole), v128.load(part)))
    whole += 16; part += 16
  }
}
