import { expect, test } from "vitest"
import { measureLaw } from "./measure-law.ts"

test("work that takes size squared has exponent 2, whatever disturbs single rounds", async () => {
  let now = 0
  let calls = 0
  const law = await measureLaw(
    {
      work: "square",
      size: "n",
      sizes: [10, 20, 40, 80],
      theory: 2,
      prepare: (size) => () => {
        now += size * size * (calls++ % 7 === 3 ? 3 : 1)
      },
    },
    { monotonicMs: () => now, rounds: 6, leastMs: 0 },
  )
  expect(law.law.exponent).toBeCloseTo(2, 6)
  expect(law.points.map(({ ms }) => ms)).toEqual([100, 400, 1600, 6400])
})

test("short work is repeated until the clock can see it", async () => {
  let now = 0
  let calls = 0
  await measureLaw(
    { work: "tick", size: "n", sizes: [1, 2], theory: 0, prepare: () => () => void calls++ },
    { monotonicMs: () => (now += 0.5), rounds: 1, leastMs: 5 },
  )
  expect(calls).toBeGreaterThan(4 * 5)
})

test("what stops it is heard before the next size", async () => {
  const stop = () => {
    throw new Error("stopped")
  }
  const law = { work: "x", size: "n", sizes: [1, 2], theory: 1, prepare: () => () => {} }
  await expect(measureLaw(law, { monotonicMs: () => 0, onSize: stop })).rejects.toThrow("stopped")
})
