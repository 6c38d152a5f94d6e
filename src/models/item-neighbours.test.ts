import fc from "fast-check"
import { expect, test } from "vitest"
import { estimatorContract } from "../../test/contracts/estimator.ts"
import { sparseMatrix, sparseRow, sparseRowValues, transpose } from "../core/index.ts"
import { type ItemNeighboursConfig, itemNeighbours, itemNeighboursCost, loadItemNeighbours } from "./item-neighbours.ts"

/** Users 0 and 1 have both items 0 and 1; user 2 has 1 and 2. */
const small = () => sparseMatrix({ rows: 3, cols: 4 }, [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 1, 2])

const rows = async (config: ItemNeighboursConfig) => {
  const { nearest: table } = await itemNeighbours(config).fit(small(), { seed: 1 })
  return Array.from({ length: 4 }, (_, item) =>
    Array.from(sparseRow(table, item), (other, at) => [other, Math.round(sparseRowValues(table, item)![at]! * 1e4) / 1e4]),
  )
}

test("cosine: two shared users over the square root of 2 x 3", async () => {
  expect(await rows({})).toEqual([
    [[1, 0.8165]],
    [
      [0, 0.8165],
      [2, 0.5774],
    ],
    [[1, 0.5774]],
    [],
  ])
})

test("shrinkage pulls to 0, damping counts a user of two items as 1 / sqrt 2 in every sum", async () => {
  expect(await rows({ shrinkage: 1 })).toEqual([
    [[1, 0.5798]],
    [
      [0, 0.5798],
      [2, 0.366],
    ],
    [[1, 0.366]],
    [],
  ])
  expect(await rows({ damping: 0.5 })).toEqual(await rows({}))
})

test("the table for histories is the same, turned: a candidate counts those among its own neighbours", async () => {
  const { nearest, table } = await itemNeighbours({ neighbours: 1 }).fit(small(), { seed: 1 })
  expect([...sparseRow(nearest, 2)]).toEqual([1])
  expect([...sparseRow(table, 1)]).toEqual([0, 2])
  expect(transpose(table)).toEqual(nearest)
})

test("only the best neighbours stay, equal ones by lower id", async () => {
  expect((await rows({ neighbours: 1 }))[1]).toEqual([[0, 0.8165]])
  const tied = sparseMatrix({ rows: 1, cols: 3 }, [0, 0, 0], [0, 1, 2])
  const { nearest: table } = await itemNeighbours({ neighbours: 1 }).fit(tied, { seed: 1 })
  expect([0, 1, 2].map((item) => sparseRow(table, item)[0])).toEqual([1, 0, 0])
})

test("the cost is known before: squares of histories, and no items x items", () => {
  expect(itemNeighboursCost(small()).additions).toBe(12)
  const wide = sparseMatrix({ rows: 1, cols: 1_000_000 }, [0, 0], [0, 999_999])
  expect(itemNeighboursCost(wide).bytes).toBeLessThan(64e6)
})

test.each([
  { name: "no neighbours", make: () => itemNeighbours({ neighbours: 0 }), message: "expected neighbours of at least 1, came 0." },
  { name: "negative shrinkage", make: () => itemNeighbours({ shrinkage: -1 }), message: "expected shrinkage of 0 or more, came -1." },
])("refused: $name", ({ make, message }) => {
  expect(make).toThrow(message)
})

test("values that are no interest are refused", async () => {
  const zero = sparseMatrix({ rows: 1, cols: 2 }, [0, 0], [0, 1], [1, 0])
  await expect(itemNeighbours().fit(zero, { seed: 1 })).rejects.toThrow("expected finite values above 0, came 0.")
})

test("property: equals the ten lines of brute force", async () => {
  const triples = fc.array(fc.tuple(fc.nat(7), fc.nat(9), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 50 })
  const configs = fc.record({
    neighbours: fc.integer({ min: 1, max: 9 }),
    shrinkage: fc.constantFrom(0, 2),
    damping: fc.constantFrom(0, 0.5, 1),
  })
  await fc.assert(
    fc.asyncProperty(triples, configs, fc.boolean(), async (list, config, weighted) => {
      const [users, items, values] = [0, 1, 2].map((part) => list.map((triple) => triple[part]!))
      const data = sparseMatrix({ rows: 8, cols: 10 }, users!, items!, weighted ? values! : undefined, "last")
      const dense = Array.from({ length: 8 }, (_, user) => {
        const row = new Array<number>(10).fill(0)
        sparseRow(data, user).forEach((item, at) => {
          row[item] = sparseRowValues(data, user)?.[at] ?? 1
        })
        return row
      })
      const share = dense.map((row) => row.filter((x) => x > 0).length ** -config.damping)
      const dot = (i: number, j: number) =>
        dense.reduce((sum, row, u) => (row[i]! * row[j]! > 0 ? sum + share[u]! * row[i]! * row[j]! : sum), 0)
      const { nearest: table } = await itemNeighbours(config).fit(data, { seed: 1 })
      for (let i = 0; i < 10; i++) {
        const expected = Array.from({ length: 10 }, (_, j) => ({ j, s: dot(i, j) / (Math.sqrt(dot(i, i) * dot(j, j)) + config.shrinkage) }))
          .filter(({ j, s }) => j !== i && s > 0)
          .sort((a, b) => (Math.abs(a.s - b.s) < 1e-9 ? a.j - b.j : b.s - a.s))
        const got = Array.from(sparseRow(table, i), (j, at) => ({ j, s: sparseRowValues(table, i)![at]! }))
        const kept = expected.slice(0, config.neighbours)
        expect(got).toHaveLength(kept.length)
        // Rounding may break a tie the other way: the values are the law, the ids follow where they differ.
        const values = got.map(({ s }) => s).sort((a, b) => b - a)
        kept.forEach(({ s }, at) => {
          expect(values[at]).toBeCloseTo(s, 5)
        })
        for (const { j, s } of got) expect(s).toBeCloseTo(expected.find((other) => other.j === j)!.s, 5)
      }
    }),
    { numRuns: 60 },
  )
})

estimatorContract("item neighbours", {
  estimator: () => itemNeighbours({ neighbours: 2, shrinkage: 1, damping: 0.5 }),
  data: small,
  load: loadItemNeighbours,
  answers: (model) => [model.nearest, model.table],
})
