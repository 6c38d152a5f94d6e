import { expect, test } from "vitest"
import { type IdIndex, idIndex } from "./id-index.ts"

/** The first dense id with that hash for which `same` holds, or -1. */
function find(index: IdIndex, hash: number, same: (dense: number) => boolean): number {
  const slots = index.slots(hash)
  for (let at = hash & (slots.length - 1); slots[at] !== 0; at = (at + 1) & (slots.length - 1)) {
    if (same(slots[at]! - 1)) return slots[at]! - 1
  }
  return -1
}

test("five thousand ids of one hash are still found: splitting stops, the segment grows", () => {
  const index = idIndex(() => 0xdeadbeef)
  for (let dense = 0; dense < 5000; dense++) index.insert(0xdeadbeef, dense)
  expect(find(index, 0xdeadbeef, (dense) => dense === 4999)).toBe(4999)
  expect(find(index, 0xdeadbeef, () => false)).toBe(-1)
  expect(index.bytes).toBeLessThan(4e6)
})

test("the directory keeps every hash apart while it doubles", () => {
  const hashOf = (dense: number) => Math.imul(dense, 0x9e3779b9) >>> 0
  const index = idIndex(hashOf)
  for (let dense = 0; dense < 50_000; dense++) index.insert(hashOf(dense), dense)
  for (let dense = 0; dense < 50_000; dense++) {
    if (find(index, hashOf(dense), (other) => other === dense) !== dense) throw new Error(`${dense} is lost`)
  }
  expect(find(index, hashOf(50_000), () => true)).toBe(-1)
})
