import fc from "fast-check"
import { expect, test } from "vitest"
import { guessEpochMs, parseIsoTime } from "./time.ts"

test.each([
  { text: "1970-01-01", expected: 0 },
  { text: "1970-01-02T00:00Z", expected: 86_400_000 },
  { text: "1970-01-01 01:00:00+01:00", expected: 0 },
  { text: "1970-01-01T00:00:00.0259-0030", expected: 1_800_025 },
  { text: "2024-02-29", expected: 1_709_164_800_000 },
  { text: "2023-02-29", expected: Number.NaN },
  { text: "2024-13-01", expected: Number.NaN },
  { text: "2024-01-01T24:00", expected: Number.NaN },
  { text: "2024-01-01T00:00+15:00", expected: Number.NaN },
  { text: "24 Nov 2026", expected: Number.NaN },
])("$text is $expected", ({ text, expected }) => {
  expect(parseIsoTime(text)).toBe(expected)
})

test("property: reads what Date writes", () => {
  const years = { min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true }
  fc.assert(
    fc.property(fc.date(years), (date) => {
      expect(parseIsoTime(date.toISOString())).toBe(date.getTime())
    }),
  )
})

test.each([
  { value: "881250949", expected: 881_250_949_000 },
  { value: 1_764_000_000_000, expected: 1_764_000_000_000 },
  { value: 1_764_000_000_000_123, expected: 1_764_000_000_000 },
  { value: "1764000000.5", expected: 1_764_000_000_500 },
  { value: "1970-01-02", expected: 86_400_000 },
  { value: "", expected: Number.NaN },
])("the unit of $value is told from its size", ({ value, expected }) => {
  expect(guessEpochMs(value)).toBe(expected)
})
