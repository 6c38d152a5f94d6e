// LambdaMART gradients of whole queries, four pairs at a time.
//
// A query's documents are taken in the order of their scores; for a pair the better-placed of which is among the first `truncation`,
// lambda = sigma / (1 + e^(sigma (s_better - s_worse))) * |gain_i - gain_j| * |discount_i - discount_j| / ideal.
// The reference in plain TypeScript: src/models/trees/objectives/lambda-pairs.ts.

import { exp4, log2 } from "./tree-exp"

/** Sorts order[0, n) by score, highest first, equal ones by index. Almost sorted is cheap: keep the order between rounds. */
function sortByScore(order: usize, n: i32, scores: usize): void {
  if (n > 256) for (let gap = n >> 1; gap > 1; gap >>= 1) sortGap(order, n, scores, gap)
  sortGap(order, n, scores, 1)
}

function sortGap(order: usize, n: i32, scores: usize, gap: i32): void {
  const step = <usize>gap << 2
  for (let i = gap; i < n; i++) {
    const v = load<u32>(order + (<usize>i << 2)), s = load<f32>(scores + (<usize>v << 2))
    let at = order + (<usize>i << 2)
    while (at >= order + step) {
      const u = load<u32>(at - step), t = load<f32>(scores + (<usize>u << 2))
      if (t > s || (t == s && u < v)) break
      store<u32>(at, u)
      at -= step
    }
    store<u32>(at, v)
  }
}

/**
 * Gradients and hessians of queries [q0, q1). Query q is rows [starts[q], starts[q + 1]); `order` holds row numbers within each query from the
 * round before; `gains` and `discounts` by row and by place, places up to the longest query; `inverseIdeals` by query, 0 where nothing counts.
 * `norm` 1 divides a pair by 0.01 + its score difference and scales a query by log2(1 + S) / S, as LightGBM does.
 * `isFlat` 1 gives every pair the weight 1 (RankNet), whatever its places.
 * `scratch` takes 4 * (longest + 8) f32, longest a multiple of 4.
 */
export function lambdas(
  q0: i32, q1: i32, starts: usize, scores: usize, gains: usize, order: usize, inverseIdeals: usize, discounts: usize,
  truncation: i32, sigma: f32, norm: i32, isFlat: i32, gradients: usize, hessians: usize, scratch: usize, longest: i32,
): void {
  const bytes = <usize>(longest + 8) << 2
  const s = scratch, g = s + bytes, lambda = g + bytes, hessian = lambda + bytes
  const one = f32x4.splat(1), zero = f32x4.splat(0), tiny = f32x4.splat(0.01), sigmas = f32x4.splat(sigma)
  for (let q = q0; q < q1; q++) {
    const start = <usize>load<u32>(starts + (<usize>q << 2)) << 2
    const n = <i32>(load<u32>(starts + (<usize>q << 2), 4) - load<u32>(starts + (<usize>q << 2)))
    const inverse = load<f32>(inverseIdeals + (<usize>q << 2))
    memory.fill(gradients + start, 0, <usize>n << 2)
    memory.fill(hessians + start, 0, <usize>n << 2)
    if (inverse == 0 || n < 2) continue
    const list = order + start
    sortByScore(list, n, scores + start)
    for (let i = 0; i < n; i++) {
      const row = start + (<usize>load<u32>(list + (<usize>i << 2)) << 2), at = <usize>i << 2
      store<f32>(s + at, load<f32>(scores + row))
      store<f32>(g + at, load<f32>(gains + row))
    }
    // Lanes past the end have a gain that no document has, below 0.
    for (let i = n; i < n + 4; i++) store<f32>(g + (<usize>i << 2), -1)
    memory.fill(lambda, 0, <usize>(n + 4) << 2)
    memory.fill(hessian, 0, <usize>(n + 4) << 2)
    const divides = norm != 0 && load<f32>(s) != load<f32>(s + (<usize>(n - 1) << 2))
    let total = zero
    for (let i = 0; i < min(truncation, n - 1); i++) {
      const at = <usize>i << 2
      const si = v128.load32_splat(s + at), gi = v128.load32_splat(g + at), di = v128.load32_splat(discounts + at)
      const scale = f32x4.splat(inverse)
      let sumL = zero, sumH = zero
      for (let j = i + 1; j < n; j += 4) {
        const to = <usize>j << 2
        const gj = v128.load(g + to)
        const counts = v128.and(f32x4.ne(gi, gj), f32x4.ge(gj, zero))
        if (!v128.any_true(counts)) continue
        const apart = f32x4.sub(si, v128.load(s + to))
        const isBetter = f32x4.gt(gi, gj)
        const margin = v128.bitselect(apart, f32x4.neg(apart), isBetter)
        let delta = isFlat != 0 ? one : f32x4.mul(f32x4.mul(f32x4.abs(f32x4.sub(gi, gj)), f32x4.sub(di, v128.load(discounts + to))), scale)
        if (divides) delta = f32x4.div(delta, f32x4.add(tiny, f32x4.abs(apart)))
        const rho = f32x4.div(one, f32x4.add(one, exp4(f32x4.mul(sigmas, margin))))
        const l = v128.and(f32x4.mul(f32x4.mul(sigmas, rho), delta), counts)
        const h = f32x4.mul(f32x4.mul(sigmas, l), f32x4.sub(one, rho))
        // The better document is pulled up: its gradient falls.
        const push = v128.bitselect(f32x4.neg(l), l, isBetter)
        sumL = f32x4.add(sumL, push)
        sumH = f32x4.add(sumH, h)
        total = f32x4.add(total, l)
        v128.store(lambda + to, f32x4.sub(v128.load(lambda + to), push))
        v128.store(hessian + to, f32x4.add(v128.load(hessian + to), h))
      }
      store<f32>(lambda + at, load<f32>(lambda + at) + sum4(sumL))
      store<f32>(hessian + at, load<f32>(hessian + at) + sum4(sumH))
    }
    const size: f32 = 2 * sum4(total)
    const factor: f32 = norm != 0 && size > 0 ? <f32>(log2(1 + <f64>size) / <f64>size) : 1
    for (let i = 0; i < n; i++) {
      const row = start + (<usize>load<u32>(list + (<usize>i << 2)) << 2), at = <usize>i << 2
      store<f32>(gradients + row, load<f32>(lambda + at) * factor)
      store<f32>(hessians + row, load<f32>(hessian + at) * factor)
    }
  }
}

// @ts-ignore: decorator
@inline function sum4(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}
