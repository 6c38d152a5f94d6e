import { expect, test } from "vitest"
import { columnCounts, random, type SparseMatrix, sparseMatrix } from "../../core/index.ts"
import type { FactorModel } from "./factor-model.ts"
import { implicitAls } from "./implicit-als.ts"
import { refreshItems } from "./refresh-items.ts"

/** Two tastes: even people take even items, odd ones odd; `items` of them, of which some are drawn. */
function tastes(people: number, items: number, seed: number): SparseMatrix {
  const chance = random(seed)
  const [users, taken]: [number[], number[]] = [[], []]
  for (let user = 0; user < people; user++)
    for (let item = user % 2; item < items; item += 2) {
      if (chance.next() > 0.6) continue
      users.push(user)
      taken.push(item)
    }
  return sparseMatrix({ rows: people, cols: items }, users, taken)
}

const trainedOn = (data: SparseMatrix, regularisation: "frequency" | "plain" = "frequency") =>
  implicitAls({ factors: 8, regularisation, ...(regularisation === "plain" ? { l2: 1 } : {}) }).fit(data, { seed: 3 })
const drift = (a: FactorModel, b: FactorModel, item: number) => {
  const rows = [a, b].map(({ itemFactors, stride }) => itemFactors.subarray(item * stride, (item + 1) * stride))
  return Math.hypot(...rows[0]!.map((value, at) => value - rows[1]![at]!)) / Math.hypot(...rows[1]!)
}

test.each(["frequency", "plain"] as const)("a new item takes the place of its takers' taste: %s", async (regularisation) => {
  const data = tastes(60, 20, 1)
  const trained = await trainedOn(data, regularisation)
  const { model } = await refreshItems({ trained, counts: columnCounts(data), window: tastes(40, 22, 2) })
  expect(model.items).toBe(22)
  const scores = new Float32Array(22)
  model.scores(Uint32Array.of(0, 2, 4, 6), scores)
  expect(scores[20]!).toBeGreaterThan(0.3)
  expect(scores[20]!).toBeGreaterThan(3 * Math.abs(scores[21]!))
})

test("the training data again hardly moves what has come to rest", async () => {
  const data = tastes(60, 20, 1)
  const trained = await implicitAls({ factors: 8, iterations: 60 }).fit(data, { seed: 3 })
  const { drift: found } = await refreshItems({ trained, counts: columnCounts(data), window: data })
  expect(found.most).toBeLessThan(0.02)
})

test("no trained item drifts further than allowed, over any number of refreshes", async () => {
  const data = tastes(60, 20, 1)
  const trained = await trainedOn(data)
  const turned = sparseMatrix(
    { rows: 40, cols: 20 },
    Array.from({ length: 400 }, (_, at) => at % 40),
    Array.from({ length: 400 }, (_, at) => (at * 7 + Math.floor(at / 40)) % 20),
  )
  let current = trained
  const most: number[] = []
  for (let n = 0; n < 4; n++) {
    const refreshed = await refreshItems({ trained, counts: columnCounts(data), current, window: turned }, { maxDrift: 0.1 })
    current = refreshed.model
    most.push(Math.max(...Array.from({ length: 20 }, (_, item) => drift(current, trained, item))))
    expect(refreshed.drift.most).toBeCloseTo(most.at(-1)!, 4)
  }
  for (const each of most) expect(each).toBeLessThanOrEqual(0.1 + 1e-6)
  expect(most.at(-1)).toBeCloseTo(0.1, 4)
})

test("an item that nobody of the window took stays where it is, and inputs stay as they were", async () => {
  const data = tastes(60, 20, 1)
  const trained = await trainedOn(data)
  const before = trained.itemFactors.slice()
  const { model } = await refreshItems({ trained, counts: columnCounts(data), window: narrow() })
  expect(drift(model, trained, 19)).toBe(0)
  expect(trained.itemFactors).toEqual(before)
})

/** One person with items 0 and 2 of 20. */
const narrow = () => sparseMatrix({ rows: 1, cols: 20 }, [0, 0], [0, 2])

test("any number of threads, the same bytes", async () => {
  const data = tastes(60, 20, 1)
  const trained = await trainedOn(data)
  const since = { trained, counts: columnCounts(data), window: tastes(40, 22, 2) }
  const one = await refreshItems(since)
  expect((await refreshItems(since, { threads: 2 })).model.itemFactors).toEqual(one.model.itemFactors)
})

test("refuses counts or windows that do not fit, and stops on the signal", async () => {
  const data = tastes(60, 20, 1)
  const trained = await trainedOn(data)
  const counts = columnCounts(data)
  await expect(refreshItems({ trained, counts: [1], window: data })).rejects.toThrow("refreshItems: expected 20 counts, came 1")
  await expect(refreshItems({ trained, counts, window: tastes(4, 6, 1) })).rejects.toThrow("a window over 20 items or more, came 6")
  await expect(refreshItems({ trained, counts, window: data }, { maxDrift: -1 })).rejects.toThrow("a maxDrift of 0 or more")
  await expect(refreshItems({ trained, counts, window: data }, { alternations: 0 })).rejects.toThrow("1 alternation or more, came 0")
  const stopped = refreshItems({ trained, counts, window: data }, { signal: AbortSignal.abort() })
  await expect(stopped).rejects.toMatchObject({ code: "cancelled" })
})
