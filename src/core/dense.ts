import { InvalidArgument } from "./errors.ts"
import type { Arena } from "./kernel-arena.ts"
import { openKernel } from "./kernels.ts"
import { type Matrix, matrix } from "./matrix.ts"
import { type FactorKernel, factorInPlace, planSpd, type SpdPlan, type SweepKernel, sweepInverse } from "./spd-blocks.ts"

interface DenseKernel extends SweepKernel, FactorKernel {
  packLeft(a: number, ld: number, i0: number, i1: number, k0: number, depth: number, panels: number): void
  packRight(b: number, ld: number, n: number, k0: number, depth: number, panels: number): void
  multiplyPacked(c: number, n: number, i0: number, i1: number, left: number, right: number, depth: number, scratch: number): void
  forward(l: number, n: number, ld: number, y: number): void
  backward(l: number, n: number, ld: number, y: number): void
}

const capBytes = 2 ** 32
const stepDepth = 256
const bandRows = 64

/**
 * The product of two matrices: shapes `[n, k]` and `[k, m]` to `[n, m]`.
 *
 * f32 sums, in order of `k` within steps of 256: the same bits on every machine. A product loses at most about `k * 6e-8` of its terms' size,
 * so single precision, which is twice as fast, is enough; systems are solved in f64 below, where the condition number multiplies every error.
 * @throws {@link InvalidArgument} when the inner sizes differ; {@link TooLarge} past 4 GiB
 */
export async function multiply(a: Matrix, b: Matrix): Promise<Matrix> {
  if (a.cols !== b.rows) {
    throw new InvalidArgument("multiply", `a right matrix of ${a.cols} rows`, `${b.rows}`, "Transpose one of them, or check the shapes.")
  }
  const [n, depth, m] = [a.rows, a.cols, b.cols]
  if (n * m === 0 || depth === 0) return matrix(n, m)
  const { run, arena } = await openKernel<DenseKernel>("dense", capBytes)
  const left = arena.put("a", "f32", a.data)
  const right = arena.put("b", "f32", b.data)
  const product = arena.add("product", "f32", n * m)
  const step = Math.min(stepDepth, depth)
  const leftPanels = arena.add("left", "f32", (bandRows + 8) * step)
  const rightPanels = arena.add("right", "f32", Math.ceil(m / 8) * 8 * step)
  const scratch = arena.add("scratch", "f32", 32)
  for (let k0 = 0; k0 < depth; k0 += step) {
    const k = Math.min(step, depth - k0)
    run.packRight(right, m, m, k0, k, rightPanels)
    for (let i0 = 0; i0 < n; i0 += bandRows) {
      const rows = Math.min(bandRows, n - i0)
      run.packLeft(left + i0 * depth * 4, depth, 0, rows, k0, k, leftPanels)
      run.multiplyPacked(product + i0 * m * 4, m, 0, rows, leftPanels, rightPanels, k, scratch)
    }
  }
  return matrix(n, m, arena.view("product", "f32").slice())
}

/**
 * The lower Cholesky factor `L` of a symmetric positive definite matrix, `A = L L^T`, in f64.
 *
 * @param a - row-major, shape `[n, n]`; only the lower triangle is read
 * @returns row-major, shape `[n, n]`, zero above the diagonal
 * @throws {@link InvalidArgument} when a pivot falls to `n * 2.2e-16` of its diagonal entry: singular to its precision, or not positive
 */
export async function cholesky(a: Float64Array, n: number): Promise<Float64Array> {
  const { arena, plan } = await factored("cholesky", a, n)
  const out = new Float64Array(n * n)
  const l = arena.view("matrix", "f64")
  for (let i = 0; i < n; i++) out.set(l.subarray(i * plan.ld, i * plan.ld + i + 1), i * n)
  return out
}

/**
 * Solves `A x = b` for a symmetric positive definite `A`, in f64, by Cholesky.
 *
 * @param a - row-major, shape `[n, n]`; only the lower triangle is read
 * @param b - right-hand sides one after another, shape `[m, n]`
 * @returns the solutions in the same order, shape `[m, n]`
 * @throws {@link InvalidArgument} as {@link cholesky}, or when `b` is not whole right-hand sides
 */
export async function solveSpd(a: Float64Array, n: number, b: Float64Array): Promise<Float64Array> {
  if (b.length % Math.max(1, n) !== 0) {
    throw new InvalidArgument("solveSpd", `right-hand sides of ${n} numbers each`, `${b.length} numbers`, "Pass shape [m, n].")
  }
  const { run, arena, plan } = await factored("solveSpd", a, n)
  const sides = arena.put("sides", "f64", b)
  for (let at = 0; at < b.length; at += n) {
    run.forward(plan.matrix, n, plan.ld, sides + at * 8)
    run.backward(plan.matrix, n, plan.ld, sides + at * 8)
  }
  return arena.view("sides", "f64").slice()
}

/**
 * The inverse of a symmetric positive definite matrix, in f64, by block sweeps: `n^3` operations, half of a general inverse.
 *
 * @param a - row-major, shape `[n, n]`; only the lower triangle is read
 * @returns row-major, shape `[n, n]`, exactly symmetric
 * @throws {@link InvalidArgument} as {@link cholesky}
 */
export async function invertSpd(a: Float64Array, n: number): Promise<Float64Array> {
  const { run, arena, plan } = await loaded("invertSpd", a, n)
  await sweepInverse(run, plan, "invertSpd")
  const out = new Float64Array(n * n)
  const swept = arena.view("matrix", "f64")
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -swept[i * plan.ld + j]!
      out[i * n + j] = value
      out[j * n + i] = value
    }
  }
  return out
}

interface Loaded {
  readonly run: DenseKernel
  readonly arena: Arena
  readonly plan: SpdPlan
}

async function loaded(where: string, a: Float64Array, n: number): Promise<Loaded> {
  if (a.length !== n * n) {
    throw new InvalidArgument(where, `${n} x ${n} = ${n * n} numbers`, `${a.length}`, "Pass a square matrix and its size.")
  }
  const { run, arena } = await openKernel<DenseKernel>("dense", capBytes)
  const plan = planSpd(arena, n, "f64")
  const inside = arena.view("matrix", "f64")
  const scale = arena.view("scale", "f64")
  for (let i = 0; i < n; i++) {
    inside.set(a.subarray(i * n, i * n + i + 1), i * plan.ld)
    scale[i] = a[i * n + i]!
  }
  return { run, arena, plan }
}

async function factored(where: string, a: Float64Array, n: number): Promise<Loaded> {
  const job = await loaded(where, a, n)
  factorInPlace(job.run, job.plan, where)
  return job
}
