import { expect, test } from "vitest"
import { inventedFilms } from "../../src/data/index.ts"
import { simulateRecommendation } from "../../src/systems/index.ts"

test("popularity shows a small part of what there is; the funnel shows nearly all of it, is watched more than the incumbent, and shows new films", async () => {
  const options = { catalogue: inventedFilms({ seed: 2, count: 120 }), seed: 2, viewers: 45, days: 7, warmUpDays: 8 }
  const report = await simulateRecommendation(options)
  const [incumbent, popularity, funnel, plain] = report.arms
  const last = (arm: typeof funnel) => arm!.weeks[0]!
  expect(last(popularity).effectiveFilms).toBeLessThan(0.7 * last(incumbent).effectiveFilms)
  expect(last(funnel).coverage).toBeGreaterThan(last(plain).coverage)
  expect(last(funnel).effectiveFilms).toBeGreaterThan(last(popularity).effectiveFilms)
  expect(funnel!.firstDayExposure).toBeGreaterThan(popularity!.firstDayExposure)
  expect(report.watchTime.difference.mean).toBeGreaterThan(0)
  expect(incumbent!.pages).toBe(funnel!.pages)
  const [raised, placed] = report.newFilmHelp
  for (const { exposure, clickRate } of [raised!, placed!]) {
    expect(exposure.difference.mean).toBeCloseTo(exposure.with - exposure.without, 10)
    for (const { mean, low, high } of [exposure.difference, clickRate]) {
      expect(low).toBeLessThanOrEqual(mean)
      expect(high).toBeGreaterThanOrEqual(mean)
    }
  }
  expect(placed!.exposure.difference.low).toBeGreaterThan(0)
  const { content, ranked, popularity: byPopularity, difference, rankedDifference, judged } = report.newFilmHitRate
  expect(judged).toBeGreaterThan(0)
  expect(difference.mean).toBeCloseTo(content - byPopularity, 10)
  expect(rankedDifference.mean).toBeCloseTo(ranked - byPopularity, 10)
}, 60_000)

test("sizes that cannot be are refused", async () => {
  await expect(simulateRecommendation({ catalogue: inventedFilms({ seed: 2, count: 60 }), seed: 2, viewers: 0 })).rejects.toThrow(
    "expected a positive whole number of viewers",
  )
})
