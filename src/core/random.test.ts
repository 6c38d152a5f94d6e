import fc from "fast-check"
import { expect, test } from "vitest"
import { random } from "./random.ts"
import { chiSquareSf, kolmogorovSf, normalCdf } from "./special-functions.ts"

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw)

test("the numbers of a seed never change: releases are reproduced by them", () => {
  const r = random(7)
  expect(draws(3, () => r.integer(1000))).toMatchInlineSnapshot(`
    [
      603,
      892,
      120,
    ]
  `)
  expect(r.next()).toMatchInlineSnapshot(`0.9521306261214357`)
  expect(r.split("negatives").integer(1_000_000)).toMatchInlineSnapshot(`772682`)
})

test("uniform draws fill [0, 1) evenly", () => {
  const r = random(1)
  const n = 100_000
  const cells = new Array<number>(100).fill(0)
  for (const x of draws(n, r.next)) {
    cells[Math.floor(x * 100)]! += 1
  }
  const statistic = cells.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0)
  expect(cells).toHaveLength(100)
  expect(chiSquareSf(statistic, 99)).toBeGreaterThan(1e-4)
})

test("normal draws follow the normal distribution (Kolmogorov-Smirnov)", () => {
  const r = random(2)
  const n = 20_000
  const sorted = draws(n, r.normal).sort((a, b) => a - b)
  const distance = sorted.reduce((most, x, i) => Math.max(most, Math.abs(normalCdf(x) - i / n), Math.abs(normalCdf(x) - (i + 1) / n)), 0)
  expect(kolmogorovSf(distance * Math.sqrt(n))).toBeGreaterThan(1e-4)
})

test("a bound just over half the range is not biased", () => {
  const r = random(3)
  const bound = 3 * 2 ** 30
  const low = draws(30_000, () => r.integer(bound)).filter((x) => x < bound / 3).length
  // Plain `draw % bound` would give one half.
  expect(Math.abs(low / 30_000 - 1 / 3)).toBeLessThan(0.015)
})

test("every order of three comes out of shuffle equally often", () => {
  const r = random(4)
  const seen = new Map<string, number>()
  for (let i = 0; i < 6000; i++) {
    const order = r.shuffle([0, 1, 2]).join("")
    seen.set(order, (seen.get(order) ?? 0) + 1)
  }
  const statistic = [...seen.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  expect(seen.size).toBe(6)
  expect(chiSquareSf(statistic, 5)).toBeGreaterThan(1e-4)
})

test("property: a split depends on seed and name alone, not on what was drawn before", () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.nat(20), (seed, name, drawn) => {
      const used = random(seed)
      for (let i = 0; i < drawn; i++) used.next()
      expect(used.split(name).next()).toBe(random(seed).split(name).next())
      expect(random(seed).next()).toBe(random(seed).next())
    }),
  )
})

test("splits of other names and other seeds are other streams", () => {
  const firsts = new Set<number>()
  for (let seed = 0; seed < 100; seed++) for (let name = 0; name < 100; name++) firsts.add(random(seed).split(name).next())
  expect(firsts.size).toBe(10_000)
})

test("property: integers stay below the bound, and shuffling keeps every element", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), fc.array(fc.integer()), (seed, bound, values) => {
      const r = random(seed)
      const drawn = r.integer(bound)
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true)
      expect(r.shuffle(values.slice()).sort()).toEqual(values.slice().sort())
    }),
  )
})
