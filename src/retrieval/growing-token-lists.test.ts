import fc from "fast-check"
import { expect, test } from "vitest"
import { GrowingTokenLists } from "./growing-token-lists.ts"

const change = fc.record({ item: fc.nat(30), tokens: fc.array(fc.nat(9), { maxLength: 40 }) })

test("property: like an array of arrays, whatever comes and changes", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const lists = new GrowingTokenLists()
      const plain: number[][] = []
      for (const { item, tokens } of changes) {
        const before = plain[item]
        const isNew = item >= plain.length
        while (plain.length <= item) plain.push([])
        expect(lists.set(item, tokens)).toBe(isNew || JSON.stringify(before) !== JSON.stringify(tokens))
        plain[item] = tokens
      }
      expect(lists.size).toBe(plain.length)
      plain.forEach((tokens, item) => {
        expect([...lists.of(item)]).toEqual(tokens)
      })
      const { offsets, tokens } = lists.lists(10)
      expect(offsets.length).toBe(plain.length + 1)
      expect([...tokens]).toEqual(plain.flat())
      expect([...offsets].slice(1).map((end, item) => end - offsets[item]!)).toEqual(plain.map((list) => list.length))
      expect([...lists.of(99)]).toEqual([])
    }),
  )
})
