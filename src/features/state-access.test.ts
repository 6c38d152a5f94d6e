import fc from "fast-check"
import { beforeEach, expect, test } from "vitest"
import type { StateTables } from "../core/index.ts"
import { memoryState } from "../storage/index.ts"
import { addToCounter, claimLatest, FOREVER_MS, latestValue, pushToRing, ringLength, ringValue, windowSum } from "./state-access.ts"

const clicks = { kind: "counter", name: "clicks", key: "item", bucketMs: 10, buckets: 4, width: 2 } as const
const always = { kind: "counter", name: "always", key: "item", bucketMs: FOREVER_MS, buckets: 1, width: 1 } as const
const ring = { kind: "ring", name: "ring", key: "user", length: 3, width: 2 } as const
const latest = { kind: "latest", name: "latest", key: "item", width: 2 } as const

let tables: StateTables
beforeEach(async () => {
  tables = (await memoryState().open([clicks, always, ring, latest], "1")).tables
})

test.each([
  { name: "the bucket of the moment counts", adds: [105], at: 109, window: 1, sum: 1 },
  { name: "a bucket behind is outside a window of one", adds: [99], at: 100, window: 1, sum: 0 },
  { name: "four buckets are held", adds: [70, 80, 90, 100], at: 100, window: 4, sum: 4 },
  { name: "a fifth drops the first", adds: [60, 70, 80, 90, 100], at: 100, window: 4, sum: 4 },
  { name: "a late event lands in its bucket while held", adds: [100, 75], at: 100, window: 4, sum: 2 },
  { name: "a late event past what is held is lost", adds: [100, 69], at: 100, window: 4, sum: 1 },
  { name: "events after the request are not read", adds: [85, 100], at: 89, window: 2, sum: 1 },
  { name: "time alone empties a window", adds: [100], at: 140, window: 4, sum: 0 },
  { name: "a jump of many buckets empties the ring", adds: [70, 80, 90, 1000], at: 1000, window: 4, sum: 1 },
])("windowSum, $name: $sum", ({ adds, at, window, sum }) => {
  const table = tables.fixed("clicks")
  for (const time of adds) addToCounter(table, clicks, 3, time, 1, 1)
  expect(windowSum(table, clicks, 3, at, window, 1)).toBe(sum)
  expect(windowSum(table, clicks, 3, at, window, 0)).toBe(0)
  expect(windowSum(table, clicks, 4, at, window, 1)).toBe(0)
})

test("a late event is told by false, and a counter of all time is never late", () => {
  expect(addToCounter(tables.fixed("clicks"), clicks, 0, 100, 0, 1)).toBe(true)
  expect(addToCounter(tables.fixed("clicks"), clicks, 0, 69, 0, 1)).toBe(false)
  expect(addToCounter(tables.fixed("always"), always, 0, 1.7e12, 0, 1)).toBe(true)
  expect(addToCounter(tables.fixed("always"), always, 0, 0, 0, 2)).toBe(true)
  expect(windowSum(tables.fixed("always"), always, 0, 1.8e12)).toBe(3)
})

test("property: a counter equals a count over the events that were not late, whatever their order", () => {
  const times = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 })
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 220 }), fc.integer({ min: 1, max: 4 }), (events, at, window) => {
      const table = tables.fixed("clicks")
      table.clear(1)
      const kept = events.filter((time) => addToCounter(table, clicks, 1, time, 0, 1))
      const head = Math.floor(Math.max(0, ...events) / 10)
      const now = Math.floor(at / 10)
      const expected = kept.map((time) => Math.floor(time / 10)).filter((b) => b > head - 4 && b > now - window && b <= now).length
      expect(windowSum(table, clicks, 1, at, window)).toBe(expected)
    }),
  )
})

test("a ring gives the newest first and forgets past its length", () => {
  const table = tables.fixed("ring")
  expect(ringLength(table, ring, 5)).toBe(0)
  for (let i = 1; i <= 4; i++) pushToRing(table, ring, 5, i, i * 10)
  expect(ringLength(table, ring, 5)).toBe(3)
  expect([0, 1, 2].map((age) => ringValue(table, ring, 5, age, 0))).toEqual([4, 3, 2])
  expect(ringValue(table, ring, 5, 1, 1)).toBe(30)
})

test("latest: newer wins, equal goes to the later call, older is refused", () => {
  const table = tables.fixed("latest")
  const set = (time: number, value: number) => {
    const claimed = claimLatest(table, 2, time)
    if (claimed) table.touch(2)[table.offset(2) + 2] = value
    return claimed
  }
  expect(latestValue(table, 2, 1)).toBeNaN()
  expect([set(5, 1), set(5, 2), set(4, 3)]).toEqual([true, true, false])
  expect(latestValue(table, 2, 1)).toBe(2)
  expect(latestValue(table, -1, 1)).toBeNaN()
})
