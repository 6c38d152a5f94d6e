import { expect, test } from "vitest"
import { again } from "./repeat.ts"

test("once without a beat; with one, again and again until the stop signal, which also ends a pause", async () => {
  const stop = new AbortController()
  const context = { signal: stop.signal, monotonicMs: () => performance.now() }
  let runs = 0
  await again(undefined, context, async () => {
    runs++
  })
  expect(runs).toBe(1)
  await again(5, context, async () => {
    runs++
    if (runs === 4) setTimeout(() => stop.abort(), 1)
    if (runs === 3) await new Promise((resolve) => setTimeout(resolve, 12))
  })
  expect(runs).toBeGreaterThanOrEqual(4)
  const runsThen = runs
  await again(3_600_000, context, async () => {
    runs++
  })
  expect(runs).toBe(runsThen + 1)
})
