import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { linearPercentile, nearestRankPercentile } from "./percentile.ts"
import { anySlow, quantileOfEach, queue, serversForWaitProbability, waitQuantile } from "./queueing.ts"

interface VectorCase {
  readonly id: string
  readonly fn: string
  readonly input: Readonly<Record<string, never>>
  readonly expected: never
}
const file = JSON.parse(readFileSync(new URL("../../test/vectors/serving.json", import.meta.url), "utf8")) as { cases: VectorCase[] }
const cases = (fn: string) => file.cases.filter((item) => item.fn === fn)

function close(got: number | null, want: number | null) {
  if (want === null) return expect(got).toBeNull()
  expect(Math.abs(got! - want)).toBeLessThanOrEqual(Math.max(1e-12, 1e-9 * Math.abs(want)))
}

describe("vectors", () => {
  test("every kind of case is there", () => {
    expect([cases("erlang").length, cases("fan_out").length, cases("percentile").length]).toEqual([5, 3, 4])
  })

  test.each(cases("erlang"))("$id", ({ input, expected }) => {
    const { lambda_, serviceTime, servers } = input as Record<string, number>
    const want = expected as Record<string, number | null>
    const got = queue({ arrivalsPerSecond: lambda_!, serviceSeconds: serviceTime!, servers: servers! })
    close(got.offered, want.offered!)
    close(got.utilisation, want.utilisation!)
    close(got.lossProbability, want.erlangB!)
    close(got.waitProbability, want.waitProb!)
    close(got.meanWaitSeconds, want.meanWait!)
    close(got.p99WaitSeconds, want.p99Wait!)
    close(got.queueLength, want.queueLength!)
    expect(serversForWaitProbability(lambda_!, serviceTime!, 0.2)).toBe(want.serversForWaitProb20)
  })

  test.each(cases("fan_out"))("$id", ({ input, expected }) => {
    const { p, n } = input as Record<string, number>
    close(anySlow(p!, n!), expected)
  })

  test.each(cases("percentile"))("$id", ({ input, expected }) => {
    const { x } = input as Record<string, number[]>
    for (const [name, want] of Object.entries(expected as Record<string, number>)) {
      const [method, share] = name.split("_") as [string, string]
      close(method === "nearest" ? nearestRankPercentile(x!, Number(share)) : linearPercentile(x!, Number(share)), want)
    }
  })
})

test("nearest rank takes the decimal product: 7 % of 100 values is the seventh", () => {
  expect(
    nearestRankPercentile(
      Array.from({ length: 100 }, (_, i) => i + 1),
      0.07,
    ),
  ).toBe(7)
})

test("property: n parts that each keep q^(1/n) keep q together", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 0.9999, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (q, n) => {
      expect(1 - anySlow(1 - quantileOfEach(q, n), n)).toBeCloseTo(q, 9)
    }),
  )
})

test("property: more servers never wait longer, and a queue at its limit has no wait to report", () => {
  const load = fc.record({
    arrivalsPerSecond: fc.double({ min: 0.1, max: 500, noNaN: true }),
    serviceSeconds: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
    servers: fc.integer({ min: 1, max: 150 }),
  })
  fc.assert(
    fc.property(load, fc.double({ min: 0.5, max: 0.999, noNaN: true }), (one, q) => {
      const wait = waitQuantile(one, q)
      if (one.arrivalsPerSecond * one.serviceSeconds >= one.servers) expect(wait).toBeNull()
      else expect(waitQuantile({ ...one, servers: one.servers + 1 }, q)!).toBeLessThanOrEqual(wait!)
    }),
  )
})

test.each([
  [() => queue({ arrivalsPerSecond: -1, serviceSeconds: 1, servers: 1 }), "arrivals"],
  [() => queue({ arrivalsPerSecond: 1, serviceSeconds: 0, servers: 1 }), "service time"],
  [() => queue({ arrivalsPerSecond: 1, serviceSeconds: 1, servers: 1.5 }), "servers"],
  [() => anySlow(1.5, 1), "chance"],
  [() => nearestRankPercentile([], 0.5), "at least one value"],
  [() => linearPercentile([1], 0), "share"],
  [() => serversForWaitProbability(1, 1, 0), "share"],
])("refusal %#", (call, words) => {
  expect(call).toThrow(words)
})
