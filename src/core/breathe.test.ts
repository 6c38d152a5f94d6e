import { expect, test } from "vitest"
import { breathe } from "./breathe.ts"

test("a timer that is due is heard before breathe resolves", async () => {
  let isHeard = false
  setTimeout(() => {
    isHeard = true
  }, 0)
  await breathe(undefined, "work")
  expect(isHeard).toBe(true)
})

test("a signal that fires meanwhile stops the work", async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 0)
  await expect(breathe(stop.signal, "work")).rejects.toThrow("work: expected to run to its end, came a stop signal.")
})
