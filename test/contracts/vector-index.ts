import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type BundleReader, InvalidArgument, type Matrix, matrix, matrixFrom, random, row } from "../../src/core/index.ts"
import type { VectorIndex, VectorMetric } from "../../src/retrieval/index.ts"
import { memoryBundle } from "./memory-bundle.ts"

/** One family of {@link VectorIndex} and what the suite needs to know of it. */
export interface VectorIndexSubject {
  readonly make: (rows: Matrix, metric: VectorMetric, ids?: ArrayLike<number>) => Promise<VectorIndex>
  readonly load: (bundle: BundleReader) => Promise<VectorIndex>
  /** The effort that looks at everything: the answers are then those of brute force. */
  readonly everything: number
}

/** Brute force: the score of two vectors, in f64. */
export function bruteScore(metric: VectorMetric, a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Array.from(a), Array.from(b)]
  if (metric === "euclidean") return -x.reduce((sum, value, at) => sum + (value - y[at]!) ** 2, 0)
  const product = x.reduce((sum, value, at) => sum + value * y[at]!, 0)
  const lengths = Math.hypot(...x) * Math.hypot(...y)
  return metric === "inner-product" ? product : lengths === 0 ? 0 : product / lengths
}

const metrics: readonly VectorMetric[] = ["inner-product", "cosine", "euclidean"]
const plane = () =>
  matrixFrom([
    [1, 0],
    [0, 2],
    [3, 3],
    [-1, 0],
  ])

/** Normal rows of shape `[n, d]`. */
function rowsOf(n: number, d: number, seed: number): Matrix {
  const draw = random(seed)
  return matrix(
    n,
    d,
    Float32Array.from({ length: n * d }, () => draw.normal()),
  )
}

