import { expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { random, sparseMatrix, topK } from "../../core/index.ts"
import { type BprConfig, bpr } from "./bpr.ts"
import { loadFactorModel } from "./factor-model.ts"

function tastes() {
  const chance = random(4)
  const pairs = Array.from({ length: 500 }, (_, n) => {
    const user = n % 60
    return [user, chance.next() < 0.85 ? (user % 3) + 3 * chance.integer(10) : chance.integer(30)] as const
  })
  return sparseMatrix(
    { rows: 60, cols: 30 },
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  )
}

estimatorContract("bpr", {
  estimator: () => bpr({ factors: 5, epochs: 3 }),
  data: tastes,
  load: loadFactorModel,
  answers: (model) => [...model.foldIn(new Uint32Array([0, 3]))],
})

test("people of a taste are shown items of it", async () => {
  const model = await bpr({ factors: 8, epochs: 100 }).fit(tastes(), { seed: 1 })
  const scores = new Float32Array(model.items)
  model.scores(new Uint32Array([1, 4, 7]), scores)
  expect([...topK(scores, 7)].filter((item) => item % 3 === 1).length).toBeGreaterThanOrEqual(6)
})

test("a person who has every item is passed over", async () => {
  const everything = sparseMatrix({ rows: 1, cols: 2 }, [0, 0], [0, 1])
  const model = await bpr({ factors: 2, epochs: 2 }).fit(everything, { seed: 1 })
  expect([...model.itemFactors].every(Number.isFinite)).toBe(true)
})

test.each<[string, BprConfig]>([
  ["factors of at least 1", { factors: 0 }],
  ["a learningRate above 0", { learningRate: 0 }],
])("refuses a wrong value: %s", (expected, config) => {
  expect(() => bpr(config)).toThrow(`bpr: expected ${expected}`)
})
