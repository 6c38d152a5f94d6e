import { expect, test } from "vitest"
import { manualClock } from "./clock.ts"
import { deadlineIn, noDeadline } from "./deadline.ts"

test("time left falls with the clock, and the deadline passes when none is left", () => {
  const clock = manualClock(1000)
  const deadline = deadlineIn(50, clock)
  clock.advance(49)
  expect([deadline.remainingMs(), deadline.passed]).toEqual([1, false])
  clock.advance(1)
  expect([deadline.remainingMs(), deadline.passed]).toEqual([0, true])
  clock.advance(5)
  expect(deadline.remainingMs()).toBe(-5)
})

test("no limit never passes", () => {
  const clock = manualClock()
  const deadline = deadlineIn(Number.POSITIVE_INFINITY, clock)
  clock.advance(1e15)
  for (const limitless of [deadline, noDeadline])
    expect([limitless.remainingMs(), limitless.passed]).toEqual([Number.POSITIVE_INFINITY, false])
})
