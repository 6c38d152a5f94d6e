import { expect, test } from "vitest"
import { idIndex } from "./id-index.ts"

test("five thousand ids of one hash are still found: splitting stops, the segment grows", () => {
  const index = idIndex(() => 0xdeadbeef)
  for (let dense = 0; dense < 5000; dense++) index.insert(0xdeadbeef, dense)
  expect(index.find(0xdeadbeef, (dense) => dense === 4999)).toBe(4999)
  expect(index.find(0xdeadbeef, () => false)).toBe(-1)
  expect(index.bytes).toBeLessThan(4e6)
})

test("the directory keeps every hash apart while it doubles", () => {
  const hashOf = (dense: number) => Math.imul(dense, 0x9e3779b9) >>> 0
  const index = idIndex(hashOf)
  for (let dense = 0; dense < 50_000; dense++) index.insert(hashOf(dense), dense)
  for (let dense = 0; dense < 50_000; dense++) {
    if (index.find(hashOf(dense), (other) => other === dense) !== dense) throw new Error(`${dense} is lost`)
  }
  expect(index.find(hashOf(50_000), () => true)).toBe(-1)
})
