import { keptLibrary } from "./kept-library.ts"
import { remembered } from "./remembered.ts"

/** Parts of speech that change their form. */
export type PartOfSpeech = "noun" | "verb" | "adjective"

interface WinkLemmatizer {
  noun(word: string): string
  verb(word: string): string
  adjective(word: string): string
}

/**
 * A lemmatiser for English: the word as a dictionary lists it, so `caring` is `care`, `mice` are `mouse`, and `better` is `good`.
 *
 * Rules and exceptions of WordNet's Morphy (`wink-lemmatizer`), 48 MB of memory once loaded. Without a part of speech the first one that changes
 * the word decides: verb for `-ing` and `-ed`, else noun, then verb, then adjective. Words are expected in lower case.
 * @throws {@link Unavailable} when the library is not installed
 * @see https://wordnet.princeton.edu/documentation/morphy7wn
 */
export function lemmatiser(): (word: string, as?: PartOfSpeech) => string {
  library ??= keptLibrary("wink-lemmatizer") as WinkLemmatizer
  const wink = library
  const any = remembered((word) => lemma(wink, word))
  return (word, as) => (as === undefined ? any(word) : wink[as](word))
}

let library: WinkLemmatizer | undefined

function lemma(wink: WinkLemmatizer, word: string): string {
  const order: readonly PartOfSpeech[] = /(ing|ed)$/.test(word) ? ["verb", "noun", "adjective"] : ["noun", "verb", "adjective"]
  for (const part of order) {
    const found = part === "verb" ? (silentE(wink, word) ?? wink.verb(word)) : wink[part](word)
    if (found !== word) return found
  }
  return word
}

/** `hoping` is `hope`, not `hop`: a short verb that doubles no consonant has lost its e. */
function silentE(wink: WinkLemmatizer, word: string): string | undefined {
  const stem = /^([^aeiou]*[aeiou][^aeiouwxy])(?:ing|ed)$/.exec(word)?.[1]
  return stem !== undefined && wink.verb(`${stem}es`) === `${stem}e` ? `${stem}e` : undefined
}
