import { breathe, type Matrix } from "../../core/index.ts"
import { fillBlock, type Scaling, scaledColumns } from "./standardise.ts"

/** Rows standardised at a time: a block of them stays in the cache. */
const BLOCK = 256
/** Multiplications between two turns of the event loop: some tens of milliseconds. */
const BREATH = 3e7

/** Loss, gradient and, when asked, Hessian of the penalised log loss at one point. */
export interface LogisticLoss {
  /** Standardised coefficients, then the intercept: as many numbers as a point has. */
  readonly size: number
  /**
   * Sum of weighted log losses plus `l2 / 2` times the squared coefficients (the intercept is free).
   * Overwrites `gradient`, shape `[size]`, and the upper triangle of `hessian`, shape `[size, size]`.
   */
  at(point: Float64Array, l2: number, gradient: Float64Array, hessian?: Float64Array): Promise<number>
}

/** The loss over rows of shape `[n, d]` that are standardised block by block as they are read; nothing of size n is allocated. */
export function logisticLoss(
  rows: Matrix,
  labels: Float32Array,
  weights: Float32Array | undefined,
  scaling: Scaling,
  signal: AbortSignal | undefined,
): LogisticLoss {
  const last = scaledColumns(scaling)
  const size = last + 1
  const block = new Float64Array(size * BLOCK).fill(1, last * BLOCK)
  const logits = new Float64Array(BLOCK)
  const errors = new Float64Array(BLOCK)
  const curvatures = new Float64Array(BLOCK)
  const weighted = new Float64Array(BLOCK)

  /** Loss of a block whose `logits` are filled; leaves errors (d loss / d logit) and curvatures. */
  function blockLoss(from: number, count: number): number {
    let sum = 0
    for (let row = 0; row < count; row++) {
      const logit = logits[row]!
      const label = labels[from + row]!
      const weight = weights === undefined ? 1 : weights[from + row]!
      const small = Math.exp(-Math.abs(logit))
      const probability = logit >= 0 ? 1 / (1 + small) : small / (1 + small)
      sum += weight * (Math.log1p(small) + Math.max(logit, 0) - label * logit)
      errors[row] = weight * (probability - label)
      curvatures[row] = (weight * small) / (1 + small) ** 2
    }
    return sum
  }

  function addHessian(hessian: Float64Array, count: number): void {
    for (let i = 0; i < size; i++) {
      for (let row = 0; row < count; row++) weighted[row] = curvatures[row]! * block[i * BLOCK + row]!
      let j = i
      for (; j + 3 < size; j += 4) {
        let a = 0
        let b = 0
        let c = 0
        let d = 0
        const at = j * BLOCK
        for (let row = 0; row < count; row++) {
          const w = weighted[row]!
          a += w * block[at + row]!
          b += w * block[at + BLOCK + row]!
          c += w * block[at + 2 * BLOCK + row]!
          d += w * block[at + 3 * BLOCK + row]!
        }
        hessian[i * size + j]! += a
        hessian[i * size + j + 1]! += b
        hessian[i * size + j + 2]! += c
        hessian[i * size + j + 3]! += d
      }
      for (; j < size; j++) hessian[i * size + j]! += dot(weighted, block, j * BLOCK, count)
    }
  }

  /** Logits of the standardised block at a point. */
  function predictBlock(point: Float64Array, count: number): void {
    logits.fill(point[last]!)
    for (let col = 0; col < last; col++) {
      const weight = point[col]!
      const column = col * BLOCK
      if (weight !== 0) for (let row = 0; row < count; row++) logits[row] = logits[row]! + weight * block[column + row]!
    }
  }

  /** Kept apart from the asynchronous loop, which engines optimise badly. */
  function addBlock(from: number, count: number, point: Float64Array, gradient: Float64Array, hessian: Float64Array | undefined): number {
    fillBlock(rows, from, count, scaling, block, BLOCK)
    predictBlock(point, count)
    const sum = blockLoss(from, count)
    for (let col = 0; col < size; col++) gradient[col]! += dot(errors, block, col * BLOCK, count)
    if (hessian !== undefined) addHessian(hessian, count)
    return sum
  }

  return {
    size,
    async at(point, l2, gradient, hessian) {
      gradient.fill(0)
      hessian?.fill(0)
      let sum = 0
      let work = 0
      for (let from = 0; from < rows.rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows.rows - from)
        sum += addBlock(from, count, point, gradient, hessian)
        work += count * size * (hessian === undefined ? 3 : size)
        if (work > BREATH) {
          work = 0
          await breathe(signal, "logistic")
        }
      }
      for (let col = 0; col < last; col++) {
        sum += 0.5 * l2 * point[col]! ** 2
        gradient[col]! += l2 * point[col]!
        if (hessian !== undefined) hessian[col * size + col]! += l2
      }
      return sum
    },
  }
}

/** Two sums at a time: one alone would wait for its own last addition. */
function dot(a: Float64Array, b: Float64Array, bStart: number, count: number): number {
  let even = 0
  let odd = 0
  let i = 0
  for (; i + 1 < count; i += 2) {
    even += a[i]! * b[bStart + i]!
    odd += a[i + 1]! * b[bStart + i + 1]!
  }
  if (i < count) even += a[i]! * b[bStart + i]!
  return even + odd
}
