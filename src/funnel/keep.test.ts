import fc from "fast-check"
import { expect, test } from "vitest"
import { candidates } from "../core/index.ts"
import { orderByScore } from "./keep.ts"

/** Scores that meet often, of both signs, zeros of both signs, infinite and missing ones. */
const score = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, -1e-40),
  fc.float({ noNaN: true }),
)

test("property: best first, equal scores by dense id and collection, without a score last, like a sort that compares", () => {
  const entries = fc.array(fc.record({ id: fc.nat(20), collection: fc.nat(3), score }), { maxLength: 60 })
  fc.assert(
    fc.property(entries, (given) => {
      const list = candidates(given.length)
      given.forEach(({ id, collection }, at) => {
        list.ids[at] = id
        list.collections[at] = collection
      })
      const scores = Float32Array.from(given, (entry) => entry.score)
      const expected = [...given.keys()].sort((a, b) => {
        const isLast = Number.isNaN(scores[a]!)
        if (isLast !== Number.isNaN(scores[b]!)) return isLast ? 1 : -1
        if (!isLast && scores[a] !== scores[b]) return scores[a]! > scores[b]! ? -1 : 1
        return list.ids[a]! - list.ids[b]! || list.collections[a]! - list.collections[b]! || a - b
      })
      const { order, scored } = orderByScore(list, scores)
      expect([...order]).toEqual(expected)
      expect(scored).toBe(given.filter((entry) => !Number.isNaN(entry.score)).length)
      expect([...orderByScore(list, Float64Array.from(scores)).order]).toEqual(expected)
    }),
  )
})
