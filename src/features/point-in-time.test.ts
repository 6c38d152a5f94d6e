import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { memoryState } from "../storage/index.ts"
import { addDecayed, aggregateWindow, asOfJoin, decayedCount, type TimedValue } from "./index.ts"

interface Case {
  readonly id: string
  readonly fn: string
  // biome-ignore lint/suspicious/noExplicitAny: the cases of a file differ by function
  readonly input: any
  // biome-ignore lint/suspicious/noExplicitAny: the cases of a file differ by function
  readonly expected: any
}

const { cases } = JSON.parse(readFileSync(new URL("../../test/vectors/point-in-time.json", import.meta.url), "utf8")) as { cases: Case[] }
const of = (fn: string) => cases.filter((one) => one.fn === fn)

test.each(of("asof_join"))(
  "vector $id: the join sees the newest value that was true, and was known, at that moment",
  ({ input, expected }) => {
    const { features, entities, ttl } = input as {
      features: TimedValue<string, number>[]
      entities: [string, number][]
      ttl: number | null
    }
    expect(asOfJoin(features, entities, { ttl, known: false })).toEqual(expected.default)
    expect(asOfJoin(features, entities, { ttl })).toEqual(expected.createdFilter)
  },
)

test.each(of("window_aggregate"))("vector $id: a window ends at its moment and leaves out its beginning", ({ input, expected }) => {
  const { events, at, window } = input as { events: [number, number][]; at: number[]; window: number }
  const tuples = events.flatMap(([time, value]) => [value, time])
  const found = at.map((now) => aggregateWindow(tuples, 0, events.length, now, window))
  found.forEach((aggregate, i) => {
    const wanted = expected[i] as typeof aggregate
    expect([aggregate.count, aggregate.max]).toEqual([wanted.count, wanted.max])
    expect(aggregate.sum).toBeCloseTo(wanted.sum, 9)
    if (wanted.mean === null) expect(aggregate.mean).toBeNull()
    else expect(aggregate.mean).toBeCloseTo(wanted.mean, 9)
  })
})

test.each(of("decayed_count"))("vector $id: a fading count, read between its events", async ({ input, expected }) => {
  const { events, at, halfLife } = input as { events: number[]; at: number[]; halfLife: number }
  const { tables } = await memoryState().open([{ kind: "latest", name: "fading", key: "item", width: 1 }], "1")
  const table = tables.fixed("fading")
  let told = 0
  at.forEach((now, i) => {
    for (; told < events.length && events[told]! <= now; told++) addDecayed(table, 0, events[told]!, 1, halfLife)
    expect(decayedCount(table, 0, now, halfLife)).toBeCloseTo(expected[i], 9)
  })
})

test("property: the join agrees with the obvious one", () => {
  const time = fc.integer({ min: 0, max: 20 })
  const value = fc.record({ key: fc.constantFrom("a", "b"), event: time, created: fc.option(time), value: fc.nat() })
  const asked = fc.tuple(fc.constantFrom("a", "b", "c"), time)
  fc.assert(
    fc.property(fc.array(value), fc.array(asked), fc.integer({ min: 0, max: 10 }), fc.boolean(), (values, moments, ttl, known) => {
      const slow = moments.map(([key, now]) => {
        const fits = values.filter(
          (one) =>
            one.key === key &&
            one.event <= now &&
            (ttl === 0 || one.event >= now - ttl) &&
            (!known || (one.created !== null && one.created <= now)),
        )
        const rank = (one: (typeof values)[number]) => one.event * 100 + (one.created ?? -1)
        return (
          fits.reduce<(typeof values)[number] | null>((best, one) => (best === null || rank(one) >= rank(best) ? one : best), null)
            ?.value ?? null
        )
      })
      expect(asOfJoin(values, moments, { ttl, known })).toEqual(slow)
    }),
  )
})
