import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { random, type SparseMatrix, sparseMatrix, sparseRow, topK } from "../../core/index.ts"
import { type BprConfig, bpr } from "./bpr.ts"
import { loadFactorModel } from "./factor-model.ts"

function tastes() {
  const chance = random(4)
  const pairs = Array.from({ length: 500 }, (_, n) => {
    const user = n % 60
    return [user, chance.next() < 0.85 ? (user % 3) + 3 * chance.integer(10) : chance.integer(30)] as const
  })
  return sparseMatrix(
    { rows: 60, cols: 30 },
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  )
}

estimatorContract("bpr", {
  estimator: () => bpr({ factors: 5, epochs: 3 }),
  data: tastes,
  load: loadFactorModel,
  answers: (model) => [...model.foldIn(new Uint32Array([0, 3]))],
})

test("people of a taste are shown items of it", async () => {
  const model = await bpr({ factors: 8, epochs: 100 }).fit(tastes(), { seed: 1 })
  const scores = new Float32Array(model.items)
  model.scores(new Uint32Array([1, 4, 7]), scores)
  expect([...topK(scores, 7)].filter((item) => item % 3 === 1).length).toBeGreaterThanOrEqual(6)
})

test("a person who has every item is passed over", async () => {
  const everything = sparseMatrix({ rows: 1, cols: 2 }, [0, 0], [0, 1])
  const model = await bpr({ factors: 2, epochs: 2 }).fit(everything, { seed: 1 })
  expect([...model.itemFactors].every(Number.isFinite)).toBe(true)
})

test.each<[string, BprConfig]>([
  ["factors of at least 1", { factors: 0 }],
  ["a learningRate above 0", { learningRate: 0 }],
])("refuses a wrong value: %s", (expected, config) => {
  expect(() => bpr(config)).toThrow(`bpr: expected ${expected}`)
})

const folder = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
const movies = join(folder, "rec-ml-1m-implicit")

/** Every sixth person of a part. */
function read(name: string): SparseMatrix {
  const lines = gunzipSync(readFileSync(join(movies, name)))
    .toString()
    .trim()
    .split("\n")
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number)).filter(([user]) => user! % 6 === 0)
  const users = rows.flatMap(([user, ...items]) => items.map(() => user! / 6))
  return sparseMatrix(
    { rows: 1007, cols: 3260 },
    users,
    rows.flatMap(([, ...items]) => items),
  )
}

test.skipIf(!existsSync(movies))(
  "MovieLens 1M, a sixth of the people (skipped where its folder is missing): NDCG@20 at least 0.28",
  async () => {
    const [train, held] = [read("train.txt.gz"), read("test.txt.gz")]
    const model = await bpr({ factors: 16, epochs: 20 }).fit(train, { seed: 7 })
    const [scores, skip] = [new Float32Array(train.cols), new Uint8Array(train.cols)]
    let [total, people] = [0, 0]
    for (let user = 0; user < held.rows; user++) {
      const wanted = new Set(sparseRow(held, user))
      if (wanted.size === 0) continue
      model.scores(sparseRow(train, user), scores)
      skip.fill(0)
      for (const item of sparseRow(train, user)) skip[item] = 1
      let [gain, ideal] = [0, 0]
      topK(scores, 20, { skip }).forEach((item, place) => {
        gain += wanted.has(item) ? 1 / Math.log2(place + 2) : 0
        ideal += place < wanted.size ? 1 / Math.log2(place + 2) : 0
      })
      total += gain / ideal
      people++
    }
    expect(total / people).toBeGreaterThanOrEqual(0.28)
  },
)
