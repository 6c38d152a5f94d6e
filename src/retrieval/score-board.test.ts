import fc from "fast-check"
import { expect, test } from "vitest"
import { type NeighbourTable, random, sparseMatrix } from "../core/index.ts"
import { ScoreBoard } from "./score-board.ts"

const table = sparseMatrix(
  { rows: 3, cols: 3 },
  Uint32Array.of(0, 0, 1),
  Uint32Array.of(1, 2, 2),
  Float32Array.of(0.5, 1, 0.25),
) as NeighbourTable

/** Products are of rounded numbers: as near as a hundredth of the lengths. */
const near = (scores: Float32Array) => [...scores].map((score) => Math.round(score * 50) / 50 + 0)

test("sums and products that can be checked by hand", async () => {
  const rows = Float32Array.of(1, 0, 0, 2, 1, 1)
  const board = await ScoreBoard.open({
    items: 3,
    tables: { beside: table },
    vectors: { taste: { rows, width: 2, weights: Float32Array.of(1, 1, 2) } },
    longest: 8,
  })
  board.sum("beside", Uint32Array.of(0, 1, 9), 0)
  expect([...board.scores(0)]).toEqual([0, 0.5, 1.25])
  expect(board.best(0, 2)).toEqual({ ids: Uint32Array.of(2, 1), scores: Float32Array.of(1.25, 0.5) })
  board.project("taste", [3, 1], 1)
  expect(near(board.scores(1))).toEqual([3, 2, 8])
  expect([...board.best(1, 9, { skip: Uint32Array.of(2, 2, 7) }).ids]).toEqual([0, 1])
  expect(near(board.scores(1)), "what was skipped keeps its score").toEqual([3, 2, 8])
  expect(near(board.read(1, Uint32Array.of(99, 2)))).toEqual([0, 8])
  board.projectHistory("taste", Uint32Array.of(0, 2, 9), 2)
  expect(near(board.scores(2)), "the direction is row 0 and half of row 2: 1.5, 0.5").toEqual([1.5, 1, 4])
  const some = await ScoreBoard.open({ items: 4, vectors: { taste: { rows, width: 2, items: Uint32Array.of(3, 0, 1) } }, longest: 1 })
  some.project("taste", [3, 1], 0)
  expect(near(some.scores(0))).toEqual([2, 4, 0, 3])
  expect(() => some.projectHistory("taste", Uint32Array.of(0), 0)).toThrow("expected vectors of the first items")
  expect([...board.strongest("beside", Uint32Array.of(1, 0), Uint32Array.of(2, 1, 0, 7))]).toEqual([1, 1, -1, -1])
})

test("a vector replaced or given to an item without one counts in the next product, as long as there is room", async () => {
  const rows = Float32Array.of(1, 0, 0, 1)
  const first = await ScoreBoard.open({ items: 4, vectors: { v: { rows, width: 2, room: 1 } }, longest: 1 })
  expect([first.setVector("v", 0, [2, 0]), first.setVector("v", 2, [1, 1]), first.setVector("v", 3, [1, 1])]).toEqual([true, true, false])
  first.project("v", [3, 5], 0)
  expect(near(first.scores(0))).toEqual([6, 5, 8, 0])
  const some = await ScoreBoard.open({ items: 4, vectors: { v: { rows, width: 2, items: Uint32Array.of(3, 1), room: 1 } }, longest: 1 })
  some.project("v", [3, 5], 0)
  expect(near(some.scores(0))).toEqual([0, 5, 0, 3])
  expect([some.setVector("v", 3, [2, 0]), some.setVector("v", 2, [1, 1]), some.setVector("v", 0, [1, 1])]).toEqual([true, true, false])
  some.project("v", [3, 5], 0)
  expect(near(some.scores(0))).toEqual([0, 5, 8, 6])
  expect(() => some.setVector("v", 2, [1])).toThrow("a size of 2")
})

