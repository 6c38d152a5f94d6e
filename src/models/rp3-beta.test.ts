import { expect, test } from "vitest"
import { estimatorContract } from "../../test/contracts/estimator.ts"
import { random, sparseMatrix } from "../core/index.ts"
import { loadRp3Beta, type Rp3BetaModel, rp3Beta } from "./rp3-beta.ts"

/** Three people: 0 has items 0 and 1, 1 has 0, 1 and 2, 2 has 2. */
const small = () => sparseMatrix({ rows: 3, cols: 3 }, [0, 0, 1, 1, 1, 2], [0, 1, 0, 1, 2, 2])

function dense({ table }: Rp3BetaModel): number[][] {
  return Array.from({ length: table.rows }, (_, row) => {
    const line = Array<number>(table.cols).fill(0)
    for (let at = table.offsets[row]!; at < table.offsets[row + 1]!; at++) line[table.indices[at]!] = table.values[at]!
    return line
  })
}

function made() {
  const chance = random(3)
  const pairs = Array.from({ length: 300 }, () => [chance.integer(40), chance.integer(25)] as const)
  return sparseMatrix(
    { rows: 40, cols: 25 },
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  )
}

estimatorContract("rp3Beta", { estimator: () => rp3Beta({ neighbours: 5 }), data: made, load: loadRp3Beta, answers: dense })

test("by hand: from item 0 to item 1 through persons 0 and 1, (2 x 2)^-1 + (2 x 3)^-1, over the square root of 2", async () => {
  const [first] = dense(await rp3Beta({ alpha: 1, beta: 0.5 }).fit(small(), { seed: 1 }))
  expect(first![1]).toBeCloseTo((1 / 4 + 1 / 6) / Math.SQRT2, 6)
  expect(first![2]).toBeCloseTo(1 / 6 / Math.SQRT2, 6)
  expect(first![0]).toBe(0)
})

test("brute force: the product of the three steps, its diagonal left out", async () => {
  const data = made()
  const has = Array.from({ length: 40 }, (_, user) => new Set(data.indices.subarray(data.offsets[user]!, data.offsets[user + 1]!)))
  const counts = Array.from({ length: 25 }, (_, item) => has.filter((set) => set.has(item)).length)
  const [alpha, beta] = [0.7, 0.4]
  const table = dense(await rp3Beta({ alpha, beta, neighbours: 25 }).fit(data, { seed: 1 }))
  for (let i = 0; i < 25; i++)
    for (let j = 0; j < 25; j++) {
      const both = has.filter((set) => set.has(i) && set.has(j))
      const walk = both.reduce((sum, set) => sum + (counts[i]! * set.size) ** -alpha, 0) / counts[j]! ** beta
      expect(table[i]![j]).toBeCloseTo(i === j ? 0 : walk, 5)
    }
})

test.each([
  ["neighbours of at least 1", { neighbours: 0 }],
  ["beta of 0 or more", { beta: -1 }],
])("refuses a wrong value: %s", (expected, config) => {
  expect(() => rp3Beta(config)).toThrow(`rp3Beta: expected ${expected}`)
})
