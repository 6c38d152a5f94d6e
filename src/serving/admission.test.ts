import fc from "fast-check"
import { expect, test } from "vitest"
import { Cancelled, DeadlineExceeded, manualClock, Overloaded, systemClock } from "../core/index.ts"
import { admission } from "./admission.ts"

const never = new AbortController().signal

test("places first, then the queue in order, then a refusal", async () => {
  const gate = admission(1, 2, manualClock())
  expect(gate.enter(1000, never)).toBeUndefined()
  const order: string[] = []
  const first = gate.enter(1000, never)!.then(() => order.push("first"))
  const second = gate.enter(1000, never)!.then(() => order.push("second"))
  expect(() => gate.enter(1000, never)).toThrow(Overloaded)
  expect(gate.counts()).toEqual({ inFlight: 1, queued: 2, admitted: 1, rejected: 1 })
  gate.leave(5)
  await first
  gate.leave(5)
  await second
  gate.leave(5)
  expect(order).toEqual(["first", "second"])
  expect(gate.counts()).toEqual({ inFlight: 0, queued: 0, admitted: 3, rejected: 1 })
})

test("a wait that would outlast the request's time is refused at once", async () => {
  const gate = admission(1, 100, manualClock())
  for (let i = 0; i < 200; i++) {
    gate.enter(1, never)
    gate.leave(50)
  }
  gate.enter(1, never)
  expect(() => gate.enter(40, never)).toThrow(/a wait under 40 ms, came an expected 50 ms/)
  const leaving = new AbortController()
  const waiting = gate.enter(60, leaving.signal)
  leaving.abort()
  await expect(waiting).rejects.toBeInstanceOf(Cancelled)
})

test("a client that leaves gives up its turn; one that waits too long is told", async () => {
  const gate = admission(1, 10, systemClock)
  gate.enter(1000, never)
  const leaving = new AbortController()
  const left = gate.enter(1000, leaving.signal)!
  const late = gate.enter(5, never)!
  leaving.abort()
  await expect(left).rejects.toBeInstanceOf(Cancelled)
  await expect(late).rejects.toBeInstanceOf(DeadlineExceeded)
  expect(gate.counts()).toMatchObject({ inFlight: 1, queued: 0 })
  gate.leave(1)
  expect(gate.counts().inFlight).toBe(0)
})

test("property: never more than the places at work, and all are given back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 60 }), async (places, steps) => {
      const gate = admission(places, 1000, manualClock())
      let working = 0
      let open = 0
      for (const enters of steps) {
        if (enters) {
          open++
          void (gate.enter(10_000, never) ?? Promise.resolve()).then(() => working++)
        } else if (working > 0) {
          working--
          open--
          gate.leave(0)
        }
        await new Promise(setImmediate)
        expect(working).toBeLessThanOrEqual(places)
        expect(working).toBe(Math.min(places, open))
      }
      while (working > 0) {
        working--
        gate.leave(0)
        await new Promise(setImmediate)
      }
      expect(gate.counts()).toMatchObject({ inFlight: 0, queued: 0 })
    }),
    { numRuns: 30 },
  )
})
