import { expect, test } from "vitest"
import { random, sparseMatrix } from "../../core/index.ts"
import { prepareEase } from "../../models/index.ts"
import { prepareEaseOfPopular } from "./popular-ease.ts"

const chance = random(4)
const users: number[] = []
const items: number[] = []
for (let user = 0; user < 80; user++) for (let n = 0; n < 9; n++) users.push(user) && items.push(Math.floor(chance.next() ** 2 * 40))
const matrix = sparseMatrix({ rows: 80, cols: 40 }, users, items)
const fit = { seed: 1 }

test("a small catalogue is fitted whole", async () => {
  const whole = await (await prepareEase(matrix)).fit(30, fit)
  const found = await (await prepareEaseOfPopular(matrix, { memoryCapBytes: 2e9, mostRows: 100 })).fit(30, fit)
  expect(found.table).toEqual(whole.table)
})

test("a large one over its most popular items, whose weights are those of a catalogue of them alone", async () => {
  const { table } = await (await prepareEaseOfPopular(matrix, { memoryCapBytes: 2e9, mostRows: 10 })).fit(30, fit)
  expect([table.rows, table.cols]).toEqual([40, 40])
  const counts = Array.from({ length: 40 }, (_, item) => matrix.indices.filter((one) => one === item).length)
  const kept = [...new Set(table.indices)].sort((a, b) => a - b)
  expect(kept.length).toBeLessThanOrEqual(10)
  const least = Math.min(...kept.map((item) => counts[item]!))
  expect(counts.filter((count) => count > least).length).toBeLessThanOrEqual(10)
})
