import { breathe, type Matrix } from "../../core/index.ts"
import { type BatchLoss, type Observations, penalise } from "./batch-loss.ts"
import type { Family } from "./families.ts"
import { fillBlock, type Scaling, scaledColumns } from "./standardise.ts"

/** Rows standardised at a time: a block of them stays in the cache. */
const BLOCK = 256
/** Multiplications between two turns of the event loop: some tens of milliseconds. */
const BREATH = 3e7
/** Rows between two turns where only products are taken. */
const BREATH_ROWS = BLOCK * 64

/** The loss over dense rows of shape `[n, d]`, standardised block by block as they are read; one number a row is kept. */
export function denseLoss(
  rows: Matrix,
  observed: Observations,
  family: Family,
  scaling: Scaling,
  signal: AbortSignal | undefined,
): BatchLoss {
  const { targets, weights, offset, hasIntercept } = observed
  const penalised = scaledColumns(scaling)
  const size = penalised + (hasIntercept ? 1 : 0)
  const block = new Float64Array(size * BLOCK).fill(1, penalised * BLOCK)
  const scores = new Float64Array(BLOCK)
  const errors = new Float64Array(BLOCK)
  const curvatures = new Float64Array(BLOCK)
  /** Second derivative of each row at the last point. */
  const kept = new Float64Array(rows.rows)
  const weighted = new Float64Array(BLOCK)

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

  /** Scores of the standardised block at a point. */
  function predictBlock(point: Float64Array, from: number, count: number, offset: Float32Array | undefined): void {
    if (offset === undefined) scores.fill(0)
    else for (let row = 0; row < count; row++) scores[row] = offset[from + row]!
    for (let col = 0; col < size; col++) {
      const weight = point[col]!
      const column = col * BLOCK
      if (weight !== 0) for (let row = 0; row < count; row++) scores[row] = scores[row]! + weight * block[column + row]!
    }
  }

  /** Kept apart from the asynchronous loop, which engines optimise badly. */
  function addBlock(from: number, count: number, point: Float64Array, gradient: Float64Array, hessian: Float64Array | undefined): number {
    fillBlock(rows, from, count, scaling, block, BLOCK)
    predictBlock(point, from, count, offset)
    const sum = family.block(scores, targets, weights, from, count, errors, curvatures)
    kept.set(curvatures.subarray(0, count), from)
    for (let col = 0; col < size; col++) gradient[col]! += dot(errors, block, col * BLOCK, count)
    if (hessian !== undefined) addHessian(hessian, count)
    return sum
  }

  return {
    size,
    penalised,
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
          await breathe(signal, "regression")
        }
      }
      return sum + penalise(point, l2, penalised, gradient, hessian)
    },
    async product(direction, l2, out) {
      out.fill(0)
      for (let from = 0; from < rows.rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows.rows - from)
        fillBlock(rows, from, count, scaling, block, BLOCK)
        predictBlock(direction, from, count, undefined)
        for (let row = 0; row < count; row++) errors[row] = kept[from + row]! * scores[row]!
        for (let col = 0; col < size; col++) out[col]! += dot(errors, block, col * BLOCK, count)
        if (from % BREATH_ROWS === 0) await breathe(signal, "regression")
      }
      for (let col = 0; col < penalised; col++) out[col]! += l2 * direction[col]!
    },
    async diagonal(l2, out) {
      out.fill(l2, 0, penalised).fill(0, penalised)
      for (let from = 0; from < rows.rows; from += BLOCK) {
        const count = Math.min(BLOCK, rows.rows - from)
        fillBlock(rows, from, count, scaling, block, BLOCK)
        for (let col = 0; col < size; col++) {
          for (let row = 0, at = col * BLOCK; row < count; row++, at++) out[col]! += kept[from + row]! * block[at]! ** 2
        }
        if (from % BREATH_ROWS === 0) await breathe(signal, "regression")
      }
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
