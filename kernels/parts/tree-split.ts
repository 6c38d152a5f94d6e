// The best split of a node from its histogram, for numbers and categories, packed (T = i64) or exact (T = f64) slots.

import { bestSet } from "./tree-categories"

/** What {@link bestSplit} weighs splits by; f64 each, laid out by src/models/trees/split-rules.ts in this order. */
// @ts-ignore: decorator
@unmanaged export class Rules {
  l1: f64
  l2: f64
  minGain: f64
  /** Largest absolute leaf value before shrinkage; 0 = none. */
  maxDelta: f64
  /** What one unit of a packed gradient and hessian is worth. */
  gradientUnit: f64
  hessianUnit: f64
  /** Categories: added to the hessian when they are sorted, and to l2; how many may go left; the hessian a category needs to take part. */
  categorySmooth: f64
  categoryL2: f64
  maxCategories: f64
  categoryMinHessian: f64
}

/** A question and its answer: bounds of the node's value, the hessian either side needs; then the best split. f64 each, then 256 bits. */
// @ts-ignore: decorator
@unmanaged export class Split {
  low: f64
  high: f64
  least: f64
  gain: f64
  feature: f64
  /** Last bin that goes left; -1 for categories, and for missing values going left alone. */
  bin: f64
  /** Where missing values go: 1 left, 0 right, 2 none were seen. */
  missingLeft: f64
  /** Sums of the left side, and of the node. */
  gradientLeft: f64
  hessianLeft: f64
  gradient: f64
  hessian: f64
  /** 0 a threshold, 1 one category, 2 the best of ordered categories. */
  isSet: f64
  set0: u64
  set1: u64
  set2: u64
  set3: u64
}

/** Bounds that monotone constraints put on the values of a node, and the hessian that either side of its split needs. */
export let low: f64 = -Infinity, high: f64 = Infinity, least: f64 = 0

// @ts-ignore: decorator
@inline export function slotSize<T>(): usize { return isInteger<T>() ? 8 : 16 }
// @ts-ignore: decorator
@inline function columnSize<T>(): usize { return slotSize<T>() << 8 }

/** Value of a leaf with these sums, inside every bound. */
export function leafValue(g: f64, h: f64, l2: f64, rules: Rules): f64 {
  const pulled = g > rules.l1 ? g - rules.l1 : g < -rules.l1 ? g + rules.l1 : 0
  const denominator = h + l2
  let value = denominator > 0 ? -pulled / denominator : 0
  if (rules.maxDelta > 0) value = max(-rules.maxDelta, min(rules.maxDelta, value))
  return max(low, min(high, value))
}

/** What a leaf with these sums takes off the objective, doubled. */
// @ts-ignore: decorator
@inline export function leafGain(g: f64, h: f64, value: f64, l2: f64, rules: Rules): f64 {
  return -(2 * g * value + (h + l2) * value * value + 2 * rules.l1 * abs(value))
}

/** Gain of a pair of leaves over their parent, or -1 where the monotone direction forbids it. */
export function pairGain(gl: f64, hl: f64, gr: f64, hr: f64, l2: f64, direction: i32, rules: Rules): f64 {
  const left = leafValue(gl, hl, l2, rules), right = leafValue(gr, hr, l2, rules)
  if ((direction > 0 && left > right) || (direction < 0 && left < right)) return -1
  return leafGain(gl, hl, left, l2, rules) + leafGain(gr, hr, right, l2, rules)
}

/**
 * The best split over columns [f0, f1) whose `active` byte is 1, written to `best`. `directions` holds a monotone direction (i8) a column,
 * `kinds` 1 where a column holds categories. Ties go to the lower column; within it, without further rules, to the lower bin, then missing right.
 * `isPlain` 1 promises no l1, no largest delta, no bounds and no directions. `scratch` takes 256 * 16 bytes.
 */
export function bestSplit<T>(
  histogram: usize, f0: i32, f1: i32, active: usize, directions: usize, kinds: usize, isPlain: i32,
  rules: Rules, best: Split, scratch: usize,
): void {
  low = best.low; high = best.high; least = best.least
  let g: f64 = 0, h: f64 = 0
  let whole: i64 = 0
  for (let slot = histogram + <usize>f0 * columnSize<T>(), end = slot + columnSize<T>(); slot < end; slot += slotSize<T>()) {
    if (isInteger<T>()) whole += load<i64>(slot)
    else { g += load<f64>(slot); h += load<f64>(slot, 8) }
  }
  if (isInteger<T>()) {
    g = <f64>(whole >> 32) * rules.gradientUnit
    h = <f64>(whole & 0xffffffff) * rules.hessianUnit
  }
  best.gain = 0; best.feature = -1; best.gradient = g; best.hessian = h
  if (h < 2 * least) return
  for (let f = f0; f < f1; f++) {
    if (!load<u8>(active + f)) continue
    const column = histogram + <usize>f * columnSize<T>()
    if (load<u8>(kinds + f)) { bestSet<T>(column, f, g, h, rules, best, scratch); continue }
    if (isPlain) { scanPlain<T>(column, f, g, h, rules, best); continue }
    const direction = <i32>load<i8>(directions + f)
    const isMissing = sumAt<T>(column, 255) != 0
    scan<T>(column, f, isMissing ? 0 : 2, g, h, direction, rules, best)
    if (isMissing) scan<T>(column, f, 1, g, h, direction, rules, best)
  }
}

