import { unknownName } from "../../core/index.ts"
import { keptLibrary } from "./kept-library.ts"
import { remembered } from "./remembered.ts"

/** Languages with a Snowball stemmer, and `porter`, the original of 1980 that search experiments are reported with. */
export const STEM_LANGUAGES = [
  "porter",
  "english",
  "danish",
  "dutch",
  "finnish",
  "french",
  "german",
  "hungarian",
  "italian",
  "norwegian",
  "portuguese",
  "romanian",
  "russian",
  "spanish",
  "swedish",
  "turkish",
] as const

export type StemLanguage = (typeof STEM_LANGUAGES)[number]

/**
 * A stemmer: takes the endings off a lower-case word, so that `connected`, `connecting` and `connection` meet in `connect`.
 *
 * The Snowball project's algorithms (`snowball-stemmers`) as of its version 2: `porter` equals the reference on each of the 53,394 words of the
 * search data sets, `english` on all but the 108 whose rule version 3 changed, such as `added`. A stem names a group of words and is no word
 * itself: for words that people read use {@link lemmatiser}.
 * @throws {@link NotFound} on an unknown language, {@link Unavailable} when the library is not installed
 * @see Porter 1980, doi:10.1108/eb046814; https://snowballstem.org
 */
export function stemmer(language: StemLanguage): (word: string) => string {
  if (!STEM_LANGUAGES.includes(language)) throw unknownName("stemmer", "language", language, STEM_LANGUAGES)
  const known = stemmers.get(language)
  if (known !== undefined) return known
  const { newStemmer } = keptLibrary("snowball-stemmers") as { newStemmer(name: string): { stem(word: string): string } }
  const snowball = newStemmer(language)
  const stem = remembered((word) => snowball.stem(word))
  stemmers.set(language, stem)
  return stem
}

const stemmers = new Map<StemLanguage, (word: string) => string>()
