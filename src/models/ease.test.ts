import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { estimatorContract } from "../../test/contracts/estimator.ts"
import { invertSpd, random, type SparseMatrix, scoreHistory, sparseMatrix, sparseRow, sparseRowValues, topK } from "../core/index.ts"
import { type EaseConfig, ease, loadEase, prepareEase } from "./ease.ts"
import { easeMemoryBytes } from "./ease-memory.ts"

/** Histories with taste: users of either half mostly take items of their half. */
function histories(users: number, items: number, each: number, seed: number, weighted = false): SparseMatrix {
  const draw = random(seed)
  const [rows, cols, values]: [number[], number[], number[]] = [[], [], []]
  for (let user = 0; user < users; user++) {
    for (let n = 0; n < each; n++) {
      const half = draw.next() < 0.8 ? user % 2 : 1 - (user % 2)
      rows.push(user)
      cols.push(Math.min(items - 1, Math.floor((items * (half + draw.next() ** 2)) / 2)))
      values.push(1 + draw.integer(3))
    }
  }
  return sparseMatrix({ rows: users, cols: items }, rows, cols, weighted ? values : undefined, "max")
}

estimatorContract("ease", {
  estimator: () => ease({ l2: 5, keep: 6 }),
  data: () => ({ interactions: histories(30, 20, 6, 1) }),
  load: loadEase,
  answers: ({ table, l2 }) => [table.rows, [...table.offsets], [...table.indices], [...table.values], l2],
})

estimatorContract("ease with fewer users than items", {
  estimator: () => ease({ l2: 5, keep: 6 }),
  data: () => ({ interactions: histories(12, 25, 6, 2, true) }),
  load: loadEase,
  answers: ({ table, l2 }) => [table.rows, [...table.offsets], [...table.indices], [...table.values], l2],
})

test("two items that always go together, by hand: G = [[2, 2], [2, 2]], l2 1, weight 2 / (2 + 1)", async () => {
  const both = sparseMatrix({ rows: 2, cols: 2 }, [0, 0, 1, 1], [0, 1, 0, 1])
  const { table } = await ease({ l2: 1 }).fit({ interactions: both }, { seed: 1 })
  expect([...table.indices]).toEqual([1, 0])
  for (const value of table.values) expect(value).toBeCloseTo(2 / 3, 5)
})

test("of equal weights the lower ids stay", async () => {
  for (const users of [1, 5]) {
    const all = sparseMatrix({ rows: users, cols: 4 }, [0, 0, 0, 0], [0, 1, 2, 3])
    const { table } = await ease({ l2: 1, keep: 2 }).fit({ interactions: all }, { seed: 1 })
    expect([0, 1, 2, 3].map((item) => [...sparseRow(table, item)])).toEqual([[1, 2], [0, 2], [0, 1], [0, 1]]) // biome-ignore format: rows
  }
})

test.each([
  { name: "no items", shape: { rows: 3, cols: 0 } },
  { name: "no users", shape: { rows: 0, cols: 3 } },
  { name: "one item", shape: { rows: 3, cols: 1 } },
  { name: "no interactions", shape: { rows: 3, cols: 4 } },
])("nothing to learn from: $name", async ({ shape }) => {
  const { table } = await ease().fit({ interactions: sparseMatrix(shape, [], []) }, { seed: 1 })
  expect([table.rows, table.cols, table.indices.length, table.offsets.length]).toEqual([shape.cols, shape.cols, 0, shape.cols + 1])
})

/** `G = X^T X` and the full weights `B = I - P diag(P)^-1`, in f64. */
async function slowEase(x: SparseMatrix, l2: number): Promise<{ gram: Float64Array; weights: Float64Array }> {
  const n = x.cols
  const gram = new Float64Array(n * n)
  for (let user = 0; user < x.rows; user++) {
    const [row, values] = [sparseRow(x, user), sparseRowValues(x, user)]
    row.forEach((i, a) => {
      for (const [b, j] of row.entries()) gram[i * n + j]! += (values?.[a] ?? 1) * (values?.[b] ?? 1)
    })
  }
  const inverse = await invertSpd(
    gram.map((value, at) => (at % (n + 1) === 0 ? value + l2 : value)),
    n,
  )
  return { gram, weights: inverse.map((value, at) => (at % (n + 1) === 0 ? 0 : -value / inverse[(at % n) * (n + 1)]!)) }
}

