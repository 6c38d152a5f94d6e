import { expect, test } from "vitest"
import { breathe } from "./breathe.ts"

test("a timer that is due is heard before a few breaths are over", async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 0)
  let breaths = 0
  while (!stop.signal.aborted && breaths < 1_000_000) {
    await breathe()
    breaths++
  }
  expect(stop.signal.aborted).toBe(true)
})
