import { expect, test } from "vitest"
import { arrivals } from "./arrivals.ts"
import { openLoop, type Stream } from "./open-loop.ts"

const options = {
  warmUpMs: 0,
  measureMs: 1000,
  mostUnderWay: 1000,
  drainMs: 2000,
  signal: new AbortController().signal,
  monotonicMs: () => performance.now(),
}

/** A server with one worker: each answer takes `workMs`, and at `stallAt` it stands still for `stallMs`. */
function server(workMs: number, stallAt: number, stallMs: number): Stream["send"] {
  const start = performance.now()
  let free = 0
  return (_n, done) => {
    const now = performance.now() - start
    let begin = Math.max(now, free)
    if (begin >= stallAt && begin < stallAt + stallMs) begin = stallAt + stallMs
    free = begin + workMs
    setTimeout(() => done(undefined), free - now)
  }
}

test("a stall of the server shows in the percentiles as those who would have waited saw it", async () => {
  const [found] = await openLoop([{ next: arrivals("even", 100, 1), send: server(0.1, 400, 300) }], options)
  expect(found!.intended).toBe(100)
  expect([found!.sent, found!.answered, found!.unsent]).toEqual([100, 100, 0])
  // 30 of 100 requests fall into the stall; the first waits 300 ms, the last 10.
  expect(found!.latency.maxMs).toBeGreaterThan(270)
  expect(found!.latency.p95Ms).toBeGreaterThan(220)
  expect(found!.latency.p50Ms).toBeLessThan(50)
})

test("requests due while too many are under way are counted as unsent", async () => {
  const send: Stream["send"] = (_n, done) => void setTimeout(() => done(undefined), 1200)
  const [found] = await openLoop([{ next: arrivals("even", 50, 1), send }], { ...options, measureMs: 500, mostUnderWay: 10 })
  expect([found!.intended, found!.sent, found!.unsent, found!.answered]).toEqual([25, 10, 15, 10])
})

test("errors are counted by kind; a refusal is no latency, a time-out is; what never answers is named", async () => {
  const kinds = [undefined, "503 overloaded", "timeout", "never"]
  const send: Stream["send"] = (n, done) => {
    const kind = kinds[n % 4]
    if (kind !== "never") setTimeout(() => done(kind), 1)
  }
  const [found] = await openLoop([{ next: arrivals("even", 200, 1), send }], { ...options, measureMs: 200, drainMs: 50 })
  expect(found!.errors).toEqual({ "503 overloaded": 10, timeout: 10, "no answer": 10 })
  expect([found!.answered, found!.latency.count]).toEqual([10, 20])
})

test("the warm-up is sent and not measured", async () => {
  let sent = 0
  const send: Stream["send"] = (_n, done) => {
    sent++
    done(undefined)
  }
  const [found] = await openLoop([{ next: arrivals("even", 100, 1), send }], { ...options, warmUpMs: 200, measureMs: 200 })
  expect([sent, found!.intended, found!.latency.count]).toEqual([40, 20, 20])
})

test("a stop ends the run and keeps what was measured", async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 100)
  const [found] = await openLoop([{ next: arrivals("even", 100, 1), send: (_n, done) => done(undefined) }], {
    ...options,
    measureMs: 60_000,
    signal: stop.signal,
  })
  expect(found!.answered).toBeGreaterThan(2)
  expect(found!.seconds).toBeLessThan(5)
})