/** Users on either side of the number of items, past one block step and not. */
const shapes = fc.record({
  users: fc.constantFrom(3, 20, 60, 140, 200),
  items: fc.constantFrom(5, 33, 64, 141),
  each: fc.integer({ min: 1, max: 15 }),
  seed: fc.integer(),
  l2: fc.constantFrom(1, 20, 500),
  weighted: fc.boolean(),
})

test("property: with every weight kept, the table is the closed form", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ users, items, each, seed, l2, weighted }) => {
      const x = histories(users, items, each, seed, weighted)
      const { weights } = await slowEase(x, l2)
      const { table } = await ease({ l2, keep: items }).fit({ interactions: x }, { seed: 1 })
      const found = new Float64Array(items * items)
      for (let i = 0; i < items; i++) sparseRow(table, i).forEach((j, at) => { found[i * items + j] = sparseRowValues(table, i)![at]! }) // biome-ignore format: one line
      expect(Math.max(...found.map((value, at) => Math.abs(value - weights[at]!)))).toBeLessThan(1e-3)
      for (let i = 0; i < items; i++) expect(found[i * items + i]).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test("property: a row keeps its largest weights, and every column solves least squares on the rows that kept it", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 1, max: 12 }), async ({ users, items, each, seed, l2, weighted }, keep) => {
      const x = histories(users, items, each, seed, weighted)
      const { gram, weights } = await slowEase(x, l2)
      const { table } = await ease({ l2, keep }).fit({ interactions: x }, { seed: 1 })
      const columns: [number, number][][] = Array.from({ length: items }, () => [])
      for (let i = 0; i < items; i++) {
        const row = weights.subarray(i * items, (i + 1) * items).map(Math.abs)
        const chosen = [...sparseRow(table, i)]
        expect(chosen).toEqual(chosen.toSorted((a, b) => a - b))
        const cut = row.toSorted().at(-Math.min(keep, items)) ?? 0
        const missed = row.findIndex((weight, j) => weight > cut + 1e-5 && !chosen.includes(j))
        expect(missed).toBe(-1)
        expect(chosen.length).toBeLessThanOrEqual(keep)
        for (const [at, j] of chosen.entries()) {
          expect(row[j]).toBeGreaterThan(cut - 1e-5)
          columns[j]!.push([i, sparseRowValues(table, i)![at]!])
        }
      }
      columns.forEach((column, j) => {
        let [left, target] = [0, 0]
        for (const [i] of column) {
          const sum = column.reduce((total, [k, weight]) => total + (gram[i * items + k]! + (i === k ? l2 : 0)) * weight, 0)
          left += (sum - gram[i * items + j]!) ** 2
          target += gram[i * items + j]! ** 2
        }
        expect(Math.sqrt(left)).toBeLessThanOrEqual(2e-3 * Math.sqrt(target) + 1e-4)
      })
    }),
    { numRuns: 20 },
  )
})

test("one count serves several ridges: the same bytes as fitting each alone, also when asked for at once", async () => {
  for (const x of [histories(60, 40, 8, 3), histories(20, 40, 8, 3)]) {
    const prepared = await prepareEase(x, { keep: 10 })
    const together = await Promise.all([40, 4, 40].map((l2) => prepared.fit(l2, { seed: 1 })))
    for (const { table, l2 } of together) {
      expect(table).toEqual((await ease({ l2, keep: 10 }).fit({ interactions: x }, { seed: 1 })).table)
    }
  }
})

test("after a stop the same preparation fits again, with the same bytes", async () => {
  const x = histories(150, 140, 8, 3)
  const prepared = await prepareEase(x)
  const stop = new AbortController()
  const stopped = prepared.fit(20, { seed: 1, signal: stop.signal, onProgress: () => stop.abort() })
  await expect(stopped).rejects.toMatchObject({ code: "cancelled" })
  expect((await prepared.fit(20, { seed: 1 })).table).toEqual((await ease({ l2: 20 }).fit({ interactions: x }, { seed: 1 })).table)
})

