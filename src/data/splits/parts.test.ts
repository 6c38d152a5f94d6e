import { expect, test } from "vitest"
import type { Estimator } from "../../core/index.ts"
import { fitOn, partsOf } from "./parts.ts"
import { splitByRatio } from "./split.ts"
import { testLedger } from "./test-ledger.ts"

const mean: Estimator<readonly number[], number> = {
  config: {},
  fit: async (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
}
const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const split = splitByRatio(10, { test: 0.3, validation: 0.2 }, { seed: 1 })

test.each([
  { rows: 1000, validation: 0.2, held: 0.2, expected: [600, 200, 200] },
  { rows: 1001, validation: 0.2, held: 0.2, expected: [601, 200, 200] },
  { rows: 999, validation: 0.15, held: 0.15, expected: [699, 150, 150] },
  { rows: 100, validation: 0.15, held: 0.15, expected: [70, 15, 15] },
  { rows: 7, validation: 0.2, held: 0.2, expected: [5, 1, 1] },
])("$rows rows at validation $validation, test $held: $expected", ({ rows, validation, held, expected }) => {
  const { train, validation: chosen, test: tested } = splitByRatio(rows, { validation, test: held }, { seed: 1 })
  expect([train.length, chosen.length, tested.length]).toEqual(expected)
})

test("fitOn takes the train part and, by its type, no other", async () => {
  const reads: Uint32Array[] = []
  const parts = partsOf(split, (rows) => {
    reads.push(rows)
    return [...rows].map((row) => values[row]!)
  })
  expect(await fitOn(mean, parts.train, { seed: 1 })).toBe(parts.train.data.reduce((sum, value) => sum + value, 0) / 5)
  const refused = [
    // @ts-expect-error the validation part is not trained on
    () => fitOn(mean, parts.validation, { seed: 1 }),
    // @ts-expect-error nor is the test part
    () => fitOn(mean, parts.test, { seed: 1 }),
    // @ts-expect-error nor is data that was never split
    () => fitOn(mean, values, { seed: 1 }),
    // @ts-expect-error and the test part has no data before it is opened
    () => parts.test.data,
  ]
  expect(refused).toHaveLength(4)
  // A search over train and validation never took the test rows out.
  expect(reads).toEqual([split.train, split.validation])
})

test("the test part opens once a release, and every opening is written down", () => {
  const seen: string[] = []
  const ledger = testLedger([{ release: "old", now: 5 }], ({ release }) => seen.push(release))
  const { test: held } = partsOf(split, (rows) => rows.length, ledger)
  expect(held.open({ release: "r1", now: 1_000 })).toBe(3)
  expect(() => held.open({ release: "r1", now: 2_000 })).toThrow(
    "one opening a release, came a second by r1, first at 1970-01-01T00:00:01.000Z. Choose on the validation part",
  )
  expect(() => held.open({ release: "old", now: 2_000 })).toThrow("a second by old")
  expect(held.open({ release: "r2", now: 3_000 })).toBe(3)
  expect([held.ledger.openings.length, seen]).toEqual([3, ["r1", "r2"]])
  expect(JSON.parse(JSON.stringify(ledger.openings))).toEqual([
    { release: "old", now: 5 },
    { release: "r1", now: 1_000 },
    { release: "r2", now: 3_000 },
  ])
})

test("an opening that cannot be written down keeps the test part shut", () => {
  const ledger = testLedger([], () => {
    throw new Error("disk full")
  })
  const { test: held } = partsOf(split, (rows) => rows, ledger)
  expect(() => held.open({ release: "r1", now: 0 })).toThrow("disk full")
  expect(ledger.openings).toEqual([])
})
