// Gradients of the commonest objective, and their way into the pairs that histograms sum.

import { exp4 } from "./tree-exp"

/** Logistic loss of rows [from, to): p - y and p (1 - p). Arrays are readable and writable up to the next multiple of 4. */
export function logistic(scores: usize, labels: usize, from: i32, to: i32, gradients: usize, hessians: usize): void {
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2
    const p = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(v128.load(scores + at)))))
    v128.store(gradients + at, f32x4.sub(p, v128.load(labels + at)))
    v128.store(hessians + at, f32x4.mul(p, f32x4.sub(one, p)))
  }
}

/** Gradients and hessians of rows [from, to) times the row's weight. */
export function weigh(gradients: usize, hessians: usize, weights: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2, w = load<f32>(weights + at)
    store<f32>(gradients + at, load<f32>(gradients + at) * w)
    store<f32>(hessians + at, load<f32>(hessians + at) * w)
  }
}

/** Sums over rows [from, to) of |g| and of max(h, 0), as two f64 at `out`. */
export function sumSizes(gradients: usize, hessians: usize, from: i32, to: i32, out: usize): void {
  let g: f64 = 0, h: f64 = 0
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2
    g += <f64>abs(load<f32>(gradients + at))
    h += <f64>max(load<f32>(hessians + at), 0)
  }
  store<f64>(out, g)
  store<f64>(out, h, 8)
}

/** Four numbers in [0, 1) that depend on the row and the seed alone, 24 bits. */
// @ts-ignore: decorator
@inline function dither(row: v128, seed: i32): v128 {
  let x = i32x4.mul(i32x4.add(row, i32x4.splat(seed)), i32x4.splat(0x9e3779b1))
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x85ebca77))
  x = v128.xor(x, i32x4.shr_u(x, 13))
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(x, 8)), f32x4.splat(5.9604645e-8))
}

/**
 * Pairs of whole numbers: floor(value * scale + u), u uniform in [0, 1), so that the mean of many is right however small the values are.
 * Hessians below 0 count as 0. Arrays are readable and writable up to the next multiple of 4.
 */
export function packPairs(
  gradients: usize, hessians: usize, from: i32, to: i32, gradientScale: f32, hessianScale: f32, seed: i32, pairs: usize,
): void {
  const gs = f32x4.splat(gradientScale), hs = f32x4.splat(hessianScale), zero = f32x4.splat(0)
  let row = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3))
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2
    const g = f32x4.floor(f32x4.add(f32x4.mul(v128.load(gradients + at), gs), dither(row, seed)))
    const h = f32x4.floor(f32x4.add(f32x4.mul(f32x4.max(v128.load(hessians + at), zero), hs), dither(row, seed ^ 0x5bd1e995)))
    const high = i32x4.trunc_sat_f32x4_s(g), low = i32x4.trunc_sat_f32x4_u(h)
    v128.store(pairs + (at << 1), v128.shuffle<i32>(low, high, 0, 4, 1, 5))
    v128.store(pairs + (at << 1), v128.shuffle<i32>(low, high, 2, 6, 3, 7), 16)
    row = i32x4.add(row, i32x4.splat(4))
  }
}

/** Pairs of two f32, for exact histograms. Hessians below 0 count as 0. */
export function joinPairs(gradients: usize, hessians: usize, from: i32, to: i32, pairs: usize): void {
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2
    store<f32>(pairs + (at << 1), load<f32>(gradients + at))
    store<f32>(pairs + (at << 1), max(load<f32>(hessians + at), 0), 4)
  }
}
