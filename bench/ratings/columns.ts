import { type Matrix, matrix } from "../../src/core/index.ts"
import { outOfFold } from "../../src/data/index.ts"
import { type RatingFactorsConfig, ratingFactors } from "../../src/models/index.ts"
import type { Ratings } from "./movielens.ts"
import { statistics } from "./statistics.ts"

/** Rating factors whose predictions are columns, each as the mean over so many seeds. */
export interface FactorColumn {
  readonly name: string
  readonly config: RatingFactorsConfig
  readonly seeds: readonly number[]
}

/** What the `train` rows say of other rows: statistics, then a prediction of each kind of factors. */
export async function columnsFrom(data: Ratings, train: Uint32Array, rows: Uint32Array, factors: readonly FactorColumn[]): Promise<Matrix> {
  const learnt = statistics(data, train)
  const parts = [learnt.of(rows)]
  for (const { config, seeds } of factors) {
    const sum = new Float32Array(rows.length)
    for (const seed of seeds) {
      const guesses = await factorPredictions(data, train, rows, config, seed)
      for (const [at, guess] of guesses.entries()) sum[at]! += guess / seeds.length
    }
    parts.push(matrix(rows.length, 1, sum))
  }
  return sideBySide(parts)
}

/** The columns of `train` rows out of fold, and of the `test` rows by all of `train`. */
export async function trainAndTest(data: Ratings, train: Uint32Array, test: Uint32Array, factors: readonly FactorColumn[], seed: number) {
  const of = (places: Uint32Array) => places.map((place) => train[place]!)
  const learnt = await outOfFold(train.length, (from, to) => columnsFrom(data, of(from), of(to), factors), { seed })
  const names = [...statistics(data, train).columns, ...factors.map(({ name }) => name)]
  return { train: learnt, test: await columnsFrom(data, train, test, factors), names }
}

/** What rating factors learnt from `train` predict for `rows`, people folded in from their train ratings. */
export async function factorPredictions(
  { users, items, ratings, userCount, itemCount }: Ratings,
  train: Uint32Array,
  rows: Uint32Array,
  config: RatingFactorsConfig,
  seed: number,
): Promise<Float32Array> {
  const pick = <T extends Uint32Array | Float32Array>(values: T) => train.map((row) => values[row]!)
  const data = { users: pick(users), items: pick(items), ratings: Float32Array.from(train, (row) => ratings[row]!), userCount, itemCount }
  const model = await ratingFactors(config).fit(data, { seed })
  const own: number[][] = Array.from({ length: userCount }, () => [])
  for (const row of train) own[users[row]!]!.push(row)
  const people = own.map((known) =>
    model.foldIn(
      known.map((row) => items[row]!),
      known.map((row) => ratings[row]!),
    ),
  )
  return Float32Array.from(rows, (row) => model.predict(people[users[row]!]!, items[row]!))
}

function sideBySide(parts: readonly Matrix[]): Matrix {
  const cols = parts.reduce((sum, part) => sum + part.cols, 0)
  const whole = matrix(parts[0]!.rows, cols)
  let first = 0
  for (const { data, rows, cols: width } of parts) {
    for (let row = 0; row < rows; row++) whole.data.set(data.subarray(row * width, (row + 1) * width), row * cols + first)
    first += width
  }
  return whole
}
