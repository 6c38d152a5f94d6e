/** How splits and leaf values are weighed. */
export interface SplitRules {
  readonly l1: number
  readonly l2: number
  readonly minGain: number
  readonly minHessian: number
  readonly minRows: number
  /** Largest absolute leaf value before shrinkage; 0 = none. */
  readonly maxDelta: number
  readonly categorySmooth: number
  readonly categoryL2: number
  readonly maxCategories: number
  readonly categoryMinHessian: number
}

/** Bounds that monotone constraints put on a node's value. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** Numbers of the kernel's Rules. */
export const RULES = 10
/** Numbers of the kernel's Split, its 256 bits included. */
export const SPLIT = 16

/** Writes the kernel's Rules; units are what one step of a packed sum is worth. */
export function writeRules(into: Float64Array, rules: SplitRules, gradientUnit: number, hessianUnit: number): void {
  const { l1, l2, minGain, maxDelta, categorySmooth, categoryL2, maxCategories, categoryMinHessian } = rules
  into.set([l1, l2, minGain, maxDelta, gradientUnit, hessianUnit, categorySmooth, categoryL2, maxCategories, categoryMinHessian])
}

/** The best split of a node. */
export interface Split {
  readonly gain: number
  readonly feature: number
  /** Last bin that goes left. */
  readonly bin: number
  /** Where missing values go: 1 left, 0 right, 2 none were seen. */
  readonly missing: number
  readonly gradientLeft: number
  readonly hessianLeft: number
  readonly gradient: number
  readonly hessian: number
  /** 0 a threshold, 1 one category, 2 the best of ordered categories. */
  readonly kind: number
  /** 256 bits, of bins that go left; only where `kind` is not 0. */
  readonly set: Uint32Array | undefined
}

/** Writes what the kernel is asked about a node. */
export function askSplit(into: Float64Array, at: number, bounds: Bounds, minHessian: number): void {
  into[at] = bounds.low
  into[at + 1] = bounds.high
  into[at + 2] = minHessian
}

/** The kernel's answers of several column ranges as one: the first of the largest gains. `undefined` when no split is worth it. */
export function readSplit(answers: Float64Array, places: readonly number[]): Split | undefined {
  let best = -1
  for (const at of places) if (answers[at + 4]! >= 0 && (best < 0 || answers[at + 3]! > answers[best + 3]!)) best = at
  if (best < 0) return undefined
  const [gain, feature, bin, missing, gradientLeft, hessianLeft, gradient, hessian, kind] = answers.subarray(best + 3, best + 12)
  const set = kind === 0 ? undefined : new Uint32Array(answers.slice(best + 12, best + 16).buffer)
  return {
    gain: gain!,
    feature: feature!,
    bin: bin!,
    missing: missing!,
    gradientLeft: gradientLeft!,
    hessianLeft: hessianLeft!,
    gradient: gradient!,
    hessian: hessian!,
    kind: kind!,
    set,
  }
}

/** Which bins go left, as 256 bytes; missing values go where `missingLeft` says. */
export function fillGoesLeft(into: Uint8Array, split: Split, missingLeft: boolean): void {
  const { set, bin } = split
  if (set === undefined) into.fill(1, 0, bin + 1).fill(0, bin + 1)
  else for (let b = 0; b < 255; b++) into[b] = (set[b >> 5]! >>> (b & 31)) & 1
  into[255] = missingLeft ? 1 : 0
}

/** Value of a leaf with these sums before shrinkage; the kernel's `leafValue` is the same. */
export function leafValue(gradient: number, hessian: number, l2: number, rules: SplitRules, { low, high }: Bounds): number {
  const { l1, maxDelta } = rules
  const pulled = gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0
  let value = hessian + l2 > 0 ? -pulled / (hessian + l2) : 0
  if (maxDelta > 0) value = Math.max(-maxDelta, Math.min(maxDelta, value))
  return Math.max(low, Math.min(high, value))
}
