import fc from "fast-check"
import { expect, test } from "vitest"
import { Corrupt, InvalidArgument } from "../core/index.ts"
import { bestOf, memoryBundle } from "./bundle.test.helper.ts"
import { newItems, PopularityList, popularityList, trending } from "./lists.ts"
import { TopList } from "./top-list.ts"

test("trending lists decayed counts from `least` on", () => {
  const counts = [0.5, 3, 7, 3]
  const list = trending({ size: () => 4, count: (id) => counts[id]! }, { depth: 10 })
  expect([...list.retrieve(10, 0).ids]).toEqual([2, 1, 3])
})

test("new items: inside the window, newest first, half the score after a half-life", () => {
  const seen = [0, 500, 900, Number.NaN, 1_100]
  const list = newItems({ size: () => 5, firstSeenMs: (id) => seen[id]! }, { depth: 10, windowMs: 800, halfLifeMs: 100 })
  const { ids, scores } = list.retrieve(10, 1_000)
  expect([...ids]).toEqual([2, 1])
  expect([...scores]).toEqual([0.5, 2 ** -5])
})

test("a list is made anew only when it is old, slice by slice, while the old one answers", () => {
  const counts = [1, 2, 3, 4]
  let looked = 0
  const score = (id: number) => {
    looked++
    return counts[id]!
  }
  const config = { size: () => 4, score, depth: 2, refreshMs: 100, sliceItems: 3 }
  const list = new TopList(config)
  expect([...list.list(0).ids]).toEqual([3, 2])
  counts[0] = 9
  expect([...list.list(99).ids]).toEqual([3, 2])
  expect(looked).toBe(4)
  expect([...list.list(100).ids]).toEqual([3, 2])
  expect(looked).toBe(7)
  expect([...list.list(101).ids]).toEqual([0, 3])
  expect(looked).toBe(8)
  list.list(199)
  expect(looked).toBe(8)
})

test("what is not allowed is left out of the answer, not of the list", () => {
  const list = new TopList({ size: () => 4, score: (id) => id, depth: 3 })
  expect([...list.retrieve(1, 0, { allowed: Uint8Array.of(1, 1, 1, 0) }).ids]).toEqual([2])
  expect([...list.retrieve(9, 0).ids]).toEqual([3, 2, 1])
})

test("popularity keeps the best and survives saving", () => {
  const bundle = memoryBundle()
  const list = popularityList(Float32Array.of(1, Number.NaN, 5, 5), 2)
  expect([...list.retrieve(9).ids]).toEqual([2, 3])
  list.save(bundle)
  expect(PopularityList.load(bundle).retrieve(1)).toEqual({ ids: Uint32Array.of(2), scores: Float32Array.of(5) })
  bundle.array("scores", Float32Array.of(1))
  expect(() => PopularityList.load(bundle)).toThrow(Corrupt)
})

test.each([
  { name: "a depth of 0", make: () => new TopList({ size: () => 1, score: () => 1, depth: 0 }) },
  { name: "a window of 0", make: () => newItems({ size: () => 1, firstSeenMs: () => 1 }, { depth: 1, windowMs: 0 }) },
])("$name is refused", ({ make }) => {
  expect(make).toThrow(InvalidArgument)
})

test("property: whatever the slice, a finished list is the best of all at its moment", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 5 })),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (scores, depth, sliceItems) => {
        const list = new TopList({
          size: () => scores.length,
          score: (id, now) => (now === 1 ? scores[id]! : 0 - scores[id]!),
          depth,
          refreshMs: 0,
          sliceItems,
        })
        list.list(1)
        for (let call = 0; call <= scores.length; call++) list.list(2)
        const { ids, scores: kept } = list.list(2)
        expect(Array.from(ids, (id, at) => [id, kept[at]! + 0])).toEqual(
          bestOf(
            scores.map((score, id) => [id, 0 - score] as const),
            depth,
          ),
        )
      },
    ),
  )
})
