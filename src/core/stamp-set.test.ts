import fc from "fast-check"
import { expect, test } from "vitest"
import { StampSet } from "./stamp-set.ts"

test("property: a stamp set holds what a set holds, emptied and filled again, also past its first room", () => {
  const stamps = new StampSet()
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 }), fc.integer({ min: 0, max: 9000 }), (ids, other) => {
      stamps.clear()
      const set = new Set<number>()
      for (const id of ids) {
        expect(stamps.add(id)).toBe(!set.has(id))
        set.add(id)
      }
      for (const id of [...ids, other]) expect(stamps.has(id)).toBe(set.has(id))
    }),
  )
})
