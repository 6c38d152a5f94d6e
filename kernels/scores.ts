// Scores of all items for one request, and the best of them. Driver: src/retrieval/score-board.ts.
//
// Sums of a history's rows are bound by memory: one pass over the entries, scores of the whole catalogue in cache. Scores are f32, padded with
// the lowest number to whole vectors, so that the search for the best looks at four at a time.

const LOWEST: f32 = -f32.MAX_VALUE
/** Items that the histogram looks at. */
const SAMPLE: i32 = 8192

/**
 * out = 0, then out[j] += table[i][j] for each row i of the history; rows past `rows` are skipped.
 *
 * An entry is a column in 32 bits and a weight in f32, or, `packed`, a column in the low 16 bits and the high half of the weight's f32 above it: half
 * the bytes, for sums that are bound by them. Rows lie far apart, so each is called into the cache while the one before it is added.
 * @returns what was read for that, which says nothing
 */
export function sumRows(offsets: usize, entries: usize, rows: u32, packed: bool, history: usize, length: i32, out: usize, items: i32): u32 {
  memory.fill(out, 0, <usize>items << 2)
  const shift: usize = packed ? 2 : 3
  let called: u32 = 0
  let next = history
  const end = history + (<usize>length << 2)
  let entry: usize = 0, last: usize = 0
  for (;;) {
    let from: usize = 0, to: usize = 0
    while (next < end && from == to) {
      const row = load<u32>(next)
      next += 4
      if (row >= rows) continue
      from = entries + (<usize>load<u32>(offsets + (<usize>row << 2)) << shift)
      to = entries + (<usize>load<u32>(offsets + (<usize>row << 2), 4) << shift)
    }
    for (let line = from; line < to; line += 64) called ^= load<u32>(line)
    if (packed) {
      for (; entry + 8 <= last; entry += 8) {
        const two = load<u64>(entry)
        addEntry(out, <u32>two)
        addEntry(out, <u32>(two >> 32))
      }
      if (entry < last) addEntry(out, load<u32>(entry))
    } else {
      for (; entry < last; entry += 8) {
        const at = out + (<usize>load<u32>(entry) << 2)
        store<f32>(at, load<f32>(at) + load<f32>(entry, 4))
      }
    }
    if (from == to) break
    entry = from
    last = to
  }
  return called
}

// @ts-ignore: decorator
@inline function addEntry(out: usize, both: u32): void {
  const at = out + (<usize>(both & 0xffff) << 2)
  store<f32>(at, load<f32>(at) + reinterpret<f32>(both & 0xffff0000))
}

/**
 * causes[s - 1] = place + 1 in the history of the row with the largest weight above 0 for the item that `slots` (a byte an item) gives number s.
 * @param weights - room for one f32 a slot; zeroed like `causes` by the caller
 */
export function strongest(
  offsets: usize, entries: usize, rows: u32, packed: bool, history: usize, length: i32, slots: usize, causes: usize, weights: usize,
): void {
  for (let h = 0; h < length; h++) {
    const row = load<u32>(history + (<usize>h << 2))
    if (row >= rows) continue
    const end = load<u32>(offsets + (<usize>row << 2), 4)
    for (let entry = load<u32>(offsets + (<usize>row << 2)); entry < end; entry++) {
      const both = packed ? load<u32>(entries + (<usize>entry << 2)) : load<u32>(entries + (<usize>entry << 3))
      const slot = load<u8>(slots + (packed ? both & 0xffff : both))
      if (slot == 0) continue
      const weight = packed ? reinterpret<f32>(both & 0xffff0000) : load<f32>(entries + (<usize>entry << 3), 4)
      const at = <usize>(slot - 1) << 2
      if (!(weight > load<f32>(weights + at))) continue
      store<f32>(weights + at, weight)
      store<u32>(causes + at, h + 1)
    }
  }
}

/**
 * vector = sum of the rows of a history, each times its share: the direction of somebody's taste. Items past `items` are skipped; `width` is a multiple
 * of 8.
 */
export function direction(rows: usize, width: i32, shares: usize, items: u32, history: usize, length: i32, vector: usize): void {
  const bytes = <usize>width << 2
  memory.fill(vector, 0, bytes)
  for (const end = history + (<usize>length << 2); history < end; history += 4) {
    const item = load<u32>(history)
    if (item >= items) continue
    const share = f32x4.splat(load<f32>(shares + (<usize>item << 2)))
    let row = rows + <usize>item * width
    for (let at = vector; at < vector + bytes; at += 32, row += 8) {
      const eight = v128.load8x8_s(row)
      v128.store(at, f32x4.add(v128.load(at), f32x4.mul(share, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)))))
      v128.store(at, f32x4.add(v128.load(at, 16), f32x4.mul(share, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)))), 16)
    }
  }
}

/**
 * out[i] = (vector . rows[i]) * scales[i]. Rows are whole numbers of a byte, and the vector is rounded to such of two, so that eight products cost what
 * one cost and a quarter of the memory passes.
 * @param width - a multiple of 8
 * @param rounded - room for one i16 a number of the vector
 */
export function project(rows: usize, width: i32, scales: usize, vector: usize, rounded: usize, out: usize, items: i32): void {
  const scale = round(vector, width, rounded)
  const end = rounded + (<usize>width << 1)
  for (let i = 0; i < items; i++) {
    let a = i32x4.splat(0), b = a
    let at = rounded
    for (; at + 32 <= end; at += 32, rows += 16) {
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(at), v128.load8x8_s(rows)))
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(at, 16), v128.load8x8_s(rows, 8)))
    }
    if (at < end) {
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(at), v128.load8x8_s(rows)))
      rows += 8
    }
    a = i32x4.add(a, b)
    const sum = (i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1)) + (i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3))
    store<f32>(out + (<usize>i << 2), <f32>sum * scale * load<f32>(scales + (<usize>i << 2)))
  }
}