/** What every vector index keeps to, compared with an exact twin over a map. */
export function vectorIndexContract(name: string, { make, load, everything }: VectorIndexSubject): void {
  const all = { effort: everything }

  describe(`vector index contract: ${name}`, () => {
    test.each([
      { metric: "inner-product", ids: [2, 0, 1, 3], scores: [3, 1, 0, -1] },
      { metric: "cosine", ids: [0, 2, 1, 3], scores: [1, Math.SQRT1_2, 0, -1] },
      { metric: "euclidean", ids: [0, 3, 1, 2], scores: [0, -4, -5, -13] },
    ] as const)("four vectors by $metric", async ({ metric, ids, scores }) => {
      const found = (await make(plane(), metric)).search([1, 0], 4, all)
      expect([...found.ids]).toEqual(ids)
      expect([...found.scores]).toEqual(scores.map((score) => expect.closeTo(score, 5)))
    })

    test("inner product of vectors of length 1 is their cosine", async () => {
      const rows = rowsOf(60, 7, 8)
      const lengths = Array.from({ length: 60 }, (_, i) => Math.hypot(...row(rows, i)))
      const unit = matrix(
        60,
        7,
        rows.data.map((value, at) => value / lengths[Math.floor(at / 7)]!),
      )
      const [byCosine, byProduct] = [await make(rows, "cosine"), await make(unit, "inner-product")]
      const [a, b] = [byCosine.search(row(unit, 5), 60, all), byProduct.search(row(unit, 5), 60, all)]
      expect(a.ids).toEqual(b.ids)
      a.scores.forEach((score, at) => {
        expect(Math.abs(score - b.scores[at]!)).toBeLessThan(1e-6)
      })
    })

    test.each(metrics)("%s: a filter leaves ids out, also those past its end", async (metric) => {
      const index = await make(plane(), metric)
      expect([...index.search([1, 0], 4, { ...all, allowed: Uint8Array.of(0, 1, 1) }).ids].sort()).toEqual([1, 2])
      expect(index.search([1, 0], 4, { ...all, allowed: new Uint8Array(0) }).ids.length).toBe(0)
      expect(index.search([1, 0], 4, all).ids.length).toBe(4)
    })

    test.each([
      { name: "a wrong dimension", vector: [1, 2, 3] },
      { name: "NaN", vector: [1, Number.NaN] },
      { name: "infinity", vector: [Number.POSITIVE_INFINITY, 0] },
      { name: "a length that sums cannot hold", vector: [1e30, 0] },
    ])("$name is refused in a vector and in a query, and nothing changes", async ({ vector }) => {
      const index = await make(plane(), "inner-product")
      const { version } = index
      expect(() => index.add(0, vector)).toThrow(InvalidArgument)
      expect(() => index.search(vector, 1)).toThrow(InvalidArgument)
      expect([index.size, index.version, index.has(0)]).toEqual([4, version, true])
    })

    test.each([-1, 1.5, 4294967295, Number.NaN])("id %s and k 1.5 are refused", async (id) => {
      const index = await make(plane(), "inner-product")
      expect(() => index.add(id, [1, 1])).toThrow(InvalidArgument)
      expect(() => index.search([1, 1], 1.5)).toThrow(InvalidArgument)
    })

    test("NaN in a row is refused when it is built", async () => {
      await expect(make(matrixFrom([[1], [Number.NaN]]), "cosine")).rejects.toThrow(InvalidArgument)
    })

    test("an empty index answers nothing and takes vectors", async () => {
      const index = await make(matrix(0, 3), "cosine")
      expect(index.search([1, 2, 3], 5).ids.length).toBe(0)
      index.add(7, [1, 2, 3])
      expect([...index.search([1, 2, 3], 5).ids]).toEqual([7])
    })

    test("zero vectors have cosine 0 to everything; vectors all alike come by lower id", async () => {
      expect([...(await make(plane(), "cosine")).search([0, 0], 2, all).scores]).toEqual([0, 0])
      const alike = await make(matrix(70, 3, new Float32Array(210).fill(1)), "euclidean")
      expect([...alike.search([1, 1, 1], 5, all).ids]).toEqual([0, 1, 2, 3, 4])
    })

    test("a change shows at once, counts as a version, and a replaced vector is found at its new place only", async () => {
      const index = await make(plane(), "euclidean", [8, 6, 4, 2])
      const { version } = index
      index.add(6, [50, 50])
      index.add(1, [51, 50])
      expect([...index.search([50, 50], 2, all).ids]).toEqual([6, 1])
      expect([...index.search([0, 2], 1, all).ids]).not.toContain(6)
      expect([index.remove(4), index.remove(4), index.remove(99)]).toEqual([true, false, false])
      expect([index.size, index.version - version, index.has(4), index.has(1)]).toEqual([4, 3, false, true])
    })

    test("loading what was saved answers the same, bit for bit, with its changes; saving again gives the same bytes", async () => {
      const index = await make(rowsOf(300, 9, 1), "cosine")
      for (let id = 290; id < 310; id++) index.add(id, row(rowsOf(20, 9, 2), id - 290))
      index.remove(3)
      const bundle = memoryBundle()
      index.save(bundle.writer)
      const loaded = await load(bundle.reader)
      const queries = rowsOf(20, 9, 3)
      expect(loaded.searchMany(queries, 7)).toEqual(index.searchMany(queries, 7))
      expect([loaded.size, loaded.has(3), loaded.has(305)]).toEqual([index.size, false, true])
      const again = memoryBundle()
      loaded.save(again.writer)
      expect(again.bytes()).toEqual(bundle.bytes())
      loaded.add(500, row(queries, 0))
      expect([...loaded.search(row(queries, 0), 1).ids]).toEqual([500])
    })

    test("many queries at once answer what one after another do", async () => {
      const index = await make(rowsOf(200, 6, 4), "euclidean")
      const queries = rowsOf(37, 6, 5)
      const allowed = Uint8Array.from({ length: 200 }, (_, id) => id % 3)
      for (const options of [{}, { allowed }]) {
        const many = index.searchMany(queries, 5, options)
        expect(many).toEqual(Array.from({ length: 37 }, (_, i) => index.search(row(queries, i), 5, options)))
      }
    })

    test.each(metrics)("property: %s over adds, replacements, removals and filters is that of brute force", async (metric) => {
      const vector = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 5, maxLength: 5 })
      const change = fc.record({ id: fc.nat(40), vector: fc.option(vector) })
      const given = fc.record({
        start: fc.array(vector, { maxLength: 40 }),
        changes: fc.array(change, { maxLength: 20 }),
        query: vector,
        k: fc.integer({ min: 0, max: 50 }),
        banned: fc.option(fc.integer({ min: 2, max: 4 })),
      })
      await fc.assert(
        fc.asyncProperty(given, async ({ start, changes, query, k, banned }) => {
          const index = await make(start.length === 0 ? matrix(0, 5) : matrixFrom(start), metric)
          const kept = new Map<number, number[]>(start.map((vector, id) => [id, vector]))
          for (const { id, vector } of changes) {
            if (vector === null) expect(index.remove(id)).toBe(kept.delete(id))
            else {
              index.add(id, vector)
              kept.set(id, vector)
            }
          }
          expect(index.size).toBe(kept.size)
          const allowed = banned === null ? undefined : Uint8Array.from({ length: 30 }, (_, id) => id % banned)
          const expected = Array.from(kept, ([id, row]) => [id, bruteScore(metric, row, query)] as const)
            .filter(([id]) => allowed === undefined || (allowed[id] ?? 0) !== 0)
            .sort((a, b) => b[1] - a[1] || a[0] - b[0])
            .slice(0, k)
          const { ids, scores } = index.search(query, k, allowed === undefined ? all : { ...all, allowed })
          expect(ids.length).toBe(expected.length)
          // Scores equal on paper may differ in the last bits, so they are compared in order, and each id by its own.
          ids.forEach((id, at) => {
            expect(scores[at]).toBeCloseTo(expected[at]![1], 4)
            expect(bruteScore(metric, kept.get(id)!, query)).toBeCloseTo(expected[at]![1], 4)
            if (metric !== "cosine") expect(id).toBe(expected[at]![0])
          })
        }),
        { numRuns: 20 },
      )
    })
  })
}
