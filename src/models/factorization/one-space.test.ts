import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { type SparseMatrix, sparseMatrix, sparseRow } from "../../core/index.ts"
import type { FactorModel } from "./factor-model.ts"
import { implicitAls } from "./implicit-als.ts"

const folder = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
const movies = join(folder, "rec-ml-1m-implicit")
/** Every so many people, to be quick. */
const STEP = 6

function read(name: string): SparseMatrix {
  const [users, items]: [number[], number[]] = [[], []]
  for (const line of gunzipSync(readFileSync(join(movies, name)))
    .toString()
    .trim()
    .split("\n")) {
    const [user, ...own] = line.trim().split(/\s+/).map(Number)
    if (user! % STEP !== 0) continue
    for (const item of own) {
      users.push(user! / STEP)
      items.push(item)
    }
  }
  return sparseMatrix({ rows: Math.ceil(6040 / STEP), cols: 3260 }, users, items)
}

/** Cosines of a vector with every item. */
function cosines({ items, stride, itemFactors }: FactorModel, vector: Float32Array): Float64Array {
  const norm = Math.hypot(...vector)
  return Float64Array.from({ length: items }, (_, item) => {
    let [dot, square] = [0, 0]
    for (let f = 0; f < stride; f++) {
      const value = itemFactors[item * stride + f]!
      dot += value * vector[f]!
      square += value * value
    }
    return square === 0 ? 0 : dot / norm / Math.sqrt(square)
  })
}

test.skipIf(!existsSync(movies))(
  "people and items lie in one space, MovieLens 1M (skipped where its folder is missing): for 95 % of people what they came to like is nearer than random",
  async () => {
    const [train, held] = [read("train.txt.gz"), read("test.txt.gz")]
    const model = await implicitAls({ factors: 32, iterations: 8 }).fit(train, { seed: 7 })
    let [nearer, people] = [0, 0]
    for (let user = 0; user < held.rows; user++) {
      const [liked, known] = [new Set(sparseRow(held, user)), new Set(sparseRow(train, user))]
      if (liked.size === 0) continue
      const near = cosines(model, model.foldIn(sparseRow(train, user)))
      const mean = (of: (item: number) => boolean) => {
        const some = near.filter((_, item) => of(item))
        return some.reduce((sum, cosine) => sum + cosine, 0) / some.length
      }
      people++
      if (mean((item) => liked.has(item)) > mean((item) => !liked.has(item) && !known.has(item))) nearer++
    }
    expect(people).toBeGreaterThan(1000)
    expect(nearer / people).toBeGreaterThanOrEqual(0.95)
  },
  60_000,
)