/** Rounds a vector to numbers of two bytes, so large that no sum of their products with a byte's passes 31 bits. @returns what one of them stands for */
function round(vector: usize, width: i32, rounded: usize): f32 {
  let most: f32 = 0
  for (let d = 0; d < width; d++) most = max(most, abs(load<f32>(vector + (<usize>d << 2))))
  if (!(most > 0 && most < f32.MAX_VALUE)) {
    memory.fill(rounded, 0, <usize>width << 1)
    return most > 0 ? f32.NaN : 0
  }
  const steps = <f32>min(32767, (i32.MAX_VALUE / 127 - width) / width)
  for (let d = 0; d < width; d++)
    store<i16>(rounded + (<usize>d << 1), <i16>nearest(load<f32>(vector + (<usize>d << 2)) / most * steps))
  return most / steps
}

/**
 * The `k` best scores above `floor`, best first, equal ones by lower item, written to `heap`: for each the complement of the item, then the score.
 * Items of `skip` are put aside first: their scores come back afterwards.
 *
 * A histogram of the first items gives a score that `k` of them reach, so that few others are looked at closely.
 * @param scores - `items` numbers and room up to the next multiple of 4
 * @param aside - room for one f32 an item of `skip`
 * @param floor - 0 or more
 * @param heap - room for 8 bytes an item
 * @param histogram - room for 2048 u32
 * @returns how many were found
 */
export function top(
  scores: usize, items: i32, skip: usize, skipped: i32, aside: usize, floor: f32, k: i32, heap: usize, histogram: usize,
): i32 {
  for (let s = 0; s < skipped; s++) {
    const item = load<u32>(skip + (<usize>s << 2))
    if (item >= <u32>items) continue
    const at = scores + (<usize>item << 2)
    store<f32>(aside + (<usize>s << 2), load<f32>(at))
    store<f32>(at, LOWEST)
  }
  for (let pad = items; (pad & 3) != 0; pad++) store<f32>(scores + (<usize>pad << 2), LOWEST)
  let size = 0
  let least = max(floor, reached(scores, min(items, SAMPLE), floor, k, histogram))
  let bar = f32x4.splat(least)
  if (k > 0) {
    for (let i = 0; i < items; i += 4) {
      if (!v128.any_true(f32x4.gt(v128.load(scores + (<usize>i << 2)), bar))) continue
      for (let j = i; j < i + 4; j++) {
        const score = load<f32>(scores + (<usize>j << 2))
        if (!(score > least)) continue
        if (size < k) lift(heap, size++, keyOf(j, score))
        else sink(heap, size, keyOf(j, score))
        if (size == k) {
          least = load<f32>(heap, 4)
          bar = f32x4.splat(least)
        }
      }
    }
  }
  for (let end = size - 1; end > 0; end--) {
    const at = heap + (<usize>end << 3)
    const key = load<u64>(at)
    store<u64>(at, load<u64>(heap))
    sink(heap, end, key)
  }
  // Backwards, so that an item named twice gets back what it had before the first time.
  for (let s = skipped - 1; s >= 0; s--) {
    const item = load<u32>(skip + (<usize>s << 2))
    if (item < <u32>items) store<f32>(scores + (<usize>item << 2), load<f32>(aside + (<usize>s << 2)))
  }
  return size
}

/** A number that at least `k` of the scores are above, 0 when fewer are above `floor`. Bits of numbers above 0 ascend as they do. */
function reached(scores: usize, items: i32, floor: f32, k: i32, histogram: usize): f32 {
  memory.fill(histogram, 0, 2048 << 2)
  for (const end = scores + (<usize>items << 2); scores < end; scores += 4) {
    if (!(load<f32>(scores) > floor)) continue
    const bin = histogram + ((load<u32>(scores) >> 20) << 2)
    store<u32>(bin, load<u32>(bin) + 1)
  }
  let found = 0
  for (let bin = 2047; bin > 0; bin--) {
    found += load<u32>(histogram + (<usize>bin << 2))
    if (found >= k) return reinterpret<f32>((bin << 20) - 1)
  }
  return 0
}

// A heap with the worst on top. A key is the bits of a score above 0, which ascend as it does, over the complement of the item: of equal scores the
// lower item has the greater key.

// @ts-ignore: decorator
@inline function keyOf(place: i32, score: f32): u64 {
  return (<u64>reinterpret<u32>(score) << 32) | <u64>~place & 0xffffffff
}

function lift(heap: usize, end: i32, key: u64): void {
  let hole = end
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    const above = load<u64>(heap + (<usize>parent << 3))
    if (above <= key) break
    store<u64>(heap + (<usize>hole << 3), above)
    hole = parent
  }
  store<u64>(heap + (<usize>hole << 3), key)
}

function sink(heap: usize, size: i32, key: u64): void {
  let hole = 0
  for (let child = 1; child < size; child = 2 * hole + 1) {
    let least = load<u64>(heap + (<usize>child << 3))
    if (child + 1 < size) {
      const right = load<u64>(heap + (<usize>child << 3), 8)
      child += <i32>(right < least)
      least = min(least, right)
    }
    if (least >= key) break
    store<u64>(heap + (<usize>hole << 3), least)
    hole = child
  }
  store<u64>(heap + (<usize>hole << 3), key)
}
