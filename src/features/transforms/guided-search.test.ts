import fc from "fast-check"
import { expect, test } from "vitest"
import { GuidedSearch } from "./guided-search.ts"

test("property: it finds what comparing with every mark finds", () => {
  const number = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0, max: 1e-300, noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), fc.array(number, { minLength: 1, maxLength: 20 }), (unsorted, asked) => {
      const marks = Float64Array.from(unsorted).sort()
      const search = new GuidedSearch(marks)
      for (const x of [...asked, ...marks, Number.NaN, Infinity, -Infinity]) {
        expect(search.upTo(x), String(x)).toBe(marks.filter((mark) => mark <= x).length)
      }
    }),
  )
})
