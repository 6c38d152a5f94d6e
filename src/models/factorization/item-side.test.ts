import fc from "fast-check"
import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { random, sparseMatrix, sparseRow } from "../../core/index.ts"
import { loadFactorModel } from "./factor-model.ts"
import { implicitAls } from "./implicit-als.ts"
import { refreshedItem, vectorNorms } from "./item-side.ts"

const GROUPS = 4
const PEOPLE = 160
const ITEMS = 80

/** People and items of four groups; people take up items of their own, now and then another. */
function taken(seed: number) {
  const chance = random(seed)
  const [users, items]: [number[], number[]] = [[], []]
  for (let user = 0; user < PEOPLE; user++) {
    for (let n = 0; n < 12; n++) {
      const group = chance.next() < 0.85 ? user % GROUPS : chance.integer(GROUPS)
      users.push(user)
      items.push(group + GROUPS * chance.integer(ITEMS / GROUPS))
    }
  }
  return sparseMatrix({ rows: PEOPLE, cols: ITEMS }, users, items)
}

const data = taken(1)
const model = await implicitAls({ factors: 8, l2: 0.03 }).fit(data, { seed: 1 })
const side = model.itemSide!
const zero = new Float32Array(model.stride)
const vectorOf = (item: number) => model.itemFactors.subarray(item * model.stride, (item + 1) * model.stride)
const folded = (user: number) => model.foldIn(sparseRow(data, user)).slice()
const norms = vectorNorms(model.itemFactors, model.stride)
const unbounded = { maxDrift: 1e9, norms: { median: 1, longest: 1e9 } }

test("a new item gets what the row equations give: the residual of the normal equations is nought", () => {
  const takers = [0, 4, 8, 12, 17].map(folded)
  const vector = refreshedItem(side, zero, { count: 0, takers, cameShare: 0.25 }, unbounded)
  const { share, weight, pull, ridge } = side.rule
  for (let i = 0; i < model.stride; i++) {
    let left = (0.25 * ridge.base + ridge.perPair * takers.length) * vector[i]!
    for (let j = 0; j < model.stride; j++) left += 0.25 * share * side.gram[i * model.stride + j]! * vector[j]!
    let right = 0
    for (const taker of takers) {
      const dot = taker.reduce((sum, value, d) => sum + value * vector[d]!, 0)
      left += weight * dot * taker[i]!
      right += pull * taker[i]!
    }
    expect(left).toBeCloseTo(right, 3)
  }
})

test("a new item taken up by a group is nearer to the rest of the group than to others", () => {
  const vector = refreshedItem(side, zero, { count: 0, takers: [0, 4, 8].map(folded), cameShare: 0.2 }, { norms })
  const score = (user: number) => folded(user).reduce((sum, value, d) => sum + value * vector[d]!, 0)
  const mean = (group: number) => Array.from({ length: 20 }, (_, n) => score(40 + 4 * n + group)).reduce((a, b) => a + b) / 20
  for (const other of [1, 2, 3]) expect(mean(0)).toBeGreaterThan(2 * mean(other))
})

test("the newest takers stand for all of them: twice each is what twice as many would be", () => {
  const some = [0, 4, 8].map(folded)
  const sampled = refreshedItem(side, zero, { count: 0, takers: some, taken: 6, cameShare: 0.2 }, unbounded)
  const all = refreshedItem(side, zero, { count: 0, takers: [...some, ...some], cameShare: 0.2 }, unbounded)
  for (const [d, value] of sampled.entries()) expect(value).toBeCloseTo(all[d]!, 5)
})

test("an item that nobody took up since stays; one that many had before moves less than one that few had", () => {
  expect(refreshedItem(side, vectorOf(3), { count: 30, takers: [], cameShare: 1 }, { norms })).toEqual(vectorOf(3))
  const takers = [0, 4, 8].map(folded)
  const step = (count: number) =>
    Math.hypot(...refreshedItem(side, vectorOf(1), { count, takers, cameShare: 0.2 }, unbounded).map((value, d) => value - vectorOf(1)[d]!))
  expect(step(1000)).toBeLessThan(step(100))
  expect(step(100)).toBeLessThan(step(5))
})

test("property: the step never passes its bound, whoever takes up what", () => {
  const any = fc.record({
    item: fc.integer({ min: 0, max: ITEMS - 1 }),
    users: fc.array(fc.integer({ min: 0, max: PEOPLE - 1 }), { maxLength: 40 }),
    count: fc.integer({ min: 0, max: 500 }),
    maxDrift: fc.double({ min: 0.01, max: 2, noNaN: true }),
    isNew: fc.boolean(),
  })
  fc.assert(
    fc.property(any, ({ item, users, count, maxDrift, isNew }) => {
      const trained = isNew ? zero : vectorOf(item)
      const vector = refreshedItem(side, trained, { count, takers: users.map(folded), cameShare: 0.5 }, { maxDrift, norms })
      const step = Math.hypot(...vector.map((value, d) => value - trained[d]!))
      const bound = isNew ? norms.longest : maxDrift * Math.max(Math.hypot(...trained), norms.median)
      expect(step).toBeLessThanOrEqual(bound * (1 + 1e-4))
    }),
    { numRuns: 50 },
  )
})

test("what is kept of people has the same size for any number of them, and a release gives it back", () => {
  expect([side.gram.length, side.perPair.length, side.counts.length]).toEqual([model.stride ** 2, model.stride ** 2, ITEMS])
  const bundle = memoryBundle()
  model.save(bundle.writer)
  const again = loadFactorModel(bundle.reader)
  expect(again.itemSide).toEqual(side)
})
