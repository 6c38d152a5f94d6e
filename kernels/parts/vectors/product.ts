// Product quantisation: each pair of numbers becomes one of 16 points, 4 bits, a sixteenth of the f32 rows.
//
// Codes lie in blocks of 32 slots: for each pair 16 bytes, byte i holding slot i in its low half and slot i + 16 in its high half. A query makes a
// table of 16 bytes a pair, which one instruction looks up for 16 slots at once; sums are u16.
// @see Jégou et al. 2011, doi:10.1109/TPAMI.2010.57; the layout: André et al. 2015, doi:10.14778/2856318.2856324

import { isFull, toBeat } from "./best"
import { propose } from "./scan"
import { EUCLIDEAN, metric, query, rough, rows, slots, width } from "./table"

let pairs: i32 = 0
let points: usize = 0
let blocks: usize = 0
let lookup: usize = 0
let sums: usize = 0

/** `points_` has 16 points of 2 numbers a pair; `lookup_` takes 64 bytes a pair and 16 more, `sums_` 64 bytes. */
export function bindProduct(pairs_: i32, points_: usize, blocks_: usize, lookup_: usize, sums_: usize): void {
  pairs = pairs_; points = points_; blocks = blocks_; lookup = lookup_; sums = sums_
}

/** Codes of slots [begin, end); blocks are zero before. */
export function encodeProduct(begin: i32, end: i32): void {
  for (let slot = begin; slot < end; slot++) {
    const row = rows + ((<usize>slot * width) << 2)
    const block = blocks + <usize>(slot >> 5) * (<usize>pairs << 4) + <usize>(slot & 15)
    const shift = slot & 16 ? 4 : 0
    for (let pair = 0; pair < pairs; pair++) {
      const at = block + (<usize>pair << 4)
      const code = nearestPoint(points + (<usize>pair << 7), load<f32>(row + (<usize>pair << 3)), load<f32>(row + (<usize>pair << 3), 4))
      store<u8>(at, load<u8>(at) | (code << shift))
    }
  }
}

function nearestPoint(from: usize, x: f32, y: f32): i32 {
  let best = 0, least: f32 = Infinity
  for (let i = 0; i < 16; i++) {
    const dx = load<f32>(from + (<usize>i << 3)) - x, dy = load<f32>(from + (<usize>i << 3), 4) - y, square = dx * dx + dy * dy
    if (square < least) { least = square; best = i }
  }
  return best
}

/** Scores of every point as f32, then as bytes from 0 with one unit for all pairs, so that no sum passes 16 bits. */
function tabulate(): void {
  const values = lookup + (<usize>pairs << 4)
  let widest: f32 = 0, whole: f32 = 0
  for (let pair = 0; pair < pairs; pair++) {
    const x = load<f32>(query + (<usize>pair << 3)), y = load<f32>(query + (<usize>pair << 3), 4)
    let low: f32 = Infinity, high: f32 = -Infinity
    for (let i = 0; i < 16; i++) {
      const px = load<f32>(points + ((<usize>pair * 16 + i) << 3)), py = load<f32>(points + ((<usize>pair * 16 + i) << 3), 4)
      const value = metric == EUCLIDEAN ? -(x - px) * (x - px) - (y - py) * (y - py) : x * px + y * py
      store<f32>(values + ((<usize>pair * 16 + i) << 2), value)
      low = min(low, value); high = max(high, value)
    }
    for (let i = 0; i < 16; i++) {
      const at = values + ((<usize>pair * 16 + i) << 2)
      store<f32>(at, load<f32>(at) - low)
    }
    widest = max(widest, high - low); whole += high - low
  }
  const unit: f32 = widest > 0 ? min<f32>(255 / widest, (65535 - <f32>pairs) / whole) : 0
  for (let i = 0; i < pairs * 16; i++) store<u8>(lookup + i, <u8>nearest(load<f32>(values + (<usize>i << 2)) * unit))
}

/** Every slot by its codes, into the candidates. */
export function scanProduct(): void {
  tabulate()
  const half = v128.splat<u8>(15)
  const stride = <usize>pairs << 4
  for (let begin = 0; begin < slots; begin += 32) {
    let code = blocks + <usize>(begin >> 5) * stride, table = lookup
    const end = code + stride
    // Both bytes of a lane are added at once; what the odd ones carried over is taken off at the end.
    let a = v128.splat<u16>(0), aOdd = a, b = a, bOdd = a
    for (; code < end; code += 16, table += 16) {
      const c = v128.load(code), t = v128.load(table)
      const first = v128.swizzle(t, v128.and(c, half))
      const second = v128.swizzle(t, v128.and(v128.shr<u16>(c, 4), half))
      a = v128.add<u16>(a, first); aOdd = v128.add<u16>(aOdd, v128.shr<u16>(first, 8))
      b = v128.add<u16>(b, second); bOdd = v128.add<u16>(bOdd, v128.shr<u16>(second, 8))
    }
    a = v128.sub<u16>(a, v128.shl<u16>(aOdd, 8)); b = v128.sub<u16>(b, v128.shl<u16>(bOdd, 8))
    if (isFull(rough)) {
      const limit = v128.splat<u16>(<u16>toBeat(rough))
      const above = v128.or(v128.or(v128.ge<u16>(a, limit), v128.ge<u16>(aOdd, limit)), v128.or(v128.ge<u16>(b, limit), v128.ge<u16>(bOdd, limit)))
      if (!v128.any_true(above)) continue
    }
    v128.store(sums, a); v128.store(sums, aOdd, 16); v128.store(sums, b, 32); v128.store(sums, bOdd, 48)
    const stop = min(32, slots - begin)
    for (let i = 0; i < stop; i++) {
      const at = sums + (i & 16 ? 32 : 0) + (i & 1 ? 16 : 0) + (<usize>((i & 15) >> 1) << 1)
      propose(begin + i, <f32>load<u16>(at))
    }
  }
}