/** Not 0 where rows of the node fall into the bin. */
// @ts-ignore: decorator
@inline function sumAt<T>(column: usize, bin: usize): i64 {
  const slot = column + bin * slotSize<T>()
  return isInteger<T>() ? load<i64>(slot) : <i64>(load<f64>(slot) != 0 || load<f64>(slot, 8) > 0)
}

/**
 * Every threshold of one column without bounds or l1, missing values to both sides. Sums stay in units of the histogram, in which l2 and the
 * least hessian are expressed once; and a gain is compared before it is divided, so that only improvements divide.
 */
// @ts-ignore: decorator
@inline function scanPlain<T>(column: usize, f: i32, g: f64, h: f64, rules: Rules, best: Split): void {
  const gu = rules.gradientUnit, hu = rules.hessianUnit
  if (gu == 0 || hu == 0) return
  const worth = gu * gu / hu, l2 = rules.l2 / hu, smallest = least / hu
  const wholeG = g / gu, wholeH = h / hu, missing = column + 255 * slotSize<T>()
  const parent = wholeG * wholeG / (wholeH + l2) + rules.minGain / worth
  const isMissing = sumAt<T>(column, 255) != 0
  const missingG = isInteger<T>() ? <f64>(load<i64>(missing) >> 32) : load<f64>(missing)
  const missingH = isInteger<T>() ? <f64>(load<i64>(missing) & 0xffffffff) : load<f64>(missing, 8)
  let sum: i64 = 0, gl: f64 = 0, hl: f64 = 0, bestG: f64 = 0, bestH: f64 = 0, bin = -2, side = 0
  let bar = parent + best.gain / worth
  // With missing values on the left, the first candidate is to send them there alone.
  for (let b = isMissing ? -1 : 0; b < 255; b++) {
    if (b >= 0) {
      const slot = column + <usize>b * slotSize<T>()
      if (isInteger<T>()) {
        const pair = load<i64>(slot)
        if (pair == 0) continue
        sum += pair
        gl = <f64>(sum >> 32)
        hl = <f64>(sum & 0xffffffff)
      } else {
        if (load<f64>(slot) == 0 && load<f64>(slot, 8) == 0) continue
        gl += load<f64>(slot)
        hl += load<f64>(slot, 8)
      }
    }
    const hr = wholeH - hl
    if (hr < smallest || hr <= 0) break
    if (hl >= smallest) {
      const gr = wholeG - gl, left = hl + l2, right = hr + l2
      const top = gl * gl * right + gr * gr * left, bottom = left * right
      if (top > bar * bottom) { bar = top / bottom; bin = b; side = isMissing ? 0 : 2; bestG = gl; bestH = hl }
    }
    if (isMissing && hl + missingH >= smallest && hr - missingH >= smallest && hr > missingH) {
      const g1 = gl + missingG, g2 = wholeG - g1, left = hl + missingH + l2, right = hr - missingH + l2
      const top = g1 * g1 * right + g2 * g2 * left, bottom = left * right
      if (top > bar * bottom) { bar = top / bottom; bin = b; side = 1; bestG = g1; bestH = hl + missingH }
    }
  }
  if (bin == -2) return
  const gain = (bar - parent) * worth
  if (!(gain > best.gain)) return
  best.gain = gain; best.feature = f; best.bin = bin; best.missingLeft = side
  best.gradientLeft = bestG * gu; best.hessianLeft = bestH * hu; best.isSet = 0
}

/** Every threshold of one column under all rules, missing values to one side. */
// @ts-ignore: decorator
@inline function scan<T>(column: usize, f: i32, missingLeft: i32, g: f64, h: f64, direction: i32, rules: Rules, best: Split): void {
  const l2 = rules.l2, gu = rules.gradientUnit, hu = rules.hessianUnit
  const parent = leafGain(g, h, leafValue(g, h, l2, rules), l2, rules) + rules.minGain
  const missing = column + 255 * slotSize<T>()
  let sum: i64 = 0, gl: f64 = 0, hl: f64 = 0
  if (missingLeft == 1) {
    if (isInteger<T>()) sum = load<i64>(missing)
    else { gl = load<f64>(missing); hl = load<f64>(missing, 8) }
  }
  let bestGain = best.gain, bin = -2, bestG: f64 = 0, bestH: f64 = 0
  for (let b = missingLeft == 1 ? -1 : 0; b < 255; b++) {
    if (b >= 0) {
      const slot = column + <usize>b * slotSize<T>()
      if (isInteger<T>()) {
        const pair = load<i64>(slot)
        if (pair == 0) continue
        sum += pair
      } else {
        if (load<f64>(slot) == 0 && load<f64>(slot, 8) == 0) continue
        gl += load<f64>(slot)
        hl += load<f64>(slot, 8)
      }
    }
    if (isInteger<T>()) {
      hl = <f64>(sum & 0xffffffff) * hu
      gl = <f64>(sum >> 32) * gu
    }
    if (hl < least) continue
    const hr = h - hl
    if (hr < least || hr <= 0) break
    const gain = pairGain(gl, hl, g - gl, hr, l2, direction, rules) - parent
    if (gain > bestGain) { bestGain = gain; bin = b; bestG = gl; bestH = hl }
  }
  if (bin == -2) return
  best.gain = bestGain; best.feature = f; best.bin = bin; best.missingLeft = <f64>missingLeft
  best.gradientLeft = bestG; best.hessianLeft = bestH; best.isSet = 0
}
