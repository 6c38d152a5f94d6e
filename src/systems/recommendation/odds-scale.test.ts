import { expect, test } from "vitest"
import { random } from "../../core/index.ts"
import { bestOf, learnOddsScale, raisedScore, scoreOfOdds } from "./odds-scale.ts"

const options = { seed: 1, signal: new AbortController().signal }

/** Lists of scores on scales of their own; what has the best share is taken up with odds of 1, a tenth of it with odds of 1 in 10. */
function lists(count: number) {
  const draw = random(3)
  return Array.from({ length: count }, () => {
    const scale = 1 + 50 * draw.next()
    const shares = [1, ...Array.from({ length: 30 }, () => draw.next() ** 2)]
    return {
      scores: Float32Array.from(shares, (share) => share * scale),
      isTaken: Uint8Array.from(shares, (share) => Number(draw.next() < share / (1 + share))),
    }
  })
}

test("log-odds of a share of the best score, whatever the scale of a list, and back to a score of that list", async () => {
  const scale = (await learnOddsScale(lists(400), options))!
  expect(scale.slope).toBeCloseTo(1, 1)
  expect(scale.shift).toBeCloseTo(0, 0)
  for (const best of [1, 40]) {
    expect(scoreOfOdds(scale, scale.shift + scale.slope * Math.log(1e-3 + 0.25), best)).toBeCloseTo(0.25 * best, 5)
    expect(scoreOfOdds(scale, -50, best)).toBe(0)
    const score = scoreOfOdds(scale, -1, best)
    expect(raisedScore(scale, score, 0.1, best)).toBeCloseTo(scoreOfOdds(scale, -1 + Math.log(1.1), best), 9)
    expect(raisedScore(scale, score, 0, best)).toBeCloseTo(score, 9)
  }
})

test("no scale where a higher score is no better sign, nobody took anything up, or nothing has a score", async () => {
  const turned = lists(50).map(({ scores, isTaken }) => ({ scores: scores.map((score) => 100 - score), isTaken }))
  expect(await learnOddsScale(turned, options)).toBeUndefined()
  expect(await learnOddsScale([{ scores: [1, 2], isTaken: [0, 0] }], options)).toBeUndefined()
  expect(await learnOddsScale([{ scores: [0, Number.NaN], isTaken: [0, 1] }], options)).toBeUndefined()
  expect(bestOf([Number.NaN, -1])).toBe(0)
})
