import fc from "fast-check"
import { expect, test } from "vitest"
import { importanceSample, inclusionRates, priorCorrected, priorOffset } from "./importance.ts"
import { correctedProbability } from "./negatives.ts"

test.each([
  { name: "in proportion", importance: [1, 1, 2], size: 2, rates: [0.5, 0.5, 1] },
  { name: "one for sure, the rest shared", importance: [10, 1, 1, 2], size: 2, rates: [1, 0.25, 0.25, 0.5] },
  { name: "nothing of what does not matter", importance: [0, 3, 3], size: 1, rates: [0, 0.5, 0.5] },
  { name: "all that matter", importance: [0, 3, 1], size: 9, rates: [0, 1, 1] },
])("inclusion rates: $name", ({ importance, size, rates }) => {
  expect([...inclusionRates(importance, size)].map((rate) => Number(rate.toFixed(12)))).toEqual(rates)
})

test("property: rates are probabilities that sum to the size", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (importance, size) => {
        const rates = inclusionRates(importance, size)
        expect(rates.every((rate) => rate > 0 && rate <= 1)).toBe(true)
        expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(Math.min(size, importance.length), 6)
      },
    ),
  )
})

test("divided by their rates, sampled values sum to the whole on average", () => {
  const values = Array.from({ length: 200 }, (_, i) => 1 + (i % 13) ** 2)
  const truth = values.reduce((sum, value) => sum + value, 0)
  let mean = 0
  for (let seed = 0; seed < 3000; seed++) {
    const { rows, rates } = importanceSample(values.map(Math.sqrt), 60, { seed })
    for (const [i, row] of rows.entries()) mean += values[row]! / rates[i]! / 3000
  }
  expect(Math.abs(mean / truth - 1)).toBeLessThan(0.01)
  expect(() => importanceSample([1, -1], 1, { seed: 1 })).toThrow("-1 in row 1")
})

test.each([
  { probability: 0.5, trainPrior: 0.5, truePrior: 0.01, expected: 0.01 },
  { probability: 0.9, trainPrior: 0.5, truePrior: 0.1, expected: 0.5 },
  { probability: 0.2, trainPrior: 0.3, truePrior: 0.3, expected: 0.2 },
  { probability: 0, trainPrior: 0.5, truePrior: 0.1, expected: 0 },
])("prior correction of $probability from $trainPrior to $truePrior: $expected", ({ probability, trainPrior, truePrior, expected }) => {
  expect(priorCorrected(probability, { trainPrior, truePrior })).toBeCloseTo(expected, 12)
})

test("the two ways to undo sampling agree, and so does the offset on the logit", () => {
  const [trainPrior, truePrior] = [0.2, 0.05]
  // Negatives kept at this rate turn 5 % positives into 20 %.
  const rate = (truePrior / (1 - truePrior)) * ((1 - trainPrior) / trainPrior)
  for (const q of [0.01, 0.3, 0.97]) {
    const corrected = priorCorrected(q, { trainPrior, truePrior })
    expect(correctedProbability(q, rate)).toBeCloseTo(corrected, 12)
    expect(1 / (1 + Math.exp(-(Math.log(q / (1 - q)) + priorOffset({ trainPrior, truePrior }))))).toBeCloseTo(corrected, 12)
  }
})
