import fc from "fast-check"
import { expect, test } from "vitest"
import { murmur3 } from "../../core/index.ts"
import { collisionReport, fieldHasher, hashRows, numberToken } from "./field-hashing.ts"

test("a slot is murmur3 of the value, seeded by murmur3 of the field, cut to the bits", () => {
  const hasher = fieldHasher(["city", "device"], { bits: 10 })
  expect(hasher.slot(1, "phone")).toBe(murmur3("phone", murmur3("device")) % 1024)
  expect(hasher.slot(0, 7)).toBe(hasher.slot(0, "7"))
  expect(new Set([undefined, null, Number.NaN, ""].map((missing) => hasher.slot(0, missing))).size).toBe(1)
  expect(fieldHasher(["city"], { bits: 10, seed: 1 }).slot(0, "x")).not.toBe(fieldHasher(["city"], { bits: 10 }).slot(0, "x"))
})

test.each([
  [Number.NaN, ""],
  [-3, "m-3"],
  [0, "m0"],
  [2, "m2"],
  [3, "l1"],
  [1382, "l52"],
])("numberToken(%d) is %s", (value, token) => {
  expect(numberToken(value)).toBe(token)
})

test("property: hashed rows ascend, hold each slot of a row once, and keep the field each came from", () => {
  const table = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.string({ maxLength: 3 }), fc.boolean()), { maxLength: 20 })
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 12 }), (cells, bits) => {
      const hasher = fieldHasher(["a", "b", "c"], { bits })
      const { rows, fields } = hashRows(hasher, cells.length, (row, field) => cells[row]![field]!)
      cells.forEach((values, row) => {
        const wanted = new Set(values.map((value, field) => hasher.slot(field, value)))
        const stored = [...rows.indices.subarray(rows.offsets[row], rows.offsets[row + 1])]
        expect(stored).toEqual([...wanted].sort((a, b) => a - b))
        stored.forEach((slot, i) => {
          const field = fields[rows.offsets[row]! + i]!
          expect(hasher.slot(field, values[field]!)).toBe(slot)
        })
      })
    }),
  )
})

test("the report counts pairs that share a slot, and says what chance gives", () => {
  const hasher = fieldHasher(["id", "parity"], { bits: 10 })
  const report = collisionReport(hasher, 500, (row, field) => (field === 0 ? row : row % 2))
  expect(report).toMatchObject({ pairs: 502, valuesByField: { id: 500, parity: 2 } })
  expect(report.expectedShare).toBeCloseTo(1 - (1 - 1 / 1024) ** 501, 12)
  // 502 draws into 1,024 slots: 0.387 expected, with a standard deviation near 0.025.
  expect(Math.abs(report.sharingShare - report.expectedShare)).toBeLessThan(0.08)
  expect(report.usedSlots).toBeGreaterThanOrEqual(report.pairs - report.sharing)
  expect(collisionReport(hasher, 0, () => 1)).toMatchObject({ pairs: 0, sharingShare: 0, expectedShare: 0, fullestSlot: 0 })
})

test("refused: bits out of range, a field named twice", () => {
  expect(() => fieldHasher(["a"], { bits: 30 })).toThrow("fieldHasher: expected bits from 1 to 28, came 30.")
  expect(() => fieldHasher(["a", "a"])).toThrow("fieldHasher: expected fields of different names, came two a.")
})
