import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { bruteScore } from "../../../test/contracts/vector-index.ts"
import { Conflict, Corrupt, InvalidArgument, type Matrix, matrix, random, row } from "../../core/index.ts"
import { LiveIndex } from "./live-index.ts"

// What every index keeps to is in test/contracts/vector-index.ts, run from families.test.ts.

function normalRows(n: number, d: number, seed: number): Matrix {
  const draw = random(seed)
  return matrix(
    n,
    d,
    Float32Array.from({ length: n * d }, () => draw.normal()),
  )
}

const build = (rows: Matrix) => LiveIndex.build("clusters", { rows, metric: "euclidean" }, { lists: 8 }, { seed: 2 })

test("a rebuild folds in what came and left, also while it ran", async () => {
  const rows = normalRows(500, 6, 1)
  const index = await build(rows)
  const kept = new Map(Array.from({ length: 500 }, (_, id) => [id, row(rows, id)]))
  const fresh = normalRows(60, 6, 2)
  const add = (id: number, at: number) => {
    index.add(id, row(fresh, at))
    kept.set(id, row(fresh, at))
  }
  const remove = (id: number) => expect(index.remove(id)).toBe(kept.delete(id))
  for (let i = 0; i < 30; i++) add(490 + i, i)
  for (let id = 0; id < 20; id++) remove(id)
  expect(index.changes).toEqual({ added: 30, hidden: 30 })

  const version = index.version
  const rebuilt = index.rebuild({ seed: 3 })
  await expect(index.rebuild({ seed: 3 })).rejects.toThrow(Conflict)
  add(5, 40)
  add(600, 41)
  add(495, 42)
  remove(100)
  remove(505)
  expect([...index.search(row(fresh, 41), 1).ids]).toEqual([600])
  await rebuilt

  expect(index.version).toBe(version + 6)
  expect(index.size).toBe(kept.size)
  expect(index.changes).toEqual({ added: 3, hidden: 3 })
  const queries = normalRows(20, 6, 4)
  for (let i = 0; i < 20; i++) {
    const query = row(queries, i)
    const expected = Array.from(kept, ([id, vector]) => [id, bruteScore("euclidean", vector, query)] as const)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 12)
    expect([...index.search(query, 12, { effort: 8 }).ids]).toEqual(expected.map(([id]) => id))
  }
})

test("a rebuild that fails leaves the index as it was and can be tried again", async () => {
  const index = await build(normalRows(50, 3, 1))
  index.add(99, [1, 2, 3])
  await expect(index.rebuild({ seed: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" })
  expect([...index.search([1, 2, 3], 1).ids]).toEqual([99])
  await index.rebuild({ seed: 1 })
  expect(index.changes).toEqual({ added: 0, hidden: 0 })
})

test("a change leaves the bytes of the base as they were, so that releases share them", async () => {
  const index = await build(normalRows(80, 4, 1))
  const saved = () => {
    const bundle = memoryBundle()
    index.save(bundle.writer)
    return new Map([...bundle.bytes()].filter(([path]) => /^(base|rows)\//.test(path)))
  }
  const before = saved()
  index.add(3, [9, 9, 9, 9])
  index.remove(4)
  expect(saved()).toEqual(before)
})

test("what was saved and does not fit together is refused", async () => {
  const bundle = memoryBundle()
  ;(await build(normalRows(80, 4, 1))).save(bundle.writer)
  bundle.writer.array("hidden", Uint32Array.of(999))
  await expect(LiveIndex.load(bundle.reader)).rejects.toThrow(Corrupt)
  bundle.writer.array("hidden", new Uint32Array(0))
  bundle.writer.child("base").array("offsets", Uint32Array.of(0, 7))
  await expect(LiveIndex.load(bundle.reader)).rejects.toThrow(Corrupt)
  bundle.writer.json("live-index", { family: "oracle" })
  await expect(LiveIndex.load(bundle.reader)).rejects.toThrow("a family among clusters")
})

test.each([
  { name: "an id that comes twice", ids: [1, 2, 1] },
  { name: "fewer ids than rows", ids: [1, 2] },
])("$name is refused", async ({ ids }) => {
  const data = { rows: normalRows(3, 2, 1), ids, metric: "cosine" as const }
  await expect(LiveIndex.build("int8", data, {}, { seed: 1 })).rejects.toThrow(InvalidArgument)
})

test("an effort below 1 is refused", async () => {
  const index = await build(normalRows(30, 2, 1))
  expect(() => index.search([1, 1], 1, { effort: 0 })).toThrow(InvalidArgument)
})
