// How near a row is to the query: exactly over f32, roughly over int8 codes. One row at a time, and four at a time for scans.

import { bias, codeWidth, EUCLIDEAN, metric, query, queryCodes, queryUnit, rowAt, width } from "./table"

// @ts-ignore: decorator
@inline function total(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** The four lane sums of four vectors. */
// @ts-ignore: decorator
@inline function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7))
}

// @ts-ignore: decorator
@inline function totalsInteger(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 1, 4, 5), v128.shuffle<i32>(c, d, 2, 3, 6, 7))
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7))
}

/** Inner product of two rows of `count` f32, a multiple of 4; the lane sums of {@link scoreFour} in the same order, so the same bits. */
export function dot(x: usize, y: usize, count: i32): f32 {
  let sum = f32x4.splat(0)
  const end = x + (<usize>count << 2)
  for (; x < end; x += 16, y += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(y)))
  return total(sum)
}

/** Minus the squared distance of two rows. */
export function minusSquare(x: usize, y: usize, count: i32): f32 {
  let sum = f32x4.splat(0)
  const end = x + (<usize>count << 2)
  for (; x < end; x += 16, y += 16) {
    const apart = f32x4.sub(v128.load(x), v128.load(y))
    sum = f32x4.sub(sum, f32x4.mul(apart, apart))
  }
  return total(sum)
}

/** The exact score of a row against what stands at `from`. */
// @ts-ignore: decorator
@inline export function score(from: usize, row: usize): f32 {
  return metric == EUCLIDEAN ? minusSquare(from, row, width) : dot(from, row, width)
}

/** The exact scores of four rows that follow each other from `slot`. */
// @ts-ignore: decorator
@inline export function scoreFour(from: usize, slot: i32): v128 {
  return metric == EUCLIDEAN ? minusSquareFour(from, rowAt(slot), width) : dotFour(from, rowAt(slot), width)
}

export function dotFour(from: usize, row: usize, count: i32): v128 {
  const stride = <usize>count << 2
  let a = row, b = a + stride, c = b + stride, d = c + stride
  const end = b
  let sa = f32x4.splat(0), sb = sa, sc = sa, sd = sa
  for (; a < end; a += 16, b += 16, c += 16, d += 16, from += 16) {
    const q = v128.load(from)
    sa = f32x4.add(sa, f32x4.mul(q, v128.load(a))); sb = f32x4.add(sb, f32x4.mul(q, v128.load(b)))
    sc = f32x4.add(sc, f32x4.mul(q, v128.load(c))); sd = f32x4.add(sd, f32x4.mul(q, v128.load(d)))
  }
  return totals(sa, sb, sc, sd)
}

function minusSquareFour(from: usize, row: usize, count: i32): v128 {
  const stride = <usize>count << 2
  let a = row, b = a + stride, c = b + stride, d = c + stride
  const end = b
  let sa = f32x4.splat(0), sb = sa, sc = sa, sd = sa
  for (; a < end; a += 16, b += 16, c += 16, d += 16, from += 16) {
    const q = v128.load(from)
    const da = f32x4.sub(q, v128.load(a)), db = f32x4.sub(q, v128.load(b)), dc = f32x4.sub(q, v128.load(c)), dd = f32x4.sub(q, v128.load(d))
    sa = f32x4.sub(sa, f32x4.mul(da, da)); sb = f32x4.sub(sb, f32x4.mul(db, db))
    sc = f32x4.sub(sc, f32x4.mul(dc, dc)); sd = f32x4.sub(sd, f32x4.mul(dd, dd))
  }
  return totals(sa, sb, sc, sd)
}

/** Rough score of a row of codes; `slot` for its bias. The driver sees to it that no sum passes an i32. */
export function roughScore(code: usize, slot: i32): f32 {
  const product = <f32>productOf(queryCodes, code) * queryUnit
  return bias == 0 ? product : product + load<f32>(bias + (<usize>slot << 2))
}

/** Sum of the products of i16 numbers and a row of codes. */
// @ts-ignore: decorator
@inline export function productOf(numbers: usize, code: usize): i32 {
  const end = code + codeWidth
  let low = i32x4.splat(0), high = low
  for (; code < end; code += 16, numbers += 32) {
    low = i32x4.add(low, i32x4.dot_i16x8_s(v128.load_ext<i8>(code), v128.load(numbers)))
    high = i32x4.add(high, i32x4.dot_i16x8_s(v128.load_ext<i8>(code, 8), v128.load(numbers, 16)))
  }
  const sum = i32x4.add(low, high)
  const pairs = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)
}

/** Rough scores of four rows of codes that follow each other. */
export function roughFour(code: usize, slot: i32): v128 {
  const stride = <usize>codeWidth
  let a = code, b = a + stride, c = b + stride, d = c + stride, q = queryCodes
  const end = b
  let sa = i32x4.splat(0), sb = sa, sc = sa, sd = sa
  for (; a < end; a += 16, b += 16, c += 16, d += 16, q += 32) {
    const low = v128.load(q), high = v128.load(q, 16)
    sa = i32x4.add(sa, i32x4.add(i32x4.dot_i16x8_s(v128.load_ext<i8>(a), low), i32x4.dot_i16x8_s(v128.load_ext<i8>(a, 8), high)))
    sb = i32x4.add(sb, i32x4.add(i32x4.dot_i16x8_s(v128.load_ext<i8>(b), low), i32x4.dot_i16x8_s(v128.load_ext<i8>(b, 8), high)))
    sc = i32x4.add(sc, i32x4.add(i32x4.dot_i16x8_s(v128.load_ext<i8>(c), low), i32x4.dot_i16x8_s(v128.load_ext<i8>(c, 8), high)))
    sd = i32x4.add(sd, i32x4.add(i32x4.dot_i16x8_s(v128.load_ext<i8>(d), low), i32x4.dot_i16x8_s(v128.load_ext<i8>(d, 8), high)))
  }
  const product = f32x4.mul(f32x4.convert_i32x4_s(totalsInteger(sa, sb, sc, sd)), f32x4.splat(queryUnit))
  return bias == 0 ? product : f32x4.add(product, v128.load(bias + (<usize>slot << 2)))
}
