import fc from "fast-check"
import { expect, test } from "vitest"
import { BlockSides } from "./block-sides.ts"

const place = fc.record({ table: fc.constantFrom("a", "b"), slab: fc.nat(2), block: fc.nat(40) })
const checkpoint = fc.record({ blocks: fc.uniqueArray(place, { maxLength: 20, selector: (p) => JSON.stringify(p) }), lands: fc.boolean() })

test("property: a checkpoint writes the side that does not count, and only one that lands changes it, like a map of sides", () => {
  fc.assert(
    fc.property(fc.array(place), fc.array(checkpoint), (found, checkpoints) => {
      const sides = new BlockSides()
      const known = new Map<string, number>()
      for (const at of found) {
        sides.found(at, at.block % 2)
        known.set(JSON.stringify(at), at.block % 2)
      }
      for (const { blocks, lands } of checkpoints) {
        sides.begin()
        const written = blocks.map((at) => [JSON.stringify(at), sides.write(at)] as const)
        for (const [key, side] of written) expect(side).toBe(1 - (known.get(key) ?? 1))
        if (!lands) continue
        sides.commit()
        for (const [key, side] of written) known.set(key, side)
      }
    }),
  )
})
