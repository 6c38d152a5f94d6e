// Categorical splits: categories in the order of their gradient statistics, so that the best cut of the order is the best set of two sides
// (Fisher 1958, doi:10.1080/01621459.1958.10501479); one against the rest where a column has few.

import { leafGain, leafValue, least, pairGain, Rules, slotSize, Split } from "./tree-split"

/** Categories up to which each is tried against the rest. */
const FEW = 4

// @ts-ignore: decorator
@inline function gradientAt<T>(column: usize, b: i32, rules: Rules): f64 {
  const slot = column + <usize>b * slotSize<T>()
  return isInteger<T>() ? <f64>(load<i64>(slot) >> 32) * rules.gradientUnit : load<f64>(slot)
}
// @ts-ignore: decorator
@inline function hessianAt<T>(column: usize, b: i32, rules: Rules): f64 {
  const slot = column + <usize>b * slotSize<T>()
  return isInteger<T>() ? <f64>(load<i64>(slot) & 0xffffffff) * rules.hessianUnit : load<f64>(slot, 8)
}

/** Sorts keys (f64, at scratch) with their bins (i32, behind 2048 bytes) ascending; equal keys keep the order of bins. */
function sort(scratch: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const key = load<f64>(scratch + (<usize>i << 3)), bin = load<i32>(scratch + 2048 + (<usize>i << 2))
    let j = i
    while (j > 0 && load<f64>(scratch + (<usize>(j - 1) << 3)) > key) {
      store<f64>(scratch + (<usize>j << 3), load<f64>(scratch + (<usize>(j - 1) << 3)))
      store<i32>(scratch + 2048 + (<usize>j << 2), load<i32>(scratch + 2048 + (<usize>(j - 1) << 2)))
      j--
    }
    store<f64>(scratch + (<usize>j << 3), key)
    store<i32>(scratch + 2048 + (<usize>j << 2), bin)
  }
}

/** Improves `best` by the best set of categories of one column. The rest, missing and rare values go right. */
export function bestSet<T>(column: usize, f: i32, g: f64, h: f64, rules: Rules, best: Split, scratch: usize): void {
  let seen = 0, n = 0
  for (let b = 0; b < 255; b++) {
    const hb = hessianAt<T>(column, b, rules)
    if (hb <= 0) continue
    seen++
    if (hb < rules.categoryMinHessian) continue
    store<f64>(scratch + (<usize>n << 3), gradientAt<T>(column, b, rules) / (hb + rules.categorySmooth))
    store<i32>(scratch + 2048 + (<usize>n << 2), b)
    n++
  }
  const isFew = seen <= FEW
  // One against the rest needs no order and no further shrinkage.
  const l2 = isFew ? rules.l2 : rules.l2 + rules.categoryL2
  const parent = leafGain(g, h, leafValue(g, h, rules.l2, rules), rules.l2, rules) + rules.minGain
  if (!isFew) sort(scratch, n)
  const most = isFew ? n : <i32>min(rules.maxCategories, <f64>n)
  const sides = isFew ? 1 : 2
  let from = -1, count = 0, step = 1
  for (let side = 0; side < sides; side++) {
    let gl: f64 = 0, hl: f64 = 0
    for (let i = 0; i < most; i++) {
      const place = side == 0 ? i : n - 1 - i
      const b = load<i32>(scratch + 2048 + (<usize>place << 2))
      if (isFew) { gl = 0; hl = 0 }
      gl += gradientAt<T>(column, b, rules)
      hl += hessianAt<T>(column, b, rules)
      const hr = h - hl
      if (hl < least) continue
      if (hr < least || hr <= 0) { if (isFew) continue; break }
      const gain = pairGain(gl, hl, g - gl, hr, l2, 0, rules) - parent
      if (gain <= best.gain) continue
      best.gain = gain; best.feature = f; best.bin = -1; best.missingLeft = 0; best.isSet = isFew ? 1 : 2
      best.gradientLeft = gl; best.hessianLeft = hl
      from = isFew ? place : side == 0 ? 0 : n - 1
      count = isFew ? 1 : i + 1
      step = side == 0 ? 1 : -1
    }
  }
  if (from < 0) return
  best.set0 = 0; best.set1 = 0; best.set2 = 0; best.set3 = 0
  for (let i = 0; i < count; i++) {
    const b = load<i32>(scratch + 2048 + (<usize>(from + i * step) << 2))
    const bit = (<u64>1) << <u64>(b & 63)
    if (b < 64) best.set0 |= bit
    else if (b < 128) best.set1 |= bit
    else if (b < 192) best.set2 |= bit
    else best.set3 |= bit
  }
}