test("property: a sum is that of the rows of the history, empty rows and unknown items between them, packed or not", async () => {
  const items = 50
  const chance = random(8)
  const rows: number[] = []
  const cols: number[] = []
  for (let row = 0; row < items; row++)
    if (row % 7 !== 0)
      for (let col = 0; col < items; col++)
        if (chance.next() < 0.4) {
          rows.push(row)
          cols.push(col)
        }
  const values = Float32Array.from(rows, () => 1 + chance.integer(8))
  const many = sparseMatrix({ rows: items, cols: items }, Uint32Array.from(rows), Uint32Array.from(cols), values) as NeighbourTable
  for (const size of [items, 70_000]) {
    const board = await ScoreBoard.open({ items: size, tables: { many }, longest: 40, boards: 1 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (history) => {
        board.sum("many", Uint32Array.from(history), 0)
        const expected = new Float32Array(items)
        rows.forEach((row, at) => {
          if (history.includes(row)) expected[cols[at]!]! += values[at]!
        })
        expect(board.scores(0).subarray(0, items)).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  }
})

test("parts of another size and unknown names are refused", async () => {
  await expect(ScoreBoard.open({ items: 2, tables: { beside: table }, longest: 1 })).rejects.toThrow("expected a size of 2, came 3 x 3")
  const board = await ScoreBoard.open({ items: 3, longest: 1 })
  expect(() => board.sum("beside", Uint32Array.of(0), 0)).toThrow("expected a part among")
  await expect(ScoreBoard.open({ items: 1000, longest: 1, capBytes: 1000 })).rejects.toThrow("at most 1000 bytes")
})

test("property: the best of a board are those of a full sort", async () => {
  const items = 61
  const rows = Float32Array.from({ length: items * 5 }, (_, i) => Math.round(random(3).split(i).normal() * 2))
  const row = (i: number) => rows.subarray(i * 5, (i + 1) * 5)
  const lengthOf = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector))
  const board = await ScoreBoard.open({ items, vectors: { v: { rows, width: 5 } }, longest: items })
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 0, max: 80 }),
      fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 40 }),
      (vector, k, skip) => {
        board.project("v", vector, 0)
        const exact = Array.from({ length: items }, (_, i) => vector.reduce((sum, x, f) => sum + x * rows[i * 5 + f]!, 0))
        const scores = board.scores(0)
        for (let i = 0; i < items; i++)
          expect(Math.abs(scores[i]! - exact[i]!)).toBeLessThan(0.01 * lengthOf(vector) * lengthOf(row(i)) + 1e-6)
        const wanted = [...scores.keys()].filter((i) => scores[i]! > 0 && !skip.includes(i))
        const sorted = wanted.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, k)
        expect([...board.best(0, k, { skip: Uint32Array.from(skip) }).ids]).toEqual(sorted)
      },
    ),
  )
})

test("a part that knows few of many items searches those alone, and says which", async () => {
  const few = sparseMatrix(
    { rows: 1000, cols: 1000 },
    Uint32Array.of(3, 3, 700),
    Uint32Array.of(5, 900, 17),
    Float32Array.of(1, 2, 3),
  ) as NeighbourTable
  const board = await ScoreBoard.open({ items: 1000, tables: { few }, longest: 10 })
  board.sum("few", Uint32Array.of(700, 3), 0)
  expect(board.best(0, 10)).toEqual({ ids: Uint32Array.of(17, 900, 5), scores: Float32Array.of(3, 2, 1) })
  expect([...board.best(0, 10, { skip: Uint32Array.of(17, 4, 900) }).ids]).toEqual([5])
  expect([...board.read(0, Uint32Array.of(900, 901, 17, 5))]).toEqual([2, 0, 3, 1])
  expect([...board.strongest("few", Uint32Array.of(700, 3), Uint32Array.of(900, 901, 17))]).toEqual([1, -1, 0])
})

test("vectors of hundreds of numbers do not pass what a product can hold", async () => {
  for (const width of [8, 24, 513, 2048]) {
    const board = await ScoreBoard.open({ items: 1, vectors: { v: { rows: new Float32Array(width).fill(0.3), width } }, longest: 1 })
    board.project("v", new Float32Array(width).fill(-7), 0)
    expect(board.scores(0)[0]! / (width * -2.1)).toBeCloseTo(1, 3)
    board.project("v", new Float32Array(width), 0)
    expect(board.scores(0)[0]).toBe(0)
  }
})
