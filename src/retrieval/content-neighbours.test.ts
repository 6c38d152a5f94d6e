import fc from "fast-check"
import { expect, test } from "vitest"
import { Corrupt, InvalidArgument } from "../core/index.ts"
import { bestOf, memoryBundle } from "./bundle.test.helper.ts"
import { ContentNeighbours } from "./content-neighbours.ts"
import { tokenLists } from "./token-lists.ts"

const films = [["space", "war"], ["space", "war"], ["space", "love"], ["love"], []]

test("equal lists have cosine 1, lists without a common token are not answered", () => {
  const content = ContentNeighbours.fit(tokenLists(films))
  const found = content.similar(0, 9)
  expect([...found.ids]).toEqual([1, 2])
  expect(found.scores[0]).toBeCloseTo(1, 6)
  // idf: space 1 + ln(6/4), war 1 + ln(6/3), love 1 + ln(6/3)
  const [space, rare] = [1 + Math.log(6 / 4), 1 + Math.log(6 / 3)]
  expect(found.scores[1]).toBeCloseTo(space ** 2 / (space ** 2 + rare ** 2), 6)
  expect(content.similarity(0, 2)).toBeCloseTo(found.scores[1]!, 6)
  expect(content.similar(4, 9).ids.length).toBe(0)
  expect(content.similar(99, 9).ids.length).toBe(0)
})

test("an item newer than the index is found by its tokens", () => {
  const table = tokenLists(films)
  const tokens = ["love", "unheard of"].map((word) => table.words.indexOf(word) >>> 0)
  expect([...ContentNeighbours.fit(table).forTokens(tokens, 9).ids]).toEqual([3, 2])
})

test("words are numbered in order of first sight", () => {
  expect(tokenLists([["b", "a"], [], ["a", "a"]])).toEqual({
    vocabulary: 2,
    offsets: Uint32Array.of(0, 2, 2, 4),
    tokens: Uint32Array.of(0, 1, 1, 1),
    words: ["b", "a"],
  })
})

test("loading what was saved answers the same; what does not fit is refused", () => {
  const bundle = memoryBundle()
  const content = ContentNeighbours.fit(tokenLists(films))
  content.save(bundle)
  expect(ContentNeighbours.load(bundle).forHistory([0, 3], 9)).toEqual(content.forHistory([0, 3], 9))
  bundle.array("weights", Float32Array.of(1))
  expect(() => ContentNeighbours.load(bundle)).toThrow(Corrupt)
})

test.each([
  { name: "a token outside the vocabulary", lists: { vocabulary: 1, offsets: Uint32Array.of(0, 1), tokens: Uint32Array.of(1) } },
  { name: "offsets that fall short", lists: { vocabulary: 1, offsets: Uint32Array.of(0, 0), tokens: Uint32Array.of(0) } },
  { name: "offsets that fall", lists: { vocabulary: 1, offsets: Uint32Array.of(0, 2, 1), tokens: Uint32Array.of(0) } },
])("$name is refused", ({ lists }) => {
  expect(() => ContentNeighbours.fit(lists)).toThrow(InvalidArgument)
})

test("property: a history's neighbours are those of dense TF-IDF vectors", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 5 })
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(13), { maxLength: 4 }), (items, history) => {
      const table = tokenLists(items)
      const content = ContentNeighbours.fit(table)
      const vectors = dense(items, table.words)
      const profile = table.words.map((_, t) => history.reduce((sum, item) => sum + (vectors[item]?.[t] ?? 0), 0))
      const length = Math.hypot(...profile)
      const scores = vectors.map((vector, item) => [item, vector.reduce((sum, value, t) => sum + value * profile[t]!, 0) / length] as const)
      const expected = bestOf(
        scores.filter(([item, score]) => score > 0 && !history.includes(item)),
        items.length,
      )
      const found = content.forHistory(history, items.length)
      expect([...found.ids].sort()).toEqual(expected.map(([id]) => id).sort())
      expect([...found.scores]).toEqual(expected.map(([, score]) => expect.closeTo(score, 4)))
    }),
  )
})

function dense(items: readonly (readonly string[])[], words: readonly string[]): number[][] {
  const idf = words.map((word) => 1 + Math.log((1 + items.length) / (1 + items.filter((item) => item.includes(word)).length)))
  return items.map((item) => {
    const raw = words.map((word, t) => {
      const count = item.filter((other) => other === word).length
      return count === 0 ? 0 : (1 + Math.log(count)) * idf[t]!
    })
    const length = Math.hypot(...raw)
    return raw.map((value) => (length === 0 ? 0 : value / length))
  })
}
