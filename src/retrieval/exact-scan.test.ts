import fc from "fast-check"
import { expect, test } from "vitest"
import { Corrupt, InvalidArgument, matrixFrom } from "../core/index.ts"
import { bestOf, memoryBundle } from "./bundle.test.helper.ts"
import { ExactScan, exactScan } from "./exact-scan.ts"
import type { VectorMetric } from "./vector-index.ts"

const plane = matrixFrom([
  [1, 0],
  [0, 2],
  [3, 3],
  [-1, 0],
])

test.each([
  { metric: "inner-product", ids: [2, 0, 1, 3], scores: [3, 1, 0, -1] },
  { metric: "cosine", ids: [0, 2, 1, 3], scores: [1, Math.SQRT1_2, 0, -1] },
] as const)("four vectors by $metric", ({ metric, ids, scores }) => {
  const found = exactScan(plane, metric).search([1, 0], 4)
  expect([...found.ids]).toEqual(ids)
  expect([...found.scores]).toEqual(scores.map((score) => expect.closeTo(score, 6)))
})

test("a filter leaves ids out, also those past its end", () => {
  expect([...exactScan(plane).search([1, 0], 4, { allowed: Uint8Array.of(0, 1, 1) }).ids]).toEqual([2, 1])
})

test.each([
  { name: "a wrong dimension", vector: [1, 2, 3] },
  { name: "NaN", vector: [1, Number.NaN] },
  { name: "infinity", vector: [Number.POSITIVE_INFINITY, 0] },
])("$name is refused in a vector and in a query", ({ vector }) => {
  const scan = exactScan(plane)
  expect(() => scan.add(9, vector)).toThrow(InvalidArgument)
  expect(() => scan.search(vector, 1)).toThrow(InvalidArgument)
  expect(scan.size).toBe(4)
})

test("a zero vector has cosine 0 to everything", () => {
  expect([...exactScan(plane, "cosine").search([0, 0], 2).scores]).toEqual([0, 0])
})

test("loading what was saved answers the same, bit for bit; what does not fit is refused", () => {
  const bundle = memoryBundle()
  const scan = exactScan(plane, "cosine", [8, 6, 4, 2])
  scan.save(bundle)
  const loaded = ExactScan.load(bundle)
  expect(loaded.search([0.3, 0.7], 4)).toEqual(scan.search([0.3, 0.7], 4))
  loaded.add(1, [1, 1])
  expect(loaded.size).toBe(5)
  bundle.array("ids", Uint32Array.of(1))
  expect(() => ExactScan.load(bundle)).toThrow(Corrupt)
})

test("property: adds, replacements and removals answer as brute force over a map does", () => {
  const vector = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 5, maxLength: 5 })
  const change = fc.record({ id: fc.nat(20), vector: fc.option(vector) })
  const metrics = fc.constantFrom<VectorMetric>("inner-product", "cosine")
  fc.assert(
    fc.property(metrics, fc.array(change, { maxLength: 60 }), vector, fc.integer({ min: 0, max: 25 }), (metric, changes, query, k) => {
      const scan = new ExactScan(5, metric, 1)
      const kept = new Map<number, number[]>()
      for (const { id, vector } of changes) {
        const version = scan.version
        if (vector === null) expect(scan.remove(id)).toBe(kept.delete(id))
        else {
          scan.add(id, vector)
          kept.set(id, vector)
          expect(scan.version).toBe(version + 1)
        }
      }
      expect(scan.size).toBe(kept.size)
      const expected = bestOf(
        Array.from(kept, ([id, row]) => [id, bruteScore(metric, row, query)] as const),
        k,
      )
      const { ids, scores } = scan.search(query, k)
      expect(ids.length).toBe(expected.length)
      // Cosines equal on paper may differ in the last bits, so scores are compared in order and ids by their own score.
      ids.forEach((id, at) => {
        expect(scores[at]).toBeCloseTo(expected[at]![1], 5)
        expect(bruteScore(metric, kept.get(id)!, query)).toBeCloseTo(expected[at]![1], 5)
        if (metric === "inner-product") expect(id).toBe(expected[at]![0])
      })
    }),
  )
})

function bruteScore(metric: VectorMetric, a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  const lengths = Math.hypot(...a) * Math.hypot(...b)
  return metric === "inner-product" ? product : lengths === 0 ? 0 : product / lengths
}
