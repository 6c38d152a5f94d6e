import { expect, test } from "vitest"
import { checkGroups, checkPatterns, checkTimeOrder, patternCoverage } from "./guards.ts"
import { rollingSplits } from "./rolling.ts"
import { type Split, splitByGroup, splitByRatio, splitByTime } from "./split.ts"

const DAY = 86_400_000
const MONDAY = Date.UTC(2026, 0, 5)
const daily = (days: number) => Array.from({ length: days }, (_, day) => MONDAY + day * DAY)
const part = (...rows: number[]) => Uint32Array.from(rows)

test("a split by time passes the order guard, a random one is refused with the rows that overlap", () => {
  const times = daily(50)
  checkTimeOrder(splitByTime(times, { validation: 0.2, test: 0.2 }), times)
  expect(() => checkTimeOrder(splitByRatio(50, { test: 0.2 }, { seed: 1 }), times)).toThrow(
    /times of test after all of train, came row \d+ at 2026/,
  )
  const equal: Split = { train: part(0), validation: part(), test: part(1) }
  expect(() => checkTimeOrder(equal, [5, 5])).toThrow("test after all of train")
  checkTimeOrder({ train: part(1), validation: part(), test: part(0) }, [5, 4])
})

test("groups stay whole, or the guard names one with its rows", () => {
  const groups = ["a", "b", "a", "c", "b", "d"]
  const split = splitByGroup(groups, { test: 0.25, validation: 0.25 }, { seed: 3 })
  checkGroups(split, groups)
  expect([split.train, split.validation, split.test].map((rows) => new Set([...rows].map((row) => groups[row])).size)).toEqual([2, 1, 1])
  expect(() => checkGroups({ train: part(0, 1), validation: part(), test: part(2) }, groups)).toThrow('"a" in train row 0 and test row 2')
})

test("a part that lacks a weekday is named with it; months and seasons are counted", () => {
  const times = daily(17)
  const split = splitByTime(times, { test: 5 / 17 })
  expect(() => checkPatterns(split, times)).toThrow("every weekday in test, came none of Thursday, Friday")
  checkPatterns(splitByTime(daily(28), { test: 0.25, validation: 0.25 }), daily(28))
  const year = daily(365)
  const whole: Split = { train: part(...year.keys()), validation: part(), test: part() }
  checkPatterns(whole, year, ["weekday", "month", "season"])
  const [weekdays, seasons] = patternCoverage(whole, year, ["weekday", "season"])
  expect(weekdays).toMatchObject({ part: "train", rows: [52, 53, 52, 52, 52, 52, 52], missing: [] })
  // December to February is season 0: 4 of January plus 27 + 28 + 31 days.
  expect(seasons!.rows).toEqual([90, 92, 92, 91])
})

test("rolling splits: spans end to end, the gap and the window hold, the newest row is tested", () => {
  const times = daily(20)
  const expanding = rollingSplits(times, { folds: 3, testMs: 4 * DAY, gapMs: DAY })
  expect(expanding.map(({ train, test: held }) => [train[0], train.at(-1), held[0], held.at(-1)])).toEqual([
    [0, 6, 8, 11],
    [0, 10, 12, 15],
    [0, 14, 16, 19],
  ])
  const sliding = rollingSplits(times, { folds: 3, testMs: 4 * DAY, gapMs: DAY, trainMs: 5 * DAY })
  expect(sliding.map(({ train }) => [...train])).toEqual([
    [2, 3, 4, 5, 6],
    [6, 7, 8, 9, 10],
    [10, 11, 12, 13, 14],
  ])
  for (const split of [...expanding, ...sliding]) checkTimeOrder(split, times)
  expect(() => rollingSplits(times, { folds: 9, testMs: 4 * DAY })).toThrow("rows to train on and to test")
  expect(() => rollingSplits(times, { folds: 0, testMs: DAY })).toThrow("at least 1 fold")
})
