// Dense products and symmetric positive definite systems. Drivers: src/core/dense.ts, src/core/sweep.ts.

import * as symmetric from "./parts/symmetric"
import { ADD, multiplyPanels, packColumns, packRows } from "./parts/tile"

/** Packs rows of the left operand, numbers [k0, k0 + depth) of each. */
export function packLeft(a: usize, ld: i32, i0: i32, i1: i32, k0: i32, depth: i32, panels: usize): void {
  packRows<f32>(a + (<usize>k0 << 2), ld, i0, i1, depth, panels)
}

/** Packs columns [0, n) of the right operand, rows [k0, k0 + depth). */
export function packRight(b: usize, ld: i32, n: i32, k0: i32, depth: i32, panels: usize): void {
  packColumns<f32>(b + ((<usize>k0 * ld) << 2), ld, 0, n, depth, panels)
}

/** Rows [i0, i1) of c[., n] += left * right over packed operands. */
export function multiplyPacked(c: usize, n: i32, i0: i32, i1: i32, left: usize, right: usize, depth: i32, scratch: usize): void {
  multiplyPanels<f32>(c, n, i0, i1, 0, n, left, right, depth, false, ADD, scratch)
}

export function beginSweep(a: usize, n: i32, ld: i32, k0: i32, b: i32, scale: usize, tolerance: f64, u: usize, v: usize, block: usize): i32 {
  return symmetric.beginSweep<f64>(a, n, ld, k0, b, scale, tolerance, u, v, block)
}
export function updateSweep(a: usize, n: i32, ld: i32, i0: i32, i1: i32, b: i32, u: usize, v: usize, block: usize): void {
  symmetric.updateSweep<f64>(a, n, ld, i0, i1, b, u, v, block)
}
export function finishSweep(a: usize, n: i32, ld: i32, k0: i32, b: i32, v: usize, block: usize): void {
  symmetric.finishSweep<f64>(a, n, ld, k0, b, v, block)
}
export function beginFactor(a: usize, n: i32, ld: i32, k0: i32, b: i32, scale: usize, tolerance: f64, u: usize, v: usize, block: usize): i32 {
  return symmetric.beginFactor<f64>(a, n, ld, k0, b, scale, tolerance, u, v, block)
}
export function updateFactor(a: usize, n: i32, ld: i32, below: i32, i0: i32, i1: i32, b: i32, v: usize, block: usize): void {
  symmetric.updateFactor<f64>(a, n, ld, below, i0, i1, b, v, block)
}

/** y = L^-1 y for one right-hand side: each row of L is read once, front to back. */
export function forward(l: usize, n: i32, ld: i32, y: usize): void {
  for (let i = 0; i < n; i++) {
    const row = l + ((<usize>i * ld) << 3)
    const at = y + (<usize>i << 3)
    store<f64>(at, (load<f64>(at) - dot(row, y, i)) / load<f64>(row + (<usize>i << 3)))
  }
}

/** y = L^-T y: the columns of L^T are the rows of L, so it also reads whole rows. */
export function backward(l: usize, n: i32, ld: i32, y: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = l + ((<usize>i * ld) << 3)
    const at = y + (<usize>i << 3)
    const x = load<f64>(at) / load<f64>(row + (<usize>i << 3))
    store<f64>(at, x)
    subtract(x, row, y, i)
  }
}

function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0
  let i = 0
  for (; i + 4 <= n; i += 4) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)))
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)))
    x += 32; y += 32
  }
  s0 = f64x2.add(s0, s1)
  let total = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)
  for (; i < n; i++) {
    total += load<f64>(x) * load<f64>(y)
    x += 8; y += 8
  }
  return total
}

/** y -= scale * x. */
function subtract(scale: f64, x: usize, y: usize, n: i32): void {
  const s = f64x2.splat(scale)
  let i = 0
  for (; i + 2 <= n; i += 2) {
    v128.store(y, f64x2.sub(v128.load(y), f64x2.mul(s, v128.load(x))))
    x += 16; y += 16
  }
  if (i < n) store<f64>(y, load<f64>(y) - scale * load<f64>(x))
}
