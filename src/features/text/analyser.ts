import { lemmatiser } from "./lemmatise.ts"
import { wordNgrams } from "./ngrams.ts"
import { type StemLanguage, stemmer } from "./stem.ts"
import { stopWords, type TextTask, withoutStopWords } from "./stop-words.ts"
import type { TokeniseOptions } from "./token.ts"
import { tokenise } from "./tokenise.ts"

/** How text becomes terms; plain JSON, so it can be part of a release. */
export interface AnalyserConfig extends TokeniseOptions {
  /** Leave out the stop words of a task. Default: keep every word. */
  readonly stopWordsOf?: TextTask
  /** Bring the forms of a word together: by a Snowball stemmer, or by `lemma` for English. Default: leave words alone. */
  readonly forms?: StemLanguage | "lemma"
  /** Words in a term, from and to; default `[1, 1]`. */
  readonly ngrams?: readonly [number, number]
}

/** Text to terms, in order. */
export type Analyser = (text: string) => string[]

/**
 * The steps in the order that every analyser takes them: cut, leave out stop words, bring forms together, join neighbours.
 *
 * The same function for documents and queries, or they would not meet. Forms of cased words are taken of words without capitals alone, so that
 * names stay whole.
 */
export function analyser(config: AnalyserConfig = {}): Analyser {
  const { stopWordsOf, forms, ngrams = [1, 1] } = config
  const stop = stopWordsOf === undefined ? undefined : stopWords(stopWordsOf)
  const form = forms === undefined ? undefined : forms === "lemma" ? lemmatiser() : stemmer(forms)
  return (text) => {
    let terms = tokenise(text, config)
    if (stop !== undefined && stop.size > 0) terms = withoutStopWords(terms, stop)
    if (form !== undefined) terms = terms.map((term) => (isLower(term) ? form(withoutPossessive(term)) : term))
    return ngrams[1] === 1 ? terms : wordNgrams(terms, ngrams[0], ngrams[1])
  }
}

/** Analysers for common uses: what search indexes with by default, and what names are found in. */
export const analysers = {
  /** Lower case, accents off, few stop words, Porter: what published BM25 figures are made with. */
  search: { foldAccents: true, stopWordsOf: "search", forms: "porter" },
  /** Words as they are written. */
  entities: { casing: "keep" },
  /** Lower case, many stop words, English stems, pairs of words as well. */
  classification: { stopWordsOf: "classification", forms: "english", ngrams: [1, 2] },
} as const satisfies Readonly<Record<string, AnalyserConfig>>

function withoutPossessive(term: string): string {
  return term.endsWith("'s") ? term.slice(0, -2) : term
}

function isLower(term: string): boolean {
  return term === term.toLowerCase()
}
