// Predicting ratings on MovieLens 100K: `npm run bench -- ratings FOLDER FOLDS`, RMSE on the official folds u1 to u5 (`FOLDS` such as 1 or 12345).
// Settings were chosen on a tenth of u1's training rows (place mod 10 = 3); people are folded in from their training ratings.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { type Matrix, matrix } from "../src/core/index.ts"
import { rootMeanSquaredError } from "../src/metrics/index.ts"
import { type BoostingConfig, gradientBoosting } from "../src/models/index.ts"
import { type FactorColumn, trainAndTest } from "./ratings/columns.ts"
import { movieLens100k, type Ratings } from "./ratings/movielens.ts"

const [folder = join("..", "shared", "data", "rec-ml-100k"), folds = "12345"] = process.argv.slice(2)
const SEED = 7
const FACTORS: readonly FactorColumn[] = [
  { name: "rating factors, 200", config: { factors: 200, epochs: 60, learningRate: 0.01, decay: 1, implicit: false }, seeds: [SEED] },
  { name: "rating factors with the implicit term, 50", config: {}, seeds: [SEED] },
]
const TREES: BoostingConfig = { rounds: 400, growth: "depth", maxDepth: 6, learningRate: 0.03, rowShare: 0.7, columnShare: 0.5 }
const TREE_SEEDS = [1, 2, 3]
/** Columns that the peers' tables do not have. */
const OWN = ["user x decade", "like films", "like people", "same hour", "same week", "film then", "user since"]
const PEERS: Readonly<Record<string, string>> = {
  bias: "0.9413",
  [FACTORS[0]!.name]: "0.9116 (tuned SVD)",
  [FACTORS[1]!.name]: "0.9033 (tuned SVD++)",
  "trees on statistics": "0.9178 (XGBoost)",
  "trees on statistics and factors": "0.8962 (XGBoost with SVD)",
}

/** RMSE of each kind of prediction on one fold. */
async function fold(data: Ratings, part: number): Promise<Record<string, number>> {
  const all = Uint32Array.from(data.ratings.keys())
  const isTest = (row: number) => Math.floor(row / 20_000) === part
  const [train, test] = [all.filter((row) => !isTest(row)), all.filter(isTest)]
  const truth = Float64Array.from(test, (row) => data.ratings[row]!)
  const rmse = (guesses: Float64Array) =>
    rootMeanSquaredError(
      truth,
      guesses.map((guess) => Math.min(5, Math.max(1, guess))),
    )
  const labels = Float32Array.from(train, (row) => data.ratings[row]!)
  const mean = labels.reduce((sum, rating) => sum + rating, 0) / labels.length
  const columns = await trainAndTest(data, train, test, FACTORS, SEED)
  const column = (name: string) =>
    Float64Array.from(test, (_, at) => columns.test.data[at * columns.test.cols + columns.names.indexOf(name)]!)
  const trees = async (left: readonly string[]) => {
    const keep = columns.names.filter((name) => !left.includes(name))
    const places = keep.map((name) => columns.names.indexOf(name))
    const [rows, asked] = [only(columns.train, places), only(columns.test, places)]
    const sum = new Float64Array(test.length)
    for (const seed of TREE_SEEDS) {
      const model = await gradientBoosting(TREES).fit({ rows, labels, columns: keep }, { seed })
      for (const [at, guess] of model.predict(asked).entries()) sum[at]! += guess / TREE_SEEDS.length
    }
    return rmse(sum)
  }
  const factors = FACTORS.map(({ name }) => name)
  return {
    "mean of all ratings": rmse(new Float64Array(test.length).fill(mean)),
    ...Object.fromEntries(["bias", ...factors].map((name) => [name, rmse(column(name))])),
    "trees on statistics": await trees([...OWN, ...factors]),
    "trees on statistics and factors": await trees(OWN),
    "trees on all columns (and neighbours, time)": await trees([]),
  }
}

function only({ data, rows, cols }: Matrix, places: readonly number[]): Matrix {
  const made = matrix(rows, places.length)
  for (let row = 0; row < rows; row++)
    for (const [at, col] of places.entries()) made.data[row * places.length + at] = data[row * cols + col]!
  return made
}

if (!existsSync(folder)) console.log(`ratings: no data in ${folder}; name the folder of rec-ml-100k`)
else {
  const data = movieLens100k(folder)
  const parts = [...folds].map((digit) => Number(digit) - 1)
  const before = process.cpuUsage()
  const found: Record<string, number>[] = []
  for (const part of parts) found.push(await fold(data, part))
  const { user, system } = process.cpuUsage(before)
  console.log(`| RMSE | ${parts.map((part) => `u${part + 1}`).join(" | ")} | mean | below the mean of all ratings | peer's mean |`)
  console.log(`|${" --- |".repeat(parts.length + 4)}`)
  const meanOf = (what: string) => found.reduce((sum, values) => sum + values[what]!, 0) / found.length
  for (const what of Object.keys(found[0]!)) {
    const below = 1 - meanOf(what) / meanOf("mean of all ratings")
    const cells = [...found.map((values) => values[what]!.toFixed(4)), meanOf(what).toFixed(4), `${(100 * below).toFixed(1)} %`]
    console.log(`| ${what} | ${cells.join(" | ")} | ${PEERS[what] ?? ""} |`)
  }
  console.log(`\n${((user + system) / 1e6).toFixed(0)} CPU s`)
}