test("too large is refused before anything is allocated, naming the need", async () => {
  const wide = sparseMatrix({ rows: 2_000_000, cols: 1_000_000 }, [0, 1], [0, 999_999])
  const needed = easeMemoryBytes(2_000_000, 1_000_000, 2)
  expect(needed).toBeGreaterThan(4e12)
  await expect(ease().fit({ interactions: wide }, { seed: 1 })).rejects.toMatchObject({
    code: "too_large",
    came: `2000000 users x 1000000 items, which need ${needed} bytes (${(needed / 1e9).toFixed(1)} GB)`,
  })
})

test("the formula covers what a fit lays out, and 20,000 items with 2,000 users fit in a fraction of 2 GB", async () => {
  expect(easeMemoryBytes(2000, 20_000, 2_000_000)).toBeLessThan(4e8)
  for (const [users, items] of [
    [40, 70],
    [70, 40],
  ] as const) {
    // biome-ignore format: pairs
    const x = histories(users, items, 9, 4)
    const exact = easeMemoryBytes(users, items, x.indices.length)
    await expect(prepareEase(x, { memoryCapBytes: exact })).resolves.toBeDefined()
    await expect(prepareEase(x, { memoryCapBytes: exact - 1 })).rejects.toMatchObject({ code: "too_large" })
  }
})

test.each<{ name: string; config: EaseConfig; message: string }>([
  { name: "l2 of 0", config: { l2: 0 }, message: "ease: expected l2 above 0, came 0." },
  { name: "half a weight", config: { keep: 0.5 }, message: "ease: expected keep of at least 1, came 0.5." },
  { name: "no memory", config: { memoryCapBytes: 0 }, message: "ease: expected memoryCapBytes above 0, came 0." },
])("refused: $name", ({ config, message }) => {
  expect(() => ease(config)).toThrow(message)
})

test("a ridge too small for 32 bits and values that are no numbers are refused", async () => {
  const x = histories(60, 40, 8, 3)
  const { leastL2 } = await prepareEase(x)
  expect(leastL2).toBeGreaterThan(0)
  await expect(ease({ l2: leastL2 / 2 }).fit({ interactions: x }, { seed: 1 })).rejects.toThrow("ease: expected l2 of at least")
  const bad = { ...x, values: new Float32Array(x.indices.length).fill(Number.NaN) }
  await expect(ease().fit({ interactions: bad }, { seed: 1 })).rejects.toThrow("ease: expected finite values, came NaN.")
})

const folder = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))
const movies = join(folder, "rec-ml-1m-implicit")

test.skipIf(!existsSync(movies))(
  "implicit MovieLens 1M (skipped where its folder is missing): NDCG@20 at least 0.411, Recall@20 at least 0.273",
  async () => {
    const [train, held] = ["train.txt.gz", "test.txt.gz"].map((name) => read(join(movies, name))) as [SparseMatrix, SparseMatrix]
    const { table } = await ease({ l2: 1000 }).fit({ interactions: train }, { seed: 1 })
    const scores = new Float32Array(train.cols)
    let [ndcg, recall, users] = [0, 0, 0]
    for (let user = 0; user < held.rows; user++) {
      const wanted = new Set(sparseRow(held, user))
      if (wanted.size === 0) continue
      scoreHistory(table, sparseRow(train, user), undefined, scores.fill(0))
      for (const item of sparseRow(train, user)) scores[item] = Number.NEGATIVE_INFINITY
      const discount = (rank: number) => 1 / Math.log2(rank + 2)
      const hits = [...topK(scores, 20)].map((item, rank) => (wanted.has(item) ? discount(rank) : 0))
      const ideal = Array.from({ length: Math.min(20, wanted.size) }, (_, rank) => discount(rank))
      ndcg += sum(hits) / sum(ideal)
      recall += hits.filter((hit) => hit > 0).length / wanted.size
      users++
    }
    expect(ndcg / users).toBeGreaterThanOrEqual(0.411)
    expect(recall / users).toBeGreaterThanOrEqual(0.273)
  },
)

function read(path: string): SparseMatrix {
  const [rows, cols]: [number[], number[]] = [[], []]
  for (const line of gunzipSync(readFileSync(path)).toString().split("\n")) {
    const [user, ...items] = line.trim().split(/\s+/).map(Number)
    for (const item of items) {
      rows.push(user!)
      cols.push(item)
    }
  }
  return sparseMatrix({ rows: 6040, cols: 3260 }, rows, cols)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
