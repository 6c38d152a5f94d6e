// Follow-the-regularised-leader over sparse rows. Driver: src/models/linear/ftrl.ts.
//
// A slot is two f32: z, the sum of gradients less what was already spent, and r, the root of the sum of squared gradients. Both of a slot lie
// on one cache line, and four slots are worked on at a time: the update waits for memory, so loads come first, in a pass of their own.
// A slot that occurs twice in a row counts twice in the score and learns once: its second update overwrites the first.

import { meanOf } from "./parts/exponential"

// @ts-ignore: decorator
@inline function weightsOf(z: v128, r: v128, l1: v128, l2: v128, beta: v128, inverseAlpha: v128): v128 {
  const sign = v128.and(z, f32x4.splat(-0.0))
  const size = f32x4.max(f32x4.sub(f32x4.abs(z), l1), f32x4.splat(0))
  const scale = f32x4.add(f32x4.mul(f32x4.add(beta, r), inverseAlpha), l2)
  // -sign(z) * size / scale: flip the sign bit and put it on the quotient.
  return v128.xor(f32x4.div(size, scale), v128.xor(sign, f32x4.splat(-0.0)))
}

/** Gathers the slots of four entries into z and r, both written to the buffer. */
// @ts-ignore: decorator
@inline function pair(state: usize, at: usize): v128 {
  const a = v128.load64_lane(state + (<usize>load<u32>(at) << 3), i64x2.splat(0), 0)
  return v128.load64_lane(state + (<usize>load<u32>(at, 4) << 3), a, 1)
}

/**
 * One pass over rows [from, to): predicts each row, then learns from it. Predictions are made before learning, so their loss is honest.
 *
 * offsets u32 [rows + 1], indices u32, values f32 or 0 when all are 1, targets and weights (or 0) f32 by row, state f32 [slots, 2],
 * bias f32 [2] a slot that is always on and not penalised by l1; buffer f32 [3 * longest row, rounded up to 4]; out f32 by row.
 * `learn` 0 only predicts.
 */
export function ftrl(
  offsets: usize, indices: usize, values: usize, targets: usize, weights: usize, from: i32, to: i32,
  state: usize, bias: usize, alpha: f32, beta: f32, l1: f32, l2: f32, family: i32, buffer: usize, out: usize, learn: i32,
): void {
  const ia: f32 = <f32>1 / alpha
  const l1s = f32x4.splat(l1), l2s = f32x4.splat(l2), betas = f32x4.splat(beta), ias = f32x4.splat(ia)
  let touched: u32 = 0
  for (let row = from; row < to; row++) {
    const begin = load<u32>(offsets + (<usize>row << 2))
    const count = <i32>(load<u32>(offsets + (<usize>row << 2), 4) - begin)
    const first = indices + (<usize>begin << 2)
    const x = values + (<usize>begin << 2)
    const whole = count & ~3
    // Touches the slots of the row after the next, so that they are on their way when it comes: a fifth faster once the state outgrows the cache.
    const ahead = offsets + (<usize>min(row + 2, to - 1) << 2)
    const aheadEnd = indices + (<usize>load<u32>(ahead, 4) << 2)
    for (let i = indices + (<usize>load<u32>(ahead) << 2); i < aheadEnd; i += 4) touched ^= load<u32>(state + (<usize>load<u32>(i) << 3))
    let sums = f32x4.splat(0)
    let at = first
    let b = buffer
    for (let k = 0; k < whole; k += 4) {
      const p = pair(state, at), q = pair(state, at + 8)
      const z = v128.shuffle<f32>(p, q, 0, 2, 4, 6)
      const r = v128.shuffle<f32>(p, q, 1, 3, 5, 7)
      const w = weightsOf(z, r, l1s, l2s, betas, ias)
      v128.store(b, z); v128.store(b, r, 16); v128.store(b, w, 32)
      sums = f32x4.add(sums, values == 0 ? w : f32x4.mul(w, v128.load(x + (<usize>k << 2))))
      at += 16; b += 48
    }
    let score = <f64>(f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
    for (let k = whole; k < count; k++) {
      const slot = state + (<usize>load<u32>(at) << 3)
      const z = load<f32>(slot), r = load<f32>(slot, 4)
      const size = max<f32>(abs<f32>(z) - l1, 0)
      const w: f32 = -copysign<f32>(size, z) / ((beta + r) * ia + l2)
      store<f32>(b, z); store<f32>(b, r, 4); store<f32>(b, w, 8)
      score += <f64>(values == 0 ? w : w * load<f32>(x + (<usize>k << 2)))
      at += 4; b += 12
    }
    const zb = load<f32>(bias), rb = load<f32>(bias, 4)
    const wb: f32 = -zb / ((beta + rb) * ia + l2)
    const mean = meanOf(family, score + <f64>wb)
    store<f32>(out + (<usize>row << 2), <f32>mean)
    if (learn == 0) continue
    let g: f32 = <f32>(mean - <f64>load<f32>(targets + (<usize>row << 2)))
    if (weights != 0) g *= load<f32>(weights + (<usize>row << 2))
    const gs = f32x4.splat(g)
    at = first
    b = buffer
    for (let k = 0; k < whole; k += 4) {
      const z = v128.load(b), r = v128.load(b, 16), w = v128.load(b, 32)
      const gx = values == 0 ? gs : f32x4.mul(gs, v128.load(x + (<usize>k << 2)))
      const next = f32x4.sqrt(f32x4.add(f32x4.mul(r, r), f32x4.mul(gx, gx)))
      const moved = f32x4.sub(f32x4.add(z, gx), f32x4.mul(f32x4.mul(f32x4.sub(next, r), ias), w))
      const low = v128.shuffle<f32>(moved, next, 0, 4, 1, 5)
      const high = v128.shuffle<f32>(moved, next, 2, 6, 3, 7)
      v128.store64_lane(state + (<usize>load<u32>(at) << 3), low, 0)
      v128.store64_lane(state + (<usize>load<u32>(at, 4) << 3), low, 1)
      v128.store64_lane(state + (<usize>load<u32>(at, 8) << 3), high, 0)
      v128.store64_lane(state + (<usize>load<u32>(at, 12) << 3), high, 1)
      at += 16; b += 48
    }
    for (let k = whole; k < count; k++) {
      const slot = state + (<usize>load<u32>(at) << 3)
      const gx: f32 = values == 0 ? g : g * load<f32>(x + (<usize>k << 2))
      const r = load<f32>(b, 4)
      const next = sqrt<f32>(r * r + gx * gx)
      store<f32>(slot, load<f32>(b) + gx - (next - r) * ia * load<f32>(b, 8))
      store<f32>(slot, next, 4)
      at += 4; b += 12
    }
    const nextBias = sqrt<f32>(rb * rb + g * g)
    store<f32>(bias, zb + g - (nextBias - rb) * ia * wb)
    store<f32>(bias, nextBias, 4)
  }
  // Or else the touching would be optimised away.
  store<u32>(buffer, touched)
}
