// Factorization machines over sparse rows, learned by AdaGrad. Drivers: src/models/linear/factorization-machine.ts, field-aware.ts.
//
// Every learned number stands beside its accumulator, the sum of its squared gradients (which begins above 0): a linear weight as [w, g], a
// vector as k values then k accumulators. k is a multiple of 4.

import { meanOf } from "./parts/exponential"

/** One AdaGrad step of a lone number at `at`, its accumulator behind it. */
// @ts-ignore: decorator
@inline function stepNumber(at: usize, gradient: f32, rate: f32): void {
  const sum: f32 = load<f32>(at, 4) + gradient * gradient
  store<f32>(at, load<f32>(at) - rate * gradient / sqrt<f32>(sum))
  store<f32>(at, sum, 4)
}

/** One AdaGrad step of four numbers whose accumulators lie `behind` bytes on. */
// @ts-ignore: decorator
@inline function stepFour(at: usize, behind: usize, value: v128, gradient: v128, rate: v128): void {
  const sum = f32x4.add(v128.load(at + behind), f32x4.mul(gradient, gradient))
  v128.store(at, f32x4.sub(value, f32x4.div(f32x4.mul(rate, gradient), f32x4.sqrt(sum))))
  v128.store(at + behind, sum)
}

// @ts-ignore: decorator
@inline function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3)
}

/** Bias and weighted linear part of one row. */
function linearPart(bias: usize, linear: usize, first: usize, count: i32, x: usize): f64 {
  let score = <f64>load<f32>(bias)
  for (let i = 0; i < count; i++) {
    const w = load<f32>(linear + (<usize>load<u32>(first + (<usize>i << 2)) << 3))
    score += <f64>(x == 0 ? w : w * load<f32>(x + (<usize>i << 2)))
  }
  return score
}

function learnLinear(bias: usize, linear: usize, first: usize, count: i32, x: usize, error: f32, rate: f32, l2: f32): void {
  stepNumber(bias, error, rate)
  for (let i = 0; i < count; i++) {
    const at = linear + (<usize>load<u32>(first + (<usize>i << 2)) << 3)
    stepNumber(at, (x == 0 ? error : error * load<f32>(x + (<usize>i << 2))) + l2 * load<f32>(at), rate)
  }
}

/**
 * Rows order[from, to): predicts each, then learns from it. A pair of entries adds the product of their vectors and values to the score, all
 * pairs at once as half of |sum|^2 - sum of |.|^2.
 *
 * offsets u32, indices u32, values f32 or 0 when all are 1, targets and weights (or 0) f32 by row, order u32; sums f32 [k], a buffer; out f32 by
 * place in `order`: what was predicted before learning.
 */
export function factorize(
  offsets: usize, indices: usize, values: usize, targets: usize, weights: usize, order: usize, from: i32, to: i32,
  bias: usize, linear: usize, vectors: usize, k: i32, rate: f32, l2: f32, l2Factors: f32, family: i32, sums: usize, out: usize,
): void {
  const bytes = <usize>k << 2
  const rates = f32x4.splat(rate), l2s = f32x4.splat(l2Factors)
  for (let place = from; place < to; place++) {
    const row = <usize>load<u32>(order + (<usize>place << 2)) << 2
    const begin = load<u32>(offsets + row)
    const count = <i32>(load<u32>(offsets + row, 4) - begin)
    const first = indices + (<usize>begin << 2)
    const x = values == 0 ? <usize>0 : values + (<usize>begin << 2)
    memory.fill(sums, 0, bytes)
    let squares = f32x4.splat(0)
    for (let i = 0; i < count; i++) {
      const v = vectors + <usize>load<u32>(first + (<usize>i << 2)) * bytes * 2
      const value = f32x4.splat(x == 0 ? 1 : load<f32>(x + (<usize>i << 2)))
      for (let c: usize = 0; c < bytes; c += 16) {
        const part = f32x4.mul(v128.load(v + c), value)
        v128.store(sums + c, f32x4.add(v128.load(sums + c), part))
        squares = f32x4.sub(squares, f32x4.mul(part, part))
      }
    }
    for (let c: usize = 0; c < bytes; c += 16) {
      const s = v128.load(sums + c)
      squares = f32x4.add(squares, f32x4.mul(s, s))
    }
    const mean = meanOf(family, linearPart(bias, linear, first, count, x) + 0.5 * <f64>total(squares))
    store<f32>(out + (<usize>place << 2), <f32>mean)
    let error: f32 = <f32>(mean - <f64>load<f32>(targets + row))
    if (weights != 0) error *= load<f32>(weights + row)
    learnLinear(bias, linear, first, count, x, error, rate, l2)
    for (let i = 0; i < count; i++) {
      const v = vectors + <usize>load<u32>(first + (<usize>i << 2)) * bytes * 2
      const scalar: f32 = x == 0 ? <f32>1 : load<f32>(x + (<usize>i << 2))
      const value = f32x4.splat(scalar), slope = f32x4.splat(scalar * error)
      for (let c: usize = 0; c < bytes; c += 16) {
        const own = v128.load(v + c)
        const others = f32x4.sub(v128.load(sums + c), f32x4.mul(own, value))
        stepFour(v + c, bytes, own, f32x4.add(f32x4.mul(slope, others), f32x4.mul(l2s, own)), rates)
      }
    }
  }
}

