import fc from "fast-check"
import { expect, test } from "vitest"
import { correctedProbability } from "./negatives.ts"
import { downSample, reservoirSample, stratifiedSample, upSample } from "./resample.ts"

const labels = [0, 0, 1, 0, 0, Number.NaN, 0, 1, 0, 0, 0]

test.each([
  { ratio: 1, rows: 4, zeros: 2 },
  { ratio: 0.5, rows: 6, zeros: 4 },
  { ratio: 0.1, rows: 10, zeros: 8 },
])("down-sampling to $ratio positives a negative keeps $zeros of 8 negatives and every positive", ({ ratio, rows, zeros }) => {
  const kept = downSample(labels, { seed: 1, ratio })
  expect(kept.rows).toHaveLength(rows)
  expect([...kept.rows].filter((row) => labels[row] === 1)).toEqual([2, 7])
  const rates = [...kept.rows].map((row, i) => [labels[row], kept.rates[i]])
  expect(rates.filter(([label]) => label === 0)).toEqual(Array(zeros).fill([0, zeros / 8]))
  // A model that learns the kept rows' rate by heart means the true one.
  expect(correctedProbability(2 / rows, zeros / 8)).toBeCloseTo(2 / 10, 12)
})

test.each([
  { ratio: 1, times: [4, 4] },
  { ratio: 0.5, times: [2, 2] },
  { ratio: 0.9, times: [4, 3] },
  { ratio: 0.1, times: [1, 1] },
])("up-sampling to $ratio repeats each positive $times times and loses no row", ({ ratio, times }) => {
  const { rows, rates } = upSample(labels, { seed: 2, ratio })
  const count = (row: number) => [...rows].filter((other) => other === row).length
  expect([count(2), count(7)].sort().reverse()).toEqual(times)
  expect(new Set(rows).size).toBe(10)
  for (const [i, row] of rows.entries()) expect(rates[i]).toBe(count(row))
})

test("balancing needs both classes, 0 and 1", () => {
  expect(() => downSample([0, 0], { seed: 1 })).toThrow("rows of both classes")
  expect(() => upSample([0, 2, 1], { seed: 1 })).toThrow("2 in row 1")
  expect(() => upSample([0, 1], { seed: 1, ratio: 2 })).toThrow("a ratio in (0, 1]")
})

test("property: with the rates, down- and up-sampled rows sum to the whole within each class", () => {
  const cases = fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 80 }).filter((all) => all.includes(0) && all.includes(1))
  fc.assert(
    fc.property(cases, fc.constantFrom(1, 0.5, 0.2), fc.integer(), (all, ratio, seed) => {
      for (const sample of [downSample(all, { seed, ratio }), upSample(all, { seed, ratio })]) {
        for (const label of [0, 1]) {
          let sum = 0
          for (const [i, row] of sample.rows.entries()) if (all[row] === label) sum += 1 / sample.rates[i]!
          expect(sum).toBeCloseTo(all.filter((other) => other === label).length, 3)
        }
      }
    }),
  )
})

test("a reservoir holds every item of a stream equally often, in the order they came", async () => {
  const counts = new Float64Array(20)
  for (let seed = 0; seed < 2000; seed++) {
    const { items, seen, rate } = await reservoirSample(Array(20).keys(), 5, { seed })
    expect(items).toEqual(items.toSorted((a, b) => a - b))
    expect([items.length, seen, rate]).toEqual([5, 20, 0.25])
    for (const item of items) counts[item]! += 1
  }
  // 500 expected, standard deviation 19.4.
  expect(Math.max(...counts.map((count) => Math.abs(count - 500)))).toBeLessThan(80)
  expect(await reservoirSample(["a"], 5, { seed: 1 })).toEqual({ items: ["a"], seen: 1, rate: 1 })
})

test("a stratified sample takes as many of each group, and says at which rate", () => {
  const strata = ["a", "b", "a", "a", "b", "a", "c"]
  const { rows, rates } = stratifiedSample(strata, 2, { seed: 5 })
  expect([...rows].map((row) => strata[row]).sort()).toEqual(["a", "a", "b", "b", "c"])
  for (const [i, row] of rows.entries()) expect(rates[i]).toBe(strata[row] === "a" ? 0.5 : 1)
})
