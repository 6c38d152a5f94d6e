// Item-to-item weights by least squares (EASE): Gram matrix, sweep, rows of weights, selection, refit. Driver: src/models/ease.ts.

import { gramRows, offset } from "./parts/interactions"
import { bindOperator, bindScratch, refitColumn } from "./parts/refit"
import { selectLargest } from "./parts/select"
import * as symmetric from "./parts/symmetric"

export { bindOperator, bindScratch, gramRows }

export function beginSweep(a: usize, n: i32, ld: i32, k0: i32, b: i32, scale: usize, tolerance: f64, u: usize, v: usize, block: usize): i32 {
  return symmetric.beginSweep<f32>(a, n, ld, k0, b, scale, tolerance, u, v, block)
}
export function updateSweep(a: usize, n: i32, ld: i32, i0: i32, i1: i32, b: i32, u: usize, v: usize, block: usize): void {
  symmetric.updateSweep<f32>(a, n, ld, i0, i1, b, u, v, block)
}
export function finishSweep(a: usize, n: i32, ld: i32, k0: i32, b: i32, v: usize, block: usize): void {
  symmetric.finishSweep<f32>(a, n, ld, k0, b, v, block)
}

/** Copies the strict upper triangle to the lower one in squares that fit the cache, and diagonal + l2 to the diagonal and to `scale`. */
export function ridge(a: usize, n: i32, ld: i32, diagonal: usize, l2: f32, scale: usize): void {
  for (let i = 0; i < n; i++) {
    const value = load<f32>(diagonal + (<usize>i << 2)) + l2
    store<f32>(a + ((<usize>i * ld + i) << 2), value)
    store<f32>(scale + (<usize>i << 2), value)
  }
  transposeTriangle(a, n, ld, true)
}

/** Copies the strict lower triangle to the upper one. */
export function mirror(a: usize, n: i32, ld: i32): void {
  transposeTriangle(a, n, ld, false)
}

function transposeTriangle(a: usize, n: i32, ld: i32, down: bool): void {
  const square = 32
  for (let i0 = 0; i0 < n; i0 += square) {
    for (let j0 = 0; j0 <= i0; j0 += square) {
      for (let i = i0; i < min(n, i0 + square); i++) {
        for (let j = j0; j < min(i, j0 + square); j++) {
          const lower = a + ((<usize>i * ld + j) << 2), upper = a + ((<usize>j * ld + i) << 2)
          if (down) store<f32>(lower, load<f32>(upper))
          else store<f32>(upper, load<f32>(lower))
        }
      }
    }
  }
}

/** Rows [i0, i1) of the weights from a swept lower triangle: out[i - i0][j] = a[i][j] * columnScale[j]. */
export function weightRows(a: usize, n: i32, ld: i32, i0: i32, i1: i32, columnScale: usize, out: usize): void {
  for (let i = i0; i < i1; i++) {
    const from = a + ((<usize>i * ld) << 2), to = out + ((<usize>(i - i0) * ld) << 2)
    for (let j = 0; j < i; j++) {
      const at = <usize>j << 2
      store<f32>(to + at, load<f32>(from + at) * load<f32>(columnScale + at))
    }
    store<f32>(to + (<usize>i << 2), 0)
  }
  for (let j = i0 + 1; j < n; j++) {
    const from = a + ((<usize>j * ld) << 2), scale = load<f32>(columnScale + (<usize>j << 2))
    for (let i = i0; i < min(i1, j); i++) {
      store<f32>(out + ((<usize>(i - i0) * ld + j) << 2), load<f32>(from + (<usize>i << 2)) * scale)
    }
  }
}

/** The `keep` weights of one row that are largest by absolute value; see parts/select. */
export function selectRow(row: usize, stride: i32, n: i32, skip: i32, keep: i32, columns: usize, values: usize, work: usize): i32 {
  return selectLargest(row, stride, n, skip, keep, columns, values, work)
}

/** Refits columns [j0, j1) of a table held by column: rows and places in the table of each column's entries. @returns steps taken in all */
export function refitColumns(
  j0: i32, j1: i32, columnOffsets: usize, rows: usize, places: usize, table: usize, l2: f32, tolerance: f64, maxSteps: i32,
): i32 {
  let steps = 0
  for (let j = j0; j < j1; j++) {
    const start = offset(columnOffsets, j), s = offset(columnOffsets, j + 1) - start
    if (s == 0) continue
    const at = <usize>start << 2
    steps += refitColumn(j, s, rows + at, places + at, table, l2, tolerance, maxSteps)
  }
  return steps
}

/** sums[u] = sum over the users w of item i of x_wi * a[w][u], for the full symmetric `a` over users. */
function spreadItem(a: usize, m: i32, ld: i32, i: i32, offsets: usize, users: usize, values: usize, sums: usize): void {
  memory.fill(sums, 0, <usize>ld << 2)
  const end = offset(offsets, i + 1)
  for (let at = offset(offsets, i); at < end; at++) {
    const row = a + ((<usize>load<u32>(users + (<usize>at << 2)) * ld) << 2)
    const weight = v128.load32_splat(values + (<usize>at << 2))
    for (let u = 0; u < m; u += 4) {
      const place = <usize>u << 2
      v128.store(sums + place, f32x4.add(v128.load(sums + place), f32x4.mul(weight, v128.load(row + place))))
    }
  }
}

/** out[i] = x_i^T a x_i for items [i0, i1). */
export function quadratic(a: usize, m: i32, ld: i32, i0: i32, i1: i32, offsets: usize, users: usize, values: usize, sums: usize, out: usize): void {
  for (let i = i0; i < i1; i++) {
    spreadItem(a, m, ld, i, offsets, users, values, sums)
    let total: f64 = 0
    const end = offset(offsets, i + 1)
    for (let at = offset(offsets, i); at < end; at++) {
      total += <f64>load<f32>(values + (<usize>at << 2)) * <f64>load<f32>(sums + (<usize>load<u32>(users + (<usize>at << 2)) << 2))
    }
    store<f32>(out + (<usize>i << 2), <f32>total)
  }
}

/**
 * Weights of 8 items at once from the users' side: out[j][r] = x_i^T a x_j * columnScale[j] for i = i0 + r; rows past n repeat the last item.
 * `lines` takes 8 f32 a user, so that one pass over the interactions serves the 8 items with two vectors each.
 */
export function weightLines(
  a: usize, m: i32, ld: i32, n: i32, i0: i32, offsets: usize, users: usize, values: usize,
  columnScale: usize, sums: usize, lines: usize, out: usize,
): void {
  for (let r = 0; r < 8; r++) {
    spreadItem(a, m, ld, min(n - 1, i0 + r), offsets, users, values, sums)
    for (let u = 0; u < m; u++) store<f32>(lines + (<usize>u << 5) + (<usize>r << 2), load<f32>(sums + (<usize>u << 2)))
  }
  for (let j = 0; j < n; j++) {
    let low = f32x4.splat(0), high = low
    const end = offset(offsets, j + 1)
    for (let at = offset(offsets, j); at < end; at++) {
      const line = lines + (<usize>load<u32>(users + (<usize>at << 2)) << 5)
      const weight = v128.load32_splat(values + (<usize>at << 2))
      low = f32x4.add(low, f32x4.mul(weight, v128.load(line)))
      high = f32x4.add(high, f32x4.mul(weight, v128.load(line, 16)))
    }
    const scale = v128.load32_splat(columnScale + (<usize>j << 2))
    v128.store(out + (<usize>j << 5), f32x4.mul(scale, low))
    v128.store(out + (<usize>j << 5), f32x4.mul(scale, high), 16)
  }
}
