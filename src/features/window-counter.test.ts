import fc from "fast-check"
import { beforeEach, expect, test } from "vitest"
import type { FixedTable } from "../core/index.ts"
import { memoryState } from "../storage/index.ts"
import { addToWindows, mergeWindows, windowCount, windowShape } from "./window-counter.ts"

const HOUR = 3_600_000
const shape = windowShape("c", "user", ["8h", "2d", "all"])

let table: FixedTable
beforeEach(async () => {
  table = (await memoryState().open([shape.declaration], "1")).tables.fixed("c")
})

const counts = (key: number, time: number) => [0, 1, 2].map((w) => windowCount(table, shape, key, w, time))

test.each([
  { name: "now", adds: [100], at: 100, expected: [1, 1, 1] },
  { name: "eight buckets of an hour", adds: [93, 100], at: 100, expected: [2, 2, 2] },
  { name: "a ninth is outside", adds: [92, 100], at: 100, expected: [1, 2, 2] },
  { name: "late: lost to the short window alone", adds: [100, 90], at: 100, expected: [1, 2, 2] },
  { name: "the future is not read but by `all`", adds: [100, 107], at: 101, expected: [1, 1, 2] },
  { name: "time empties windows", adds: [100], at: 1000, expected: [0, 0, 1] },
])("windowCount, $name: $expected", ({ adds, at, expected }) => {
  for (const hour of adds) addToWindows(table, shape, 7, hour * HOUR, 1)
  expect(counts(7, at * HOUR)).toEqual(expected)
  expect(counts(8, at * HOUR)).toEqual([0, 0, 0])
  expect(counts(-1, at * HOUR)).toEqual([0, 0, 0])
})

test("windows that an event came too late for are counted", () => {
  expect(addToWindows(table, shape, 0, 1000 * HOUR, 1)).toBe(0)
  expect(addToWindows(table, shape, 0, 990 * HOUR, 1)).toBe(1)
  expect(addToWindows(table, shape, 0, 900 * HOUR, 1)).toBe(2)
})

const hours = fc.array(fc.integer({ min: 400, max: 460 }), { maxLength: 30 })

test("property: a window equals a count over the events, whatever their order, but those that were late", () => {
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 20 }), (events, later) => {
      table.clear(1)
      let head = 0
      const kept: number[] = []
      for (const hour of events) {
        addToWindows(table, shape, 1, hour * HOUR, 1)
        if (hour > head - 8) kept.push(hour)
        head = Math.max(head, hour)
      }
      const at = head + later
      expect(counts(1, at * HOUR)[0]).toBe(kept.filter((hour) => hour > at - 8).length)
      expect(counts(1, at * HOUR)[2]).toBe(events.length)
    }),
  )
})

test("property: merging two rows counts what one row of all their events counts", () => {
  fc.assert(
    fc.property(hours, hours, (first, second) => {
      for (const key of [1, 2, 3]) table.clear(key)
      for (const hour of first) addToWindows(table, shape, 1, hour * HOUR, 1)
      for (const hour of second) addToWindows(table, shape, 2, hour * HOUR, 1)
      const both = [...first, ...second].sort((a, b) => a - b)
      for (const hour of both) addToWindows(table, shape, 3, hour * HOUR, 1)
      mergeWindows(table, shape, 2, 1)
      const at = Math.max(0, ...both) * HOUR
      const expected = counts(3, at)
      expect(counts(1, at)[2]).toBe(expected[2])
      // Events of one row that were late there are lost before the merge, so a merged window never has more.
      expect(counts(1, at)[0]).toBeLessThanOrEqual(expected[0]!)
      if (isSorted(first) && isSorted(second)) expect(counts(1, at)).toEqual(expected)
      expect(table.has(2)).toBe(false)
    }),
  )
})

function isSorted(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1]! <= value)
}
