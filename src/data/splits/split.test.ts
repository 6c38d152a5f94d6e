import fc from "fast-check"
import { expect, test } from "vitest"
import { leaveLastOut, type Split, splitByRatio, splitByTime, splitByUser, splitPerUser } from "./split.ts"

const users = Uint32Array.from([7, 7, 2, 7, 2, 9, 7])

test("leave-last-out: the newest row of each user, and the one before", () => {
  const times = [1, 4, 5, 4, 3, 9, 2]
  expect(leaveLastOut(users, times)).toEqual({
    train: Uint32Array.of(0, 1, 4, 5, 6),
    validation: new Uint32Array(),
    test: Uint32Array.of(2, 3),
  })
  expect(leaveLastOut(users, times, { validation: true })).toMatchObject({ validation: Uint32Array.of(1), test: Uint32Array.of(2, 3) })
})

test("by time: the newest rows, equal times together", () => {
  expect(splitByTime([5, 1, 2, 3, 4], { test: 0.2, validation: 0.2 })).toEqual({
    train: Uint32Array.of(1, 2, 3),
    validation: Uint32Array.of(4),
    test: Uint32Array.of(0),
  })
  expect(splitByTime([1, 2, 2, 2], { test: 0.25 }).test).toEqual(Uint32Array.of(1, 2, 3))
  expect(splitByTime([1, 1, 1], { test: 0.4 }).train).toHaveLength(3)
  expect(() => splitByTime([1, Number.NaN], { test: 0.5 })).toThrow("finite times")
})

test("by ratio: the seed decides, and shares must leave something to train on", () => {
  expect(splitByRatio(100, { test: 0.2 }, { seed: 1 })).toEqual(splitByRatio(100, { test: 0.2 }, { seed: 1 }))
  expect(splitByRatio(100, { test: 0.2 }, { seed: 1 })).not.toEqual(splitByRatio(100, { test: 0.2 }, { seed: 2 }))
  expect(() => splitByRatio(10, { test: 1 }, { seed: 1 })).toThrow("leave something to train on")
})

test("per user: the share holds over users with too few rows for it each", () => {
  const many = Uint32Array.from({ length: 30_000 }, (_, i) => Math.floor(i / 3))
  const { validation, test: held } = splitPerUser(many, { test: 0.1, validation: 0.1 }, { seed: 3 })
  expect(held.length / many.length).toBeCloseTo(0.1, 2)
  expect(validation.length / many.length).toBeCloseTo(0.1, 2)
})

const shares = fc.record({ test: fc.constantFrom(0, 0.1, 0.3, 0.5), validation: fc.constantFrom(0, 0.1, 0.4) })
const rows = fc.array(fc.record({ user: fc.integer({ min: 0, max: 6 }), time: fc.integer({ min: 0, max: 9 }) }), { maxLength: 60 })

function expectWhole({ train, validation, test }: Split, count: number): void {
  expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
}

test("property: every row is in one part, and each split keeps its promise", () => {
  fc.assert(
    fc.property(rows, shares, fc.integer(), (table, wanted, seed) => {
      const who = Uint32Array.from(table, ({ user }) => user)
      const times = table.map(({ time }) => time)
      const byRatio = splitByRatio(table.length, wanted, { seed })
      expectWhole(byRatio, table.length)
      expect(Math.abs(byRatio.test.length - wanted.test * table.length)).toBeLessThan(1)
      expect(Math.abs(byRatio.validation.length - wanted.validation * table.length)).toBeLessThan(1)

      const byTime = splitByTime(times, wanted)
      expectWhole(byTime, table.length)
      const timesOf = (part: Uint32Array) => [...part].map((row) => times[row]!)
      const [train, validation, held] = [timesOf(byTime.train), timesOf(byTime.validation), timesOf(byTime.test)]
      if (table.length > 0) expect(Math.max(...train)).toBeLessThan(Math.min(...validation, ...held))
      if (validation.length > 0) expect(Math.max(...validation)).toBeLessThan(Math.min(...held))

      const byUser = splitByUser(who, wanted, { seed })
      expectWhole(byUser, table.length)
      const parts = [byUser.train, byUser.validation, byUser.test].map((part) => new Set([...part].map((row) => who[row])))
      expect(new Set(parts.flatMap((part) => [...part])).size).toBe(parts.reduce((sum, part) => sum + part.size, 0))

      for (const split of [splitPerUser(who, wanted, { seed }), leaveLastOut(who, times, { validation: true })]) {
        expectWhole(split, table.length)
        expect(new Set([...split.train].map((row) => who[row])).size).toBe(new Set(who).size)
      }
    }),
  )
})
