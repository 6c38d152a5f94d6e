import fc from "fast-check"
import { expect, test } from "vitest"
import { splitStratified } from "./stratified.ts"

const counts = (rows: Uint32Array, classes: readonly number[], name: number) => [...rows].filter((row) => classes[row] === name).length

test("shares hold within each class to one row, and class shares differ by less than half a point", () => {
  const classes = Array.from({ length: 1000 }, (_, i) => (i % 17 === 0 ? 1 : 0))
  const split = splitStratified(classes, { validation: 0.2, test: 0.2 }, { seed: 4 })
  expect([split.train.length, split.validation.length, split.test.length]).toEqual([600, 200, 200])
  const shares = [split.train, split.validation, split.test].map((rows) => counts(rows, classes, 1) / rows.length)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.005)
})

test("a row without a class is refused", () => {
  expect(() => splitStratified([0, Number.NaN], { test: 0.5 }, { seed: 1 })).toThrow("NaN in row 1")
})

test("property: every row in one part, parts and classes exact to one row", () => {
  const cases = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 120 })
  const shares = fc.record({ test: fc.constantFrom(0, 0.15, 0.2, 0.5), validation: fc.constantFrom(0, 0.15, 0.2, 0.4) })
  fc.assert(
    fc.property(cases, shares, fc.integer(), (classes, wanted, seed) => {
      const split = splitStratified(classes, wanted, { seed })
      expect([...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)).toEqual(classes.map((_, row) => row))
      expect(split.test.length).toBe(Math.round(classes.length * wanted.test))
      expect(Math.abs(split.validation.length - classes.length * wanted.validation)).toBeLessThanOrEqual(1)
      for (const name of new Set(classes)) {
        const all = classes.filter((other) => other === name).length
        expect(Math.abs(counts(split.test, classes, name) - all * wanted.test)).toBeLessThan(1)
        expect(Math.abs(counts(split.validation, classes, name) - all * wanted.validation)).toBeLessThan(1)
      }
    }),
  )
})
