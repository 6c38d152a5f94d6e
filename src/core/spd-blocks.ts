import { InvalidArgument } from "./errors.ts"
import type { Arena } from "./kernel-arena.ts"

/** Width of one block step: wide enough that packing costs little, narrow enough that a panel stays in the second-level cache. */
const blockWidth = 128
/** Rows of one update call: one call stays under a few milliseconds, and the packed rows in the first-level cache. */
const bandRows = 64

/** The functions of a kernel that work on a symmetric positive definite matrix in place, lower triangle, row-major (kernels/parts/symmetric.ts). */
export interface SweepKernel {
  beginSweep(
    a: number,
    n: number,
    ld: number,
    k0: number,
    b: number,
    scale: number,
    tolerance: number,
    u: number,
    v: number,
    block: number,
  ): number
  updateSweep(a: number, n: number, ld: number, i0: number, i1: number, b: number, u: number, v: number, block: number): void
  finishSweep(a: number, n: number, ld: number, k0: number, b: number, v: number, block: number): void
}

/** The Cholesky half of the same kernel. */
export interface FactorKernel {
  beginFactor(
    a: number,
    n: number,
    ld: number,
    k0: number,
    b: number,
    scale: number,
    tolerance: number,
    u: number,
    v: number,
    block: number,
  ): number
  updateFactor(a: number, n: number, ld: number, below: number, i0: number, i1: number, b: number, v: number, block: number): void
}

/** Where a symmetric matrix and the buffers of its block steps lie in an arena. */
export interface SpdPlan {
  readonly n: number
  /** Numbers from one row to the next. */
  readonly ld: number
  /** Address of the matrix, `n * ld` numbers. */
  readonly matrix: number
  /** Address of the diagonal as it was given, `n` numbers: pivots are judged against it. */
  readonly scale: number
  readonly left: number
  readonly right: number
  readonly block: number
  readonly tolerance: number
}

/** Numbers from one row to the next: whole cache lines, and not a power of two, which would put a column into one cache set. */
export function leadingDimension(n: number): number {
  const whole = Math.ceil(n / 16) * 16
  return whole % 256 === 0 ? whole + 16 : whole
}

/** Bytes of the regions {@link planSpd} lays out. */
export function spdBytes(n: number, bytesPerNumber: 4 | 8): number {
  const panels = panelNumbers(n, bytesPerNumber)
  return (n * leadingDimension(n) + n + 2 * panels) * bytesPerNumber + blockNumbers * 8 + 320
}

const blockNumbers = 3 * blockWidth * blockWidth + 64

function panelNumbers(n: number, bytesPerNumber: 4 | 8): number {
  const rows = 32 / bytesPerNumber
  return (Math.ceil(n / rows) * blockWidth + 4) * rows
}

/** Lays out regions `matrix`, `scale` and the buffers of the block steps. */
export function planSpd(arena: Arena, n: number, type: "f32" | "f64"): SpdPlan {
  const ld = leadingDimension(n)
  const bytes = type === "f32" ? 4 : 8
  const panels = panelNumbers(n, bytes)
  return {
    n,
    ld,
    matrix: arena.add("matrix", type, n * ld),
    scale: arena.add("scale", type, n),
    left: arena.add("left", type, panels),
    right: arena.add("right", type, panels),
    block: arena.add("block", "f64", blockNumbers),
    tolerance: n * (type === "f32" ? 2 ** -23 : 2 ** -52),
  }
}

/**
 * Turns the lower triangle of the matrix `A` into that of `-inverse(A)`, in place; `onBlock` hears the share done after each block and may wait.
 * @throws {@link InvalidArgument} naming the row at which the matrix is singular to its precision
 */
export async function sweepInverse(
  kernel: SweepKernel,
  plan: SpdPlan,
  where: string,
  onBlock?: (done: number) => Promise<void> | void,
): Promise<void> {
  const { n, ld, matrix, scale, left, right, block, tolerance } = plan
  for (let k0 = 0; k0 < n; k0 += blockWidth) {
    const b = Math.min(blockWidth, n - k0)
    refuse(kernel.beginSweep(matrix, n, ld, k0, b, scale, tolerance, left, right, block), where, n)
    for (let i0 = 0; i0 < n; i0 += bandRows) kernel.updateSweep(matrix, n, ld, i0, Math.min(n, i0 + bandRows), b, left, right, block)
    kernel.finishSweep(matrix, n, ld, k0, b, right, block)
    await onBlock?.((k0 + b) / n)
  }
}

/** Turns the lower triangle of the matrix `A` into its Cholesky factor, in place. @throws {@link InvalidArgument} as {@link sweepInverse} */
export function factorInPlace(kernel: FactorKernel, plan: SpdPlan, where: string): void {
  const { n, ld, matrix, scale, left, right, block, tolerance } = plan
  for (let k0 = 0; k0 < n; k0 += blockWidth) {
    const b = Math.min(blockWidth, n - k0)
    const below = k0 + b
    refuse(kernel.beginFactor(matrix, n, ld, k0, b, scale, tolerance, left, right, block), where, n)
    for (let i0 = below; i0 < n; i0 += bandRows) {
      kernel.updateFactor(matrix, n, ld, below, i0, Math.min(n, i0 + bandRows), b, right, block)
    }
  }
}

function refuse(failed: number, where: string, n: number): void {
  if (failed < 0) return
  throw new InvalidArgument(
    where,
    "a symmetric positive definite matrix",
    `one that is singular to its precision at row ${failed} of ${n}`,
    "Add a larger ridge to the diagonal, or drop rows that depend on others.",
  )
}
