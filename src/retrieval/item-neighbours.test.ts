import fc from "fast-check"
import { expect, test } from "vitest"
import { InvalidArgument, sparseMatrix } from "../core/index.ts"
import { bestOf } from "./bundle.test.helper.ts"
import { ItemNeighbours } from "./item-neighbours.ts"

// 0 -> 1 (0.5), 2 (1); 1 -> 2 (0.25), 3 (2); 4 has no neighbours
const table = sparseMatrix({ rows: 5, cols: 5 }, [0, 0, 1, 1], [1, 2, 2, 3], [0.5, 1, 0.25, 2])

test.each([
  { name: "one item", history: [0], options: {}, ids: [2, 1], scores: [1, 0.5] },
  { name: "sums, history left out", history: [0, 1], options: {}, ids: [3, 2], scores: [2, 1.25] },
  { name: "weights", history: [0, 1], options: { weights: [4, 0.5] }, ids: [2, 3], scores: [4.125, 1] },
  { name: "skip", history: [0, 1], options: { skip: [3, 99] }, ids: [2], scores: [1.25] },
  { name: "allowed", history: [0, 1], options: { allowed: Uint8Array.of(1, 1, 1) }, ids: [2], scores: [1.25] },
  { name: "unknown ids", history: [4, 77], options: {}, ids: [], scores: [] },
])("$name: $ids", ({ history, options, ids, scores }) => {
  const neighbours = new ItemNeighbours(table)
  for (let again = 0; again < 2; again++) {
    const found = neighbours.retrieve(history, 9, options)
    expect([...found.ids]).toEqual(ids)
    expect([...found.scores]).toEqual(scores)
  }
})

test("given items are scored, the history too, 0 without a neighbour in it", () => {
  expect([...new ItemNeighbours(table).score([0, 1], [1, 2, 4, 99])]).toEqual([0.5, 1.25, 0, 0])
})

test("a table that is not square is refused", () => {
  expect(() => new ItemNeighbours(sparseMatrix({ rows: 1, cols: 2 }, [], []))).toThrow(InvalidArgument)
})

test("property: the same as adding up a dense table", () => {
  const n = 12
  const entries = fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: -3, max: 5 })), { maxLength: 60 })
  fc.assert(
    fc.property(entries, fc.array(fc.nat(n + 2), { maxLength: 8 }), fc.integer({ min: 0, max: n }), (triples, history, k) => {
      const m = sparseMatrix(
        { rows: n, cols: n },
        triples.map((t) => t[0]),
        triples.map((t) => t[1]),
        triples.map((t) => t[2]),
      )
      const sums = new Map<number, number>()
      for (const item of history.filter((id) => id < n)) {
        for (let at = m.offsets[item]!; at < m.offsets[item + 1]!; at++) {
          sums.set(m.indices[at]!, (sums.get(m.indices[at]!) ?? 0) + m.values![at]!)
        }
      }
      for (const item of history) sums.delete(item)
      const { ids, scores } = new ItemNeighbours(m).retrieve(history, k)
      expect(Array.from(ids, (id, at) => [id, scores[at]])).toEqual(bestOf(sums, k))
    }),
  )
})
