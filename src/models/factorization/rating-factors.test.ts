import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { random } from "../../core/index.ts"
import { type RatingData, ratingFactors } from "./rating-factors.ts"
import { loadRatingModel, type RatingModel } from "./rating-model.ts"

/** Ratings 1 to 5 of 40 people for 25 items: biases, one shared direction, noise. */
function rated(): RatingData {
  const chance = random(8)
  const taste = Array.from({ length: 65 }, () => chance.normal())
  const [users, items, ratings]: [number[], number[], number[]] = [[], [], []]
  for (let n = 0; n < 600; n++) {
    const [user, item] = [chance.integer(40), chance.integer(25)]
    users.push(user)
    items.push(item)
    const rating = 3 + 0.5 * taste[user]! * taste[40 + item]! + 0.3 * taste[40 + item]! + 0.3 * chance.normal()
    ratings.push(Math.min(5, Math.max(1, Math.round(rating))))
  }
  return {
    users: Uint32Array.from(users),
    items: Uint32Array.from(items),
    ratings: Float32Array.from(ratings),
    userCount: 40,
    itemCount: 25,
  }
}

const rootMeanSquare = (model: RatingModel, { users, items, ratings }: RatingData) => {
  let sum = 0
  for (let user = 0; user < 40; user++) {
    const own = [...users.keys()].filter((at) => users[at] === user)
    const person = model.foldIn(
      own.map((at) => items[at]!),
      own.map((at) => ratings[at]!),
    )
    for (const at of own) sum += (model.predict(person, items[at]!) - ratings[at]!) ** 2
  }
  return Math.sqrt(sum / ratings.length)
}

describe.each([true, false])("implicit term %s", (implicit) => {
  estimatorContract(`ratingFactors, implicit ${implicit}`, {
    estimator: () => ratingFactors({ factors: 3, epochs: 4, implicit }),
    data: rated,
    load: loadRatingModel,
    answers(model) {
      const person = model.foldIn([0, 3, 7], [5, 1, 3])
      return [person, model.predict(person, 2), model.predict(model.foldIn([], []), 99)]
    },
  })

  test("factors fit better than biases alone could", async () => {
    const data = rated()
    const fitted = await ratingFactors({ factors: 4, epochs: 150, learningRate: 0.02, decay: 1, l2: 0.02, implicit }).fit(data, { seed: 1 })
    const deviation = Math.sqrt(data.ratings.reduce((sum, rating) => sum + (rating - fitted.mean) ** 2, 0) / data.ratings.length)
    expect(rootMeanSquare(fitted, data)).toBeLessThan(0.6 * deviation)
  })

  test("a folded-in person is the minimum of their own loss", async () => {
    const model = await ratingFactors({ factors: 3, epochs: 20, implicit }).fit(rated(), { seed: 3 })
    const [items, ratings] = [
      [1, 4, 9, 12],
      [5, 4, 1, 3],
    ]
    const person = model.foldIn(items, ratings)
    const implicitPart = Float64Array.from({ length: 3 }, (_, f) =>
      implicit ? items.reduce((sum, item) => sum + model.implicitFactors[item * 3 + f]!, 0) / 2 : 0,
    )
    const loss = (bias: number, vector: ArrayLike<number>) => {
      let sum = model.l2 * items.length * bias ** 2
      for (let f = 0; f < 3; f++) sum += model.l2 * items.length * (vector[f]! - implicitPart[f]!) ** 2
      items.forEach((item, at) => {
        let guess = model.mean + bias + model.itemBias[item]!
        for (let f = 0; f < 3; f++) guess += vector[f]! * model.itemFactors[item * 3 + f]!
        sum += (ratings[at]! - guess) ** 2
      })
      return sum
    }
    const least = loss(person.bias, person.vector)
    for (const step of [-0.02, 0.02]) {
      expect(loss(person.bias + step, person.vector)).toBeGreaterThan(least)
      for (let f = 0; f < 3; f++) expect(loss(person.bias, person.vector.with(f, person.vector[f]! + step))).toBeGreaterThan(least)
    }
  })
})

test("predictions stay within the range of the ratings; an unknown item gets the person's own mean", async () => {
  const model = await ratingFactors({ factors: 2, epochs: 5 }).fit(rated(), { seed: 1 })
  const fan = model.foldIn([0, 1, 2], [50, 50, 50])
  expect(model.predict(fan, 3)).toBe(5)
  const nobody = model.foldIn([], [])
  expect(model.predict(nobody, 999)).toBeCloseTo(model.mean, 5)
})

test.each<[string, Partial<RatingData>]>([
  ["no rating at all", { users: new Uint32Array(), items: new Uint32Array(), ratings: new Float32Array() }],
  ["an item outside", { itemCount: 3 }],
  ["a rating that is none", { ratings: rated().ratings.fill(Number.NaN) }],
])("refuses %s", async (_name, change) => {
  await expect(ratingFactors().fit({ ...rated(), ...change }, { seed: 1 })).rejects.toThrow("ratingFactors: expected")
})

const folder = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
const file = join(folder, "rec-ml-100k", "u.data.gz")

test.skipIf(!existsSync(file))("MovieLens 100K, u1 (skipped where its folder is missing): RMSE at most 0.93 after 15 passes", async () => {
  const rows = gunzipSync(readFileSync(file)).toString().trim().split("\n")
  const ratings = rows.map((line) => line.split("\t").map(Number))
  const train = ratings.slice(20_000)
  const column = (rows: number[][], at: number) => Uint32Array.from(rows, (row) => row[at]!)
  const data = {
    users: column(train, 0),
    items: column(train, 1),
    ratings: Float32Array.from(train, (row) => row[2]!),
    userCount: 944,
    itemCount: 1683,
  }
  const model = await ratingFactors({ factors: 20, epochs: 15, learningRate: 0.01 }).fit(data, { seed: 7 })
  const own = grouped(train)
  let sum = 0
  for (const [user, rows] of grouped(ratings.slice(0, 20_000))) {
    const known = own.get(user) ?? []
    const person = model.foldIn(
      column(known, 1),
      Float32Array.from(known, (row) => row[2]!),
    )
    for (const [, item, rating] of rows) sum += (model.predict(person, item!) - rating!) ** 2
  }
  expect(Math.sqrt(sum / 20_000)).toBeLessThan(0.93)
})

function grouped(rows: readonly number[][]): Map<number, number[][]> {
  const groups = new Map<number, number[][]>()
  for (const row of rows) groups.set(row[0]!, [...(groups.get(row[0]!) ?? []), row])
  return groups
}
