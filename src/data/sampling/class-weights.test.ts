import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { classCounts, classWeights, logPriors, rowWeights, weightedLogLoss, weightedLogLossSlope } from "./class-weights.ts"
import { correctedProbability } from "./negatives.ts"

interface Case {
  readonly id: string
  readonly fn: string
  readonly input: Record<string, number> & { readonly y: never }
  readonly expected: number | Record<string, number | number[]>
}

const vectors: { cases: Case[] } = JSON.parse(readFileSync(new URL("../../../test/vectors/imbalance.json", import.meta.url), "utf8"))
const near = (got: ArrayLike<number>, want: number | number[], id: string) => {
  const wanted = [want].flat()
  expect(got.length, id).toBe(wanted.length)
  for (let i = 0; i < got.length; i++) {
    expect(Math.abs(got[i]! - wanted[i]!), `${id}: ${got[i]} for ${wanted[i]}`).toBeLessThanOrEqual(
      Math.max(1e-12, 1e-9 * Math.abs(wanted[i]!)),
    )
  }
}

/** How each function of the vectors is called here; focal loss is the models' own. */
const calls: Record<string, (input: Case["input"]) => Record<string, ArrayLike<number>>> = {
  class_weights({ y }) {
    const counts = classCounts(y)
    const effective = (beta: number, normalise: boolean) => classWeights(counts, { rule: "effective", beta, normalise })
    const found: Record<string, ArrayLike<number>> = { balanced: classWeights(counts), log_priors: logPriors(counts) }
    for (const beta of [0.9, 0.99, 0.999]) {
      found[`effective_${beta}`] = effective(beta, false)
      found[`effective_${beta}_normalised`] = effective(beta, true)
    }
    return found
  },
  downsample_correct: ({ q, w }) => ({ value: [correctedProbability(q!, w!)] }),
  weighted_bce({ z, y, w1, w0 }) {
    const weights = { positive: w1!, negative: w0! }
    return { loss: [weightedLogLoss(z!, y, weights)], grad: [weightedLogLossSlope(z!, y, weights)] }
  },
}

test.each(vectors.cases.filter(({ fn }) => fn !== "focal"))("vectors, $id", ({ id, fn, input, expected }) => {
  const got = calls[fn]!(input)
  const wanted = typeof expected === "number" ? { value: expected } : expected
  for (const [name, value] of Object.entries(wanted)) near(got[name]!, value, `${id} ${name}`)
})

test("rows get the weight of their class; classes without rows and odd numbers are refused", () => {
  expect([...rowWeights([1, 0, 1], [0.5, 2])]).toEqual([2, 0.5, 2])
  expect(() => rowWeights([2], [1, 1])).toThrow("classes in 0 .. 1")
  expect(() => classWeights([3, 0])).toThrow("at least 1 row of each class")
  expect(() => classWeights([3, 1], { beta: 1 })).toThrow("beta in [0, 1)")
  expect(() => classCounts([0, 0.5])).toThrow("0.5 in row 1")
})

test("the weighted loss stays finite where probabilities are 0 or 1", () => {
  expect(weightedLogLoss(800, 0, { positive: 1, negative: 3 })).toBe(2400)
  expect(weightedLogLossSlope(800, 0, { positive: 1, negative: 3 })).toBe(3)
})
