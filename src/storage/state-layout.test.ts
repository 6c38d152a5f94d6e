import { expect, test } from "vitest"
import { SlabFixedTable } from "./fixed-table.ts"
import { SlabListTable } from "./list-table.ts"
import { fixedStride, largestClass, stateBytesPerKey } from "./state-layout.ts"

test.each([
  [{ kind: "counter", name: "c", key: "item", bucketMs: 1, buckets: 24, width: 3 }, 73],
  [{ kind: "ring", name: "r", key: "user", length: 10, width: 2 }, 21],
  [{ kind: "latest", name: "l", key: "user", width: 4 }, 5],
] as const)("%o has rows of %i numbers", (declaration, stride) => {
  expect(fixedStride(declaration)).toBe(stride)
})

test.each([
  [1, 1],
  [3, 2],
  [4, 3],
  [100, 7],
  [1000, 10],
])("a list of at most %i tuples ends in size class %i", (limit, sizeClass) => {
  expect(largestClass(limit)).toBe(sizeClass)
})

test("the formula for bytes a key is what 20,000 keys cost, within a slab's rounding", () => {
  const counter = { kind: "counter", name: "c", key: "item", bucketMs: 1, buckets: 12, width: 1 } as const
  const table = new SlabFixedTable(fixedStride(counter))
  for (let key = 0; key < 20_000; key++) table.touch(key)
  expect(table.bytes / 20_000 / stateBytesPerKey(counter)).toBeCloseTo(1, 1)

  const history = { kind: "list", name: "h", key: "user", limit: 6, width: 2 } as const
  for (const [tuples, sizeClass] of [
    [1, 0],
    [3, 2],
    [6, 3],
    [9, 3],
  ] as const) {
    const lists = new SlabListTable(history.width, history.limit)
    for (let i = 0; i < tuples; i++) for (let key = 0; key < 20_000; key++) lists.push(key, i, 0)
    // Rows of the classes that a list grew out of stay, for lists to come.
    const outgrown = lists.slabs.reduce((total, slab, number) => total + (number === sizeClass ? 0 : slab.bytes), 0)
    const ratio = (lists.bytes - outgrown) / 20_000 / stateBytesPerKey(history, tuples)
    expect(ratio).toBeGreaterThan(0.99)
    expect(ratio).toBeLessThan(1.12)
  }
})