/**
 * As {@link factorize}, field-aware: an entry has a vector for each field of the other, so that a pair adds v[a, field b] . v[b, field a].
 * `fieldIds` u32 beside `indices`, each below `fieldCount`; vectors [column, field, values then accumulators].
 */
export function factorizeFields(
  offsets: usize, indices: usize, fieldIds: usize, values: usize, targets: usize, weights: usize, order: usize, from: i32, to: i32,
  bias: usize, linear: usize, vectors: usize, fieldCount: i32, k: i32, rate: f32, l2: f32, l2Factors: f32, family: i32, out: usize,
): void {
  const bytes = <usize>k << 2
  const step = bytes * 2
  const rates = f32x4.splat(rate), l2s = f32x4.splat(l2Factors)
  for (let place = from; place < to; place++) {
    const row = <usize>load<u32>(order + (<usize>place << 2)) << 2
    const begin = load<u32>(offsets + row)
    const count = <i32>(load<u32>(offsets + row, 4) - begin)
    const first = indices + (<usize>begin << 2)
    const ownFields = fieldIds + (<usize>begin << 2)
    const x = values == 0 ? <usize>0 : values + (<usize>begin << 2)
    let score = linearPart(bias, linear, first, count, x)
    let error: f32 = 0
    // Two passes over the pairs: the first for the score, the second to learn from its error.
    for (let pass = 0; pass < 2; pass++) {
      let sum = f32x4.splat(0)
      for (let i = 0; i < count; i++) {
        const left = vectors + <usize>load<u32>(first + (<usize>i << 2)) * step * fieldCount
        const leftField = <usize>load<u32>(ownFields + (<usize>i << 2)) * step
        const leftValue: f32 = x == 0 ? 1 : load<f32>(x + (<usize>i << 2))
        for (let j = i + 1; j < count; j++) {
          const a = left + <usize>load<u32>(ownFields + (<usize>j << 2)) * step
          const b = vectors + <usize>load<u32>(first + (<usize>j << 2)) * step * fieldCount + leftField
          const product = f32x4.splat(x == 0 ? 1 : leftValue * load<f32>(x + (<usize>j << 2)))
          if (pass == 0) {
            for (let c: usize = 0; c < bytes; c += 16) {
              sum = f32x4.add(sum, f32x4.mul(product, f32x4.mul(v128.load(a + c), v128.load(b + c))))
            }
          } else {
            const slope = f32x4.mul(product, f32x4.splat(error))
            for (let c: usize = 0; c < bytes; c += 16) {
              const u = v128.load(a + c), v = v128.load(b + c)
              stepFour(a + c, bytes, u, f32x4.add(f32x4.mul(slope, v), f32x4.mul(l2s, u)), rates)
              stepFour(b + c, bytes, v, f32x4.add(f32x4.mul(slope, u), f32x4.mul(l2s, v)), rates)
            }
          }
        }
      }
      if (pass == 0) {
        const mean = meanOf(family, score + <f64>total(sum))
        store<f32>(out + (<usize>place << 2), <f32>mean)
        error = <f32>(mean - <f64>load<f32>(targets + row))
        if (weights != 0) error *= load<f32>(weights + row)
        learnLinear(bias, linear, first, count, x, error, rate, l2)
      }
    }
  }
}
