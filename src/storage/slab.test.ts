import fc from "fast-check"
import { expect, test } from "vitest"
import { IMAGE_HEAD, Slab } from "./slab.ts"

const STRIDE = 30

test("property: images are of the moment the checkpoint began, whatever changes meanwhile and however often their bytes are used again", () => {
  const step = fc.oneof(fc.record({ write: fc.nat(99) }), fc.constant({ take: true as const }))
  fc.assert(
    fc.property(fc.array(fc.nat(99), { minLength: 1 }), fc.array(step, { maxLength: 60 }), (before, steps) => {
      const slab = new Slab(STRIDE)
      for (let key = 0; key < 100; key++) slab.allocate(key)
      const write = (row: number, value: number) => {
        slab.mark(row)
        slab.page(row).fill(value, slab.offset(row), slab.offset(row) + STRIDE)
      }
      before.forEach((row, at) => {
        write(row, at + 1)
      })
      const expected = Array.from({ length: 100 }, (_, row) => slab.page(row)[slab.offset(row)]!)
      slab.begin()
      const seen: number[] = Array.from({ length: 100 }, () => Number.NaN)
      const buffers = new Set<Buffer>()
      const take = () => {
        const { block, bytes } = slab.take()
        buffers.add(bytes)
        const rows = (slab.imageBytes - IMAGE_HEAD) / (STRIDE * 8 + 4)
        const whole = Math.floor(rows)
        const numbers = new Float64Array(new Uint8Array(bytes).buffer, slab.imageBytes - whole * STRIDE * 8)
        for (let row = 0; row < whole && block * whole + row < 100; row++) seen[block * whole + row] = numbers[row * STRIDE]!
        bytes.fill(0xff)
        slab.reuse(bytes)
      }
      let value = 1000
      for (const one of steps) {
        if ("write" in one) write(one.write, value++)
        else if (slab.remaining > 0) take()
      }
      while (slab.remaining > 0) take()
      slab.finish()
      expect(seen).toEqual(expected)
      // What changed in the meantime was put aside; otherwise one buffer does.
      const writes = steps.filter((one) => "write" in one).length
      expect(buffers.size).toBeLessThanOrEqual(writes + 1)
    }),
  )
})
