import fc from "fast-check"
import { expect, test } from "vitest"
import { estimatorContract } from "../../test/contracts/estimator.ts"
import { loadPopularity, popularity } from "./popularity.ts"

const DAY = 86_400_000
const days = (...values: number[]) => Float64Array.from(values, (day) => day * DAY)
const rounded = (scores: Float32Array) => Array.from(scores, (score) => Math.round(score * 1e5) / 1e5)

test.each([
  { name: "timeless counts", config: {}, data: { items: Uint32Array.of(0, 1, 1, 1), itemCount: 3 }, expected: [2 / 7, 4 / 7, 1 / 7] },
  {
    name: "weights",
    config: { smoothing: 0 },
    data: { items: Uint32Array.of(0, 1), itemCount: 2, weights: Float32Array.of(3, 1) },
    expected: [0.75, 0.25],
  },
  {
    name: "two half-lives ago counts a quarter",
    config: { halfLifeDays: 7, smoothing: 0 },
    data: { items: Uint32Array.of(0, 1), itemCount: 2, times: days(0, 14) },
    expected: [0.2, 0.8],
  },
  {
    name: "none ignores time",
    config: { halfLifeDays: "none", smoothing: 0 } as const,
    data: { items: Uint32Array.of(0, 1), itemCount: 2, times: days(0, 14) },
    expected: [0.5, 0.5],
  },
  { name: "nothing happened", config: { smoothing: 0 }, data: { items: new Uint32Array(0), itemCount: 2 }, expected: [0.5, 0.5] },
])("popularity, $name", async ({ config, data, expected }) => {
  const model = await popularity(config).fit(data, { seed: 1 })
  expect(rounded(model.scores)).toEqual(rounded(Float32Array.from(expected)))
})

test("auto takes a short half-life when taste turns over, and none when it stays", async () => {
  const turning = { items: new Uint32Array(400), itemCount: 10, times: new Float64Array(400) }
  const staying = { items: new Uint32Array(400), itemCount: 10, times: new Float64Array(400) }
  for (let i = 0; i < 400; i++) {
    turning.times[i] = staying.times[i] = i * DAY
    turning.items[i] = Math.floor(i / 45)
    staying.items[i] = (i * 7) % 10
  }
  const short = await popularity().fit(turning, { seed: 1 })
  expect(short.halfLifeDays).toBeLessThanOrEqual(7)
  expect(short.scores.indexOf(Math.max(...short.scores))).toBe(8)
  expect((await popularity().fit(staying, { seed: 1 })).halfLifeDays).toBe(null)
})

test.each([
  { name: "item past the end", data: { items: Uint32Array.of(3), itemCount: 3 }, message: "expected items below 3, came 3 at 0." },
  {
    name: "times of another length",
    data: { items: Uint32Array.of(0), itemCount: 1, times: days(1, 2) },
    message: "expected 1 times, came 2.",
  },
  { name: "NaN time", data: { items: Uint32Array.of(0), itemCount: 1, times: days(Number.NaN) }, message: "finite times, came NaN at 0." },
  { name: "negative weight", data: { items: Uint32Array.of(0), itemCount: 1, weights: Float32Array.of(-1) }, message: "came -1 at 0." },
])("refused: $name", async ({ data, message }) => {
  await expect(popularity().fit(data, { seed: 1 })).rejects.toThrow(message)
})

test("a half-life of 0 is refused", () => {
  expect(() => popularity({ halfLifeDays: 0 })).toThrow("popularity: expected halfLifeDays above 0, auto or none, came 0.")
})

test("property: shares sum to 1 and never fall when an item gains an interaction", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), fc.nat(4), async (items, more) => {
      const before = await popularity().fit({ items: Uint32Array.from(items), itemCount: 5 }, { seed: 1 })
      const after = await popularity().fit({ items: Uint32Array.from([...items, more]), itemCount: 5 }, { seed: 1 })
      expect(before.scores.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
      expect(after.scores[more]!).toBeGreaterThanOrEqual(before.scores[more]!)
    }),
    { numRuns: 50 },
  )
})

estimatorContract("popularity", {
  estimator: () => popularity(),
  data: () => ({
    items: Uint32Array.from({ length: 60 }, (_, i) => (i * i) % 7),
    itemCount: 7,
    times: Float64Array.from({ length: 60 }, (_, i) => i * DAY),
    weights: Float32Array.from({ length: 60 }, (_, i) => 1 + (i % 3)),
  }),
  load: loadPopularity,
  answers: (model) => [model.scores, model.halfLifeDays],
})
