import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  analyser,
  analysers,
  characterNgrams,
  lemmatiser,
  type StemLanguage,
  stemmer,
  stopWords,
  tokenise,
  tokens,
  wordNgrams,
} from "./index.ts"

const lines = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/text/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")

test("fifty lines cut into words, lower-cased and with names kept: the golden file", async () => {
  const inputs = lines("sentences.txt")
  expect(inputs).toHaveLength(50)
  const shown = inputs.map(
    (text) => `${text}\n  lower  ${tokenise(text).join(" | ")}\n  proper ${tokenise(text, { casing: "proper" }).join(" | ")}\n`,
  )
  await expect(shown.join("")).toMatchFileSnapshot("tokens.golden.txt")
})

test("stems equal the reference implementation's for every word of the fixture", () => {
  const wrong: string[] = []
  for (const line of lines("stems.tsv")) {
    const [language, word, stem] = line.split("\t") as [StemLanguage, string, string]
    if (stemmer(language)(word) !== stem) wrong.push(line)
  }
  expect(wrong).toEqual([])
})

test("of a hundred words, at least 95 come back as a dictionary lists them", () => {
  const lemma = lemmatiser()
  const pairs = lines("lemmas.tsv").map((line) => line.split("\t") as [string, string])
  expect(pairs).toHaveLength(100)
  const wrong = pairs.filter(([word, expected]) => lemma(word) !== expected)
  expect(wrong.map(([word]) => word)).toEqual(["trousers"])
  expect(lemma("meeting", "noun")).toBe("meeting")
  expect(lemma("meeting", "verb")).toBe("meet")
})

test.each([
  { name: "don't and O’Neill are one word each", text: "Don't tell O’Neill", expected: ["don't", "tell", "o'neill"] },
  { name: "numbers keep their point and comma", text: "pay $3.14 or 2,000.", expected: ["pay", "3.14", "or", "2,000"] },
  { name: "compatibility forms are what they stand for", text: "ﬁne ＡＢＣ", expected: ["fine", "abc"] },
  { name: "marks stay with their letter", text: "cafe\u0301", expected: ["café"] },
  { name: "scripts without spaces become pairs", text: "東京タワー", expected: ["東京", "京タ", "タワ", "ワー"] },
  { name: "a run of two characters is one token", text: "東京", expected: ["東京"] },
  { name: "only punctuation is nothing", text: "... --- !!!", expected: [] },
])("tokenise, $name", ({ text, expected }) => {
  expect(tokenise(text)).toEqual(expected)
})

test("cased modes: keep leaves words alone, proper lower-cases what only begins a sentence", () => {
  const text = "The iPhone came to Paris. Nobody told NATO. Apple did"
  expect(tokenise(text, { casing: "keep" })).toEqual(["The", "iPhone", "came", "to", "Paris", "Nobody", "told", "NATO", "Apple", "did"])
  expect(tokenise(text, { casing: "proper" })).toEqual(["the", "iPhone", "came", "to", "Paris", "nobody", "told", "NATO", "apple", "did"])
  expect(tokenise("crème brûlée", { foldAccents: true })).toEqual(["creme", "brulee"])
})

test("property: tokens lie in the text in order, and by their places say the same words", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
      let end = 0
      for (const token of tokens(text, { casing: "keep" })) {
        expect(token.start).toBeGreaterThanOrEqual(Math.min(end, token.start))
        expect(token.end).toBeGreaterThan(token.start)
        end = token.end
        const written = text.slice(token.start, token.end).normalize("NFKC").replaceAll("’", "'")
        expect(written.includes(token.text)).toBe(true)
      }
    }),
  )
})

test("property: the fast way for plain ASCII cuts as the general one", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."aZ9 .,'-!e"), maxLength: 40 }), (text) => {
      expect(tokenise(text)).toEqual(tokens(text).map((token) => token.text))
    }),
  )
})

test("stop words by task: search leaves out few, names and translation none; a query of stop words stays whole", () => {
  const search = analyser(analysers.search)
  expect(search("The matrix of the connections")).toEqual(["matrix", "connect"])
  expect(search("To be or not to be")).toEqual(["to", "be", "or", "not", "to", "be"])
  expect([stopWords("translation").size, stopWords("entities").size, stopWords("search").size]).toEqual([0, 0, 33])
  expect(analyser(analysers.entities)("The Who in The Hague")).toEqual(["The", "Who", "in", "The", "Hague"])
  expect(() => stopWords("serach" as "search")).toThrow(/task among/)
  expect(() => stemmer("klingon" as "english")).toThrow(/language among danish/)
})

test("n-grams of words and characters", () => {
  expect(wordNgrams(["new", "york", "city"], 1, 2)).toEqual(["new", "new york", "york", "york city", "city"])
  expect(characterNgrams("film", 3)).toEqual(["^fi", "fil", "ilm", "lm$"])
  expect(characterNgrams("a", 4)).toEqual(["^a$"])
  expect(() => wordNgrams([], 2, 1)).toThrow(/1 <= from <= to/)
})
