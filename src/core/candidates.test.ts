import fc from "fast-check"
import { expect, test } from "vitest"
import { candidates, scoreColumn, select, withScore } from "./candidates.ts"

function three() {
  const list = candidates(3, ["ease"])
  list.ids.set([7, 8, 9])
  list.collections.set([1, 2, 3])
  list.sources.set([1, 2, 2 ** 31])
  scoreColumn(list, "ease").set([0.1, 0.2, 0.3])
  return list
}

test("new score columns say that nothing was scored", () => {
  expect([...scoreColumn(candidates(2, ["a"]), "a")]).toEqual([Number.NaN, Number.NaN])
})

test("select takes every column to the places asked for, repeats allowed", () => {
  const picked = select(three(), [2, 0, 2])
  expect([...picked.ids]).toEqual([9, 7, 9])
  expect([...picked.collections]).toEqual([3, 1, 3])
  expect([...picked.sources]).toEqual([2 ** 31, 1, 2 ** 31])
  expect([...scoreColumn(picked, "ease")]).toEqual([0.3, 0.1, 0.3].map(Math.fround))
})

test("withScore adds a column and leaves the list it was given alone", () => {
  const list = three()
  const scored = withScore(list, "rank", Float32Array.of(3, 2, 1))
  expect([...scored.scores.keys()]).toEqual(["ease", "rank"])
  expect([...list.scores.keys()]).toEqual(["ease"])
  expect(() => withScore(list, "rank", Float32Array.of(1))).toThrow("withScore: expected 3 scores, came 1.")
})

test("an unknown column lists the known ones", () => {
  expect(() => scoreColumn(three(), "bm25")).toThrow('expected a score column among ease, came "bm25".')
})

test("property: selecting twice is selecting once by the places of places", () => {
  const place = fc.nat(2)
  fc.assert(
    fc.property(fc.array(place, { minLength: 3, maxLength: 3 }), fc.array(place, { maxLength: 5 }), (first, second) => {
      const composed = second.map((at) => first[at]!)
      expect(select(select(three(), first), second)).toEqual(select(three(), composed))
    }),
  )
})
