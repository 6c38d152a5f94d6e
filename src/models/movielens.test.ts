import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { type SparseMatrix, scoreHistory, sparseMatrix, sparseRow, topK } from "../core/index.ts"
import { itemNeighbours } from "./item-neighbours.ts"
import { popularity } from "./popularity.ts"

const folder = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))
const movies = join(folder, "rec-ml-1m-implicit")
const isMissing = !existsSync(movies)

/** One line a user: the user, then its items. */
function read(name: string): SparseMatrix {
  const [users, items]: [number[], number[]] = [[], []]
  for (const line of gunzipSync(readFileSync(join(movies, name)))
    .toString()
    .split("\n")) {
    const [user, ...seen] = line.trim().split(/\s+/).map(Number)
    for (const item of seen) {
      users.push(user!)
      items.push(item)
    }
  }
  return sparseMatrix({ rows: 6040, cols: 3260 }, users, items)
}

/** Mean NDCG@20 over everyone with a held-out item; every item outside the history is ranked. */
function ndcgAt20(train: SparseMatrix, held: SparseMatrix, score: (history: Uint32Array, out: Float32Array) => void): number {
  const scores = new Float32Array(train.cols)
  const skip = new Uint8Array(train.cols)
  let [total, users] = [0, 0]
  for (let user = 0; user < held.rows; user++) {
    const wanted = new Set(sparseRow(held, user))
    if (wanted.size === 0) continue
    const history = sparseRow(train, user)
    score(history, scores.fill(0))
    skip.fill(0)
    for (const item of history) skip[item] = 1
    let [gain, ideal] = [0, 0]
    topK(scores, 20, { skip }).forEach((item, place) => {
      gain += wanted.has(item) ? 1 / Math.log2(place + 2) : 0
      ideal += place < wanted.size ? 1 / Math.log2(place + 2) : 0
    })
    total += gain / ideal
    users++
  }
  return total / users
}

test.skipIf(isMissing)(
  "implicit MovieLens 1M (skipped where its folder is missing): popularity 0.190, neighbours 0.345 NDCG@20",
  async () => {
    const [train, held] = [read("train.txt.gz"), read("test.txt.gz")]
    const popular = await popularity().fit({ items: train.indices, itemCount: train.cols }, { seed: 1 })
    expect(ndcgAt20(train, held, (_history, out) => out.set(popular.scores))).toBeCloseTo(0.19, 3)
    const hundred = await itemNeighbours({ neighbours: 100 }).fit(train, { seed: 1 })
    expect(ndcgAt20(train, held, (history, out) => scoreHistory(hundred.table, history, undefined, out))).toBeGreaterThanOrEqual(0.3465)
  },
)
