import fc from "fast-check"
import { expect, test } from "vitest"
import { openSharedKernel, random } from "../../core/index.ts"
import type { TreesKernel } from "./kernel.ts"
import { MOST_GRADIENT, MOST_HESSIAN, packingScale } from "./packing.ts"

/** Largest size the rounding of the kernel can give a value: its f32 product, rounded up. */
const most = (value: number, scale: number) => Math.floor(Math.fround(Math.fround(value) * scale) + 1)

test("property: packed sums of any rows stay inside their half, for any n, weight and gradient", () => {
  const size = fc.double({ min: 0, max: 1e30, noNaN: true })
  const rows = fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 50 })
  const copies = fc.integer({ min: 1, max: 2 ** 24 })
  fc.assert(
    fc.property(rows, copies, (rows, copies) => {
      // Every row as often as `copies` says: up to 2^29 rows without holding them.
      const n = rows.length * copies
      const sum = (half: 0 | 1) => rows.reduce((total, row) => total + copies * Math.fround(row[half]), 0)
      const scale = packingScale(n, sum(0), sum(1))
      const packed = (half: 0 | 1, by: number) => rows.reduce((total, row) => total + copies * (by > 0 ? most(row[half], by) : 1), 0)
      expect(packed(0, scale.gradient)).toBeLessThanOrEqual(MOST_GRADIENT)
      expect(packed(1, scale.hessian)).toBeLessThanOrEqual(MOST_HESSIAN)
    }),
    { numRuns: 300 },
  )
})

test.each([1, 2 ** 10, 2 ** 20, 2 ** 29])("the worst case of %i rows alike stays inside", (n) => {
  for (const value of [1e-30, 1, 3, 1e30]) {
    const scale = packingScale(n, n * Math.fround(value), n * Math.fround(value))
    expect(n * most(value, scale.gradient)).toBeLessThanOrEqual(MOST_GRADIENT)
    expect(n * most(value, scale.hessian)).toBeLessThanOrEqual(MOST_HESSIAN)
  }
})

test("nothing to scale gives 0; one row takes nearly the whole range", () => {
  expect(packingScale(5, 0, 0)).toEqual({ gradient: 0, hessian: 0 })
  expect(packingScale(1, 1, 1).gradient).toBeGreaterThan(0.999 * MOST_GRADIENT)
})

test("the kernel packs what the proof supposes: |floor(value * scale + u)|, u in [0, 1), right in the mean", async () => {
  const { arena, run } = await openSharedKernel<TreesKernel>("trees", 4e6)
  const n = 4096
  const draw = random(3)
  const gradients = Float32Array.from({ length: n }, () => draw.normal() * Math.exp(3 * draw.normal()))
  const hessians = Float32Array.from({ length: n }, () => Math.max(-1, draw.normal()))
  const [g, h] = [arena.put("g", "f32", gradients), arena.put("h", "f32", hessians)]
  const pairs = arena.add("pairs", "u32", 2 * n)
  const sum = (values: Float32Array, of: (x: number) => number) => values.reduce((total, x) => total + of(x), 0)
  const scale = packingScale(
    n,
    sum(gradients, Math.abs),
    sum(hessians, (x) => Math.max(0, x)),
  )
  run.packPairs(g, h, 0, n, scale.gradient, scale.hessian, 99, pairs)
  const packed = arena.view("pairs", "u32")
  let [error, small] = [0, 0]
  for (let i = 0; i < n; i++) {
    const [high, low] = [packed[2 * i + 1]! | 0, packed[2 * i]!]
    // f32 holds 24 bits: beyond them the unit of the last place counts.
    const allowed = (value: number) => 1 + Math.abs(value) * 2 ** -23
    expect(Math.abs(high - gradients[i]! * scale.gradient)).toBeLessThanOrEqual(allowed(gradients[i]! * scale.gradient))
    expect(Math.abs(low - Math.max(0, hessians[i]!) * scale.hessian)).toBeLessThanOrEqual(allowed(hessians[i]! * scale.hessian))
  }
  // Values of a third of a unit: their mean is kept although each is rounded to 0 or 1.
  arena.view("g", "f32").fill(1 / 3)
  run.packPairs(g, h, 0, n, 1, 1, 7, pairs)
  for (let i = 0; i < n; i++) {
    small += packed[2 * i + 1]!
    error = Math.max(error, packed[2 * i + 1]!)
  }
  expect(error).toBe(1)
  expect(small / n).toBeCloseTo(1 / 3, 1)
})
